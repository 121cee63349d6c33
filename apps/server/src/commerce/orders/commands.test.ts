import { createHmac } from 'node:crypto';
import type { HoldReason } from '@videowindow/contract/api/commerce';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '#platform/crypto';
import { sql } from '#platform/database';
import { codeOf, type Market, openMarket, usd } from '../../testing/market.ts';
import { scansOf, takeNews, takeTracking } from './carriers.ts';
import { ship } from './commands.ts';
import type { Delivery } from './order.ts';
import { DAY, HOUR, ordered as orderedIn } from './orders.fixture.ts';
import { addressOf, handoverCodeOf } from './parts.ts';
import { personalOf } from './personal.ts';
import { countOf } from './store.ts';
import { taxBack } from './tax.ts';

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
    const { db } = market.database;
    expect(await personalOf(market.deps.orders.keyring).more?.(db, order.buyerId)).toMatchObject({
      orderAddresses: [{ order_id: order.id, line1: '1 Main St' }],
    });
    expect(await personalOf(market.deps.orders.keyring).more?.(db, order.makerId)).toEqual({});
    const ids = [order.id, newId()];
    expect(await countOf(db, ids, order.buyerId)).toBe(1);
    expect(await countOf(db, ids, order.makerId)).toBe(1);
    expect(await countOf(db, ids, newId())).toBe(0);
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

describe('a parcel of which its carrier tells', () => {
  const news = async (said: Record<string, unknown>, by = 'a-secret-of-a-carrier', lateS = 0) => {
    const now = await market.database.now(market.database.db);
    const body = Buffer.from(JSON.stringify({ id: newId(), trackingNumber: 'rr 1', at: now.toISOString(), ...said }));
    const seconds = Math.floor(now.getTime() / 1000) - lateS;
    const v1 = createHmac('sha256', by).update(`${seconds}.`).update(body).digest('hex');
    return await codeOf(takeNews(market.deps.orders, body, `t=${seconds},v1=${v1}`));
  };
  const parcel = async () => {
    const [room, trackingNumber] = [await ordered(), newId().slice(-12)];
    const send = () => ship(market.deps.orders, room.maker, room.id, { carrier: 'CTT', trackingNumber }, 'test');
    return { ...room, trackingNumber: trackingNumber.toUpperCase(), send };
  };

  test('is delivered by a scan, once, however often, at once and in whatever order it is told', async () => {
    const room = await parcel();
    await room.send();
    const { trackingNumber } = room;
    const done = { id: newId(), trackingNumber: trackingNumber.replace(/(...)/, '$1 '), status: 'delivered' };

    await Promise.all([news(done), news(done), news({ trackingNumber, status: 'delivered' })]);
    await news({ trackingNumber, status: 'in_transit', at: (await room.now()).paidAt.toISOString() });

    expect(await room.timeline()).toEqual(['paid', 'shipped', 'scanned']);
    expect((await room.now()).deliveryHow).toBe('scanned');
    await market.pass(14 * DAY);
    expect(await room.state()).toBe('completed');
  });

  test('may be scanned before its maker says that it was sent, but not before it was paid', async () => {
    const [fast, old] = [await parcel(), await parcel()];
    const before = new Date((await old.now()).paidAt.getTime() - 1000).toISOString();
    await news({ trackingNumber: fast.trackingNumber, status: 'delivered' });
    await news({ trackingNumber: old.trackingNumber, status: 'delivered', at: before });
    await fast.send();
    await old.send();

    expect([await fast.state(), await old.state()]).toEqual(['delivered', 'shipped']);
  });

  test('is told by those who know a secret, and lately', async () => {
    const { trackingNumber } = await parcel();
    const said = { trackingNumber, status: 'in_transit' };

    expect(await news(said, 'old-secret-of-a-carrier')).toBe('no error');
    expect(await news(said, 'somebody elses secret')).toBe('malformed_request');
    expect(await news(said, 'a-secret-of-a-carrier', 301)).toBe('malformed_request');
    expect(await news({ ...said, status: 'eaten' })).toBe('malformed_request');
  });

  test('whose label EasyPost sold is followed by its events, signed its way', async () => {
    const room = await parcel();
    await room.send();
    const at = (await room.now()).shipment?.shippedAt.toISOString();
    const told = async (status: string, by = 'a-secret-of-easypost') => {
      const details = [{ datetime: at, tracking_location: { city: 'Porto', country: 'PT' } }];
      const result = { object: 'Tracker', tracking_code: room.trackingNumber, status, tracking_details: details };
      const body = Buffer.from(JSON.stringify({ id: newId(), created_at: at, description: 'tracker.updated', result }));
      const hex = createHmac('sha256', by).update(body).digest('hex');
      return await codeOf(takeTracking(market.deps.orders, body, `hmac-sha256-hex=${hex}`));
    };

    expect(await told('delivered', 'a-secret-of-a-carrier')).toBe('malformed_request');
    expect(await told('unknown')).toBe('no error');
    expect(await room.state()).toBe('shipped');
    expect(await told('delivered')).toBe('no error');
    expect((await scansOf(market.database.db, [await room.now()])).get(room.id)).toMatchObject([
      { status: 'delivered', place: 'Porto, PT' },
    ]);
    expect(await room.timeline()).toEqual(['paid', 'shipped', 'scanned']);
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

test('a maker’s sales in sums are of a day, of the 90 before, and of 30 days with what went back and who bought', async () => {
  const rooms = [];
  for (let sale = 0; sale < 5; sale++) rooms.push(await ordered('pickup'));
  const makerId = rooms[0]?.maker.id ?? '';
  const ago = [HOUR, 23 * HOUR, 2 * DAY, 31 * DAY, 92 * DAY];
  const { db } = market.database;
  for (const [place, room] of rooms.entries()) {
    await sql`
      update orders set maker_id = ${makerId}, paid_at = app_now() - ${`${(ago[place] ?? 0) / HOUR} hours`}::interval
      where id = ${room.id}`.execute(db);
  }
  const order = await rooms[2]?.now();
  for (let part = 0; part < 2; part++) {
    await sql`insert into order_refunds values (${newId()}, ${order?.id}, 100, app_now())`.execute(db);
  }

  const all = await market.orders.salesOf(db, makerId, null);
  const since = await market.orders.salesOf(db, makerId, new Date(market.database.clock().getTime() - 20 * HOUR));

  expect(all).toMatchObject({ today: 2 * 8_400, before: 2 * 8_400, sales: 3, refunded: 1 });
  expect(all.bought.map(({ buyerId }) => buyerId).sort()).toEqual(
    rooms
      .slice(0, 3)
      .map(({ buyer }) => buyer.id)
      .sort(),
  );
  expect(since).toMatchObject({ today: 8_400, before: 2 * 8_400, sales: 1, refunded: 0 });
  expect(await market.orders.salesOf(db, newId(), null)).toMatchObject({ today: 0, before: 0, sales: 0, bought: [] });
});

test('the tax that a maker owes is summed by month, less what went back, to the cent of the credit notes', async () => {
  const [room, other] = [await ordered('pickup'), await ordered('pickup')];
  const { db } = market.database;
  const { tax, makerId, currency } = { ...(await room.now()), currency: 'USD' };
  expect(tax).toBeNull();
  await sql`
    update orders set tax_bps = 2300, tax_amount = 1571, maker_id = ${makerId}, paid_at = '2026-03-31T23:30:00Z'
    where id = any (${[room.id, other.id]}::uuid[])`.execute(db);
  await sql`update orders set tax_owed_by = 'marketplace' where id = ${other.id}`.execute(db);
  for (const [amount, at] of [
    [100, '2026-04-01'],
    [101, '2026-04-02'],
    [8_199, '2026-05-01'],
  ] as const) {
    await sql`insert into order_refunds values (${newId()}, ${room.id}, ${amount}, ${at}::timestamptz)`.execute(db);
  }

  const year = { from: new Date('2026-01-01T00:00:00Z'), to: new Date('2027-01-01T00:00:00Z') };
  const months = await market.orders.ownTaxOf(db, makerId, year, currency);

  const price = usd(8_400);
  const april = taxBack(usd(1_571), price, 0, 100).amount + taxBack(usd(1_571), price, 100, 101).amount;
  expect(Object.fromEntries(months)).toEqual({ '2026-03': 1_571, '2026-04': -april, '2026-05': april - 1_571 });
  expect((await market.orders.ownTaxOf(db, makerId, year, 'EUR')).size).toBe(0);
});
