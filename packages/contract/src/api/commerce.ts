// The rooms of commerce, in the order in which they may know each other.
export * from './commerce/auctions.ts';
export * from './commerce/disputes.ts';
export * from './commerce/issues.ts';
export * from './commerce/ledger.ts';
export * from './commerce/listings.ts';
export * from './commerce/locks.ts';
export * from './commerce/offers.ts';
export * from './commerce/orders.ts';
export * from './commerce/payments.ts';
export * from './commerce/payouts.ts';
export * from './commerce/reviews.ts';
