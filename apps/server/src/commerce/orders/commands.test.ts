import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeOf, type Market, openMarket, plainTerms, usd } from '../../testing/market.ts';
import { putTerms } from '../listings/commands.ts';
import { checkout } from '../locks/checkout.ts';
import { hold } from '../locks/commands.ts';
import { addressOf, confirm, handover, handoverCodeOf, ship } from './commands.ts';
import type { Delivery } from './order.ts';
import { findOrder, timelinesOf } from './store.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let market: Market;
beforeAll(async () => {
  market = await openMarket();
});
afterAll(() => market.close());

/** A paid order over 84.00 and, when it is sent, 12.00 shipping. */
const ordered = async (delivery: Delivery = 'ship') => {
  const [maker, buyer] = [await market.person('maker', 'maker'), await market.person('buyer')];
  const { id: listingId } = await putTerms(market.deps.listings, maker, market.story(maker.id), plainTerms);
  const lock = await market.database.transaction(async (tx) => {
    const listing = await market.listings.lock(tx, listingId);
    if (!listing) throw new Error('no such listing');
    const sale = {
      listing,
      title: 'Walnut bowl',
      buyerId: buyer.id,
      item: usd(8_400),
      reason: 'offer',
      auctionId: null,
    } as const;
    return await hold(market.deps.locks, tx, sale);
  });
  await checkout(market.deps.locks, buyer, lock.id, delivery, 'test');
  await market.capture(lock.id);
  await market.settle();
  const id = (await market.orders.ofLocks(market.database.db, [lock.id])).get(lock.id) ?? '';
  const now = async () => {
    const order = await findOrder(market.database.db, id);
    if (!order) throw new Error('no order was placed');
    return order;
  };
  return {
    maker,
    buyer,
    id,
    now,
    timeline: async () => ((await timelinesOf(market.database.db, [id])).get(id) ?? []).map((moment) => moment.kind),
    ship: (by = maker) => ship(market.deps.orders, by, id, { carrier: 'CTT', trackingNumber: 'RR1' }, 'test'),
    handover: (code: string) => handover(market.deps.orders, maker, id, code, 'test'),
    confirm: (by = buyer) => confirm(market.deps.orders, by, id, 'test'),
    released: () => market.provider.released.filter((release) => release.orderId === id),
  };
};

describe('an order that is sent', () => {
  test('holds what was agreed, and the address sealed', async () => {
    const room = await ordered();
    const order = await room.now();

    expect(order).toMatchObject({ item: usd(8_400), shipping: usd(1_200), fee: usd(870), state: 'awaiting_shipment' });
    expect(order.shipBy.getTime() - order.paidAt.getTime()).toBe(3 * DAY);
    expect(order.addressSealed).not.toContain('Main St');
    expect(addressOf(market.deps.orders, order)).toMatchObject({ line1: '1 Main St' });
    expect(order.handoverSealed).toBeNull();
  });

  test('is shipped by its maker and confirmed by its buyer, who thereby pays the maker, once', async () => {
    const room = await ordered();
    expect(await codeOf(room.ship(room.buyer))).toBe('not_found');
    expect(await codeOf(room.confirm())).toBe('invalid_transition');

    await room.ship();
    expect(await codeOf(room.ship())).toBe('invalid_transition');
    expect(await codeOf(room.confirm(room.maker))).toBe('not_found');
    expect(room.released()).toEqual([]);
    await room.confirm();

    expect(await room.now()).toMatchObject({ state: 'completed', shipment: { carrier: 'CTT', trackingNumber: 'RR1' } });
    expect(await room.timeline()).toEqual(['paid', 'shipped', 'received', 'completed']);
    expect(room.released()).toEqual([{ orderId: room.id, payable: usd(8_400 + 1_200 - 870) }]);
    expect(await codeOf(room.confirm())).toBe('invalid_transition');
    await market.pass(60 * DAY);
    expect(room.released()).toHaveLength(1);
  });

  test('that nobody confirms counts as delivered after 21 days and completes when nobody can complain any more', async () => {
    const room = await ordered();
    await room.ship();

    await market.pass(21 * DAY);
    expect((await room.now()).state).toBe('delivered');
    await market.pass(29 * DAY);
    expect((await room.now()).state).toBe('delivered');
    await market.pass(DAY);

    expect((await room.now()).state).toBe('completed');
    expect(await room.timeline()).toEqual(['paid', 'shipped', 'assumed_delivered', 'completed']);
    expect(room.released()).toHaveLength(1);
  });

  test('cannot be handed over', async () => {
    const room = await ordered();

    expect(await codeOf(room.handover('123456'))).toBe('invalid_transition');
  });
});

describe('an order that is fetched', () => {
  test('is handed over against the code that only its buyer has, and completes 14 days later', async () => {
    const room = await ordered('pickup');
    const order = await room.now();
    const code = handoverCodeOf(market.deps.orders, order) ?? '';

    expect(order).toMatchObject({ shipping: usd(0), addressSealed: null });
    expect(code).toMatch(/^\d{6}$/);
    expect(await codeOf(room.ship())).toBe('invalid_transition');
    await room.handover(code);
    expect((await room.now()).state).toBe('delivered');
    await market.pass(14 * DAY);

    expect((await room.now()).state).toBe('completed');
    expect(await room.timeline()).toEqual(['paid', 'handed_over', 'completed']);
  });

  test('takes five wrong codes an hour and no more, not even the right one', async () => {
    const room = await ordered('pickup');
    const code = handoverCodeOf(market.deps.orders, await room.now()) ?? '';
    const wrong = code === '000000' ? '000001' : '000000';

    for (let count = 0; count < 5; count++) expect(await codeOf(room.handover(wrong))).toBe('handover_code_wrong');
    expect(await codeOf(room.handover(code))).toBe('rate_limited');
    await market.pass(HOUR);

    expect((await room.handover(code)).state).toBe('delivered');
  });
});
