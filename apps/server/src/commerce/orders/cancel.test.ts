import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from '#platform/database';
import { codeOf, type Market, openMarket } from '../../testing/market.ts';
import { DAY, HOUR, ordered as orderedIn } from './orders.fixture.ts';

let market: Market;
beforeAll(async () => {
  market = await openMarket();
});
afterAll(() => market.close());
const ordered = () => orderedIn(market);

/** What was told about an order, oldest first. */
const told = async (orderId: string, type: string, member: string): Promise<string[]> => {
  const { rows } = await sql<{ said: string }>`
    select payload ->> ${member} as said from outbox where aggregate = ${orderId} and type = ${type}
    order by position`.execute(market.database.db);
  return rows.map(({ said }) => said);
};

describe('an order that was not sent', () => {
  test('is cancelled by its maker: everything goes back once, and the piece is for sale again', async () => {
    const room = await ordered();
    expect(await room.listing()).toBe('sold');

    await room.cancel(room.maker, 'It broke in the kiln.');

    expect(await room.state()).toBe('cancelled');
    expect(room.refunds()).toMatchObject([{ amount: null, reason: 'cancelled' }]);
    expect(room.released()).toEqual([]);
    expect(await room.listing()).toBe('available');
    expect(await told(room.id, 'order.cancelled', 'strike')).toEqual(['true']);
    expect(await codeOf(room.cancel())).toBe('invalid_transition');
    expect(await codeOf(room.ship())).toBe('invalid_transition');
  });

  test('is cancelled by its buyer two days after its time, and not before', async () => {
    const room = await ordered();
    await market.pass(5 * DAY - HOUR);
    expect(await codeOf(room.cancel(room.buyer))).toBe('invalid_transition');
    await market.pass(HOUR);

    await room.cancel(room.buyer);

    expect(await room.timeline()).toEqual(['paid', 'cancelled_by_buyer']);
    expect(room.refunds()).toHaveLength(1);
  });

  test('and whose money the bank has taken back asks nobody to send it; the time is given back, or with the money gone it is over', async () => {
    const [won, lost, asked] = [await ordered(), await ordered(), await ordered()];
    const { shipBy } = await won.now();
    for (const room of [won, lost]) await room.bank('evidence_due');
    await asked.bank('evidence_due', true);

    await market.pass(20 * DAY);
    for (const by of [won.maker, won.buyer]) expect(await codeOf(won.cancel(by))).toBe('payment_disputed');
    expect(await Promise.all([won.state(), lost.state(), asked.state()])).toEqual([
      'awaiting_shipment',
      'awaiting_shipment',
      'cancelled',
    ]);
    expect(await told(won.id, 'order.ship_reminder_due', 'kind')).toEqual([]);
    for (let times = 0; times < 2; times++) {
      await won.bank('won');
      await lost.bank('lost');
    }
    await market.pass(50 * HOUR);

    expect((await won.now()).shipBy.getTime() - shipBy.getTime()).toBeGreaterThanOrEqual(20 * DAY);
    expect(await told(won.id, 'order.ship_reminder_due', 'kind')).toHaveLength(1);
    expect([await lost.state(), await lost.listing(), lost.refunds()]).toEqual(['cancelled', 'available', []]);
    expect(await told(lost.id, 'order.cancelled', 'strike')).toEqual(['false']);
    expect(await lost.timeline()).toEqual(['paid', 'lost_to_bank', 'cancelled_by_issue']);
  });

  test('is not a stranger’s to cancel', async () => {
    const room = await ordered();

    expect(await codeOf(room.cancel(await market.person('stranger', 'maker')))).toBe('not_found');
  });

  test('reminds its maker at half, on the last day and when it is over, then its buyer, and ends by itself', async () => {
    const room = await ordered();

    for (const hours of [36, 12, 24, 48]) await market.pass(hours * HOUR);
    expect(await told(room.id, 'order.ship_reminder_due', 'kind')).toEqual([
      'half',
      'last_day',
      'overdue',
      'buyer_may_cancel',
    ]);
    await market.pass(9 * DAY - HOUR);
    expect(await room.state()).toBe('awaiting_shipment');
    await market.pass(HOUR);

    expect(await room.timeline()).toEqual(['paid', 'cancelled_by_time']);
    expect(room.refunds()).toHaveLength(1);
    expect(await room.listing()).toBe('available');
    await market.pass(60 * DAY);
    expect(room.refunds()).toHaveLength(1);
  });

  test('is either sent or cancelled when both are asked for at once', async () => {
    for (let round = 0; round < 8; round++) {
      const room = await ordered();

      const [sent, cancelled] = await Promise.all([codeOf(room.ship()), codeOf(room.cancel())]);

      expect([sent, cancelled].toSorted()).toEqual(['invalid_transition', 'no error']);
      expect(await room.state()).toBe(sent === 'no error' ? 'shipped' : 'cancelled');
      expect(room.refunds()).toHaveLength(sent === 'no error' ? 0 : 1);
      expect(await room.listing()).toBe(sent === 'no error' ? 'sold' : 'available');
    }
  });
});
