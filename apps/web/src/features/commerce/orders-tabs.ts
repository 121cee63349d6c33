/** The parts of the page of what I buy. */
export const ordersTabs = ['to-pay', 'bought', 'offers'] as const;
export type OrdersTab = (typeof ordersTabs)[number];
