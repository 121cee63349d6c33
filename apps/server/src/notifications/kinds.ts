// What each event says, to whom, and whether it needs a person soon enough for a mail; by area in `kinds/`.
import { auctionKinds } from './kinds/auctions.ts';
import { contentKinds } from './kinds/content.ts';
import { lockKinds } from './kinds/locks.ts';
import { moneyKinds } from './kinds/money.ts';
import { orderKinds } from './kinds/orders.ts';
import { peopleKinds } from './kinds/people.ts';
import type { Kinds } from './message.ts';

export const kinds = {
  ...peopleKinds,
  ...contentKinds,
  ...auctionKinds,
  ...lockKinds,
  ...orderKinds,
  ...moneyKinds,
} satisfies Kinds;
