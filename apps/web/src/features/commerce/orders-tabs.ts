/** The parts of the page of what I buy. */
export const ordersTabs = ['to-pay', 'bought', 'watching', 'offers'] as const;
export type OrdersTab = (typeof ordersTabs)[number];
