import type { HoldReason } from '@videowindow/contract/api/commerce';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeOf, type Market, openMarket, usd } from '../../testing/market.ts';
import type { Delivery } from './order.ts';
import { DAY, HOUR, ordered as orderedIn } from './orders.fixture.ts';
import { addressOf, handoverCodeOf } from './parts.ts';

let market: Market;
beforeAll(async () => {
  market = await openMarket();
});
afterAll(() => market.close());

const ordered = (delivery?: Delivery) => orderedIn(market, delivery);

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

  test('whose tax the marketplace owes pays its maker what is left, and says so on its invoice', async () => {
    market.provider.tax = usd(649);
    const room = await ordered();
    market.provider.tax = null;
    await room.ship();
    await room.confirm();

    expect((await room.now()).tax).toEqual({ bps: null, amount: usd(649), owedBy: 'marketplace' });
    expect(room.released()).toEqual([{ orderId: room.id, payable: usd(8_400 + 1_200 - 870 - 649) }]);
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

  test('says when it completes what holds its money', async () => {
    const told = async (heldBy: HoldReason[]) => {
      market.provider.held = heldBy;
      const room = await ordered();
      await room.ship();
      await room.confirm();
      market.provider.held = [];
      const { rows } = await market.database.pool.query(
        `select payload -> 'heldBy' as held from outbox where aggregate = $1 and type = 'order.completed'`,
        [room.id],
      );
      return rows.map(({ held }) => held);
    };

    expect([await told([]), await told(['kyc'])]).toEqual([[[]], [['kyc']]]);
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

  test('to another country has 45 days before it counts as delivered, by the rules of the day it was placed', async () => {
    const rules = market.deps.orders.rules;
    market.deps.orders.rules = { ...rules, homeCountry: 'PT' };
    const room = await ordered();
    market.deps.orders.rules = { ...rules, assumeDeliveredAbroadMs: DAY };
    await room.ship();
    market.deps.orders.rules = rules;

    await market.pass(44 * DAY);
    expect(await room.state()).toBe('shipped');
    await market.pass(DAY);

    expect(await room.state()).toBe('delivered');
  });

  test('forgets its address two weeks after it is over, and not before', async () => {
    const room = await ordered();
    await room.ship();
    await room.confirm();

    await market.pass(14 * DAY - HOUR);
    expect((await room.now()).addressSealed).not.toBeNull();
    await market.pass(HOUR);

    expect((await room.now()).addressSealed).toBeNull();
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
