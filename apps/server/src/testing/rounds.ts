/** How often a test does something: in `npm test`, and in `npm run test:deep`, which has the time. */
export const rounds = (everyDay: number, deep: number): number => (process.env.DEEP === '1' ? deep : everyDay);
