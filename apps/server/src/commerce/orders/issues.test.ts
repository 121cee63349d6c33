import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shiftClock, sql } from '#platform/database';
import { audited } from '../../testing/audited.ts';
import { codeOf, type Market, openMarket, usd } from '../../testing/market.ts';
import { sweepLabels } from './labels.ts';
import { DAY, HOUR, ordered as orderedIn } from './orders.fixture.ts';
import { handoverCodeOf } from './parts.ts';
import { lawfulReturns } from './withdrawal.ts';

let market: Market;
beforeAll(async () => {
  market = await openMarket();
});
afterAll(() => market.close());
const ordered = (delivery?: 'ship' | 'pickup') => orderedIn(market, delivery);
const shipped = async () => {
  const room = await ordered();
  await room.ship();
  return room;
};
const moderator = () => market.person('noor', 'moderator');

describe('an issue', () => {
  test('is settled by an amount that one names and the other agrees to, and the order goes its way', async () => {
    const room = await shipped();
    const issue = await room.complain();

    expect(await codeOf(room.confirm())).toBe('invalid_transition');
    await issue.propose(room.maker, 4_200);
    expect(await codeOf(issue.agree(room.maker, 4_200))).toBe('invalid_transition');
    expect(await codeOf(issue.agree(room.buyer, 9_600))).toBe('version_conflict');
    await issue.agree(room.buyer, 4_200);

    expect(await issue.state()).toBe('partially_refunded');
    expect(room.refunds()).toMatchObject([{ amount: usd(4_200), reason: 'issue' }]);
    expect(await room.thread()).toEqual([
      ['buyer', 'opened', null],
      ['maker', 'proposed', 4_200],
      ['buyer', 'agreed', 4_200],
    ]);
    await room.confirm();
    expect(room.released()).toHaveLength(1);
  });

  test('holds the money beyond the time at which the order would have completed, and no longer', async () => {
    const room = await shipped();
    await market.pass(21 * DAY);
    const issue = await room.complain();
    await market.pass(31 * DAY);
    expect(await room.state()).toBe('delivered');
    expect(await market.orders.holdsFunds(market.database.db, room.id)).toBe(true);
    const { paymentId } = await room.now();
    const progress = async () => (await market.orders.progressOf(market.database.db, [paymentId])).get(paymentId);
    const ends = (await progress())?.issueEndsAt;
    expect((ends?.getTime() ?? 0) - (await market.database.now(market.database.db)).getTime()).toBeCloseTo(
      29 * DAY,
      -6,
    );

    await issue.resolve();
    await market.settle();

    expect(await room.state()).toBe('completed');
    expect(await market.orders.holdsFunds(market.database.db, room.id)).toBe(false);
    expect(await progress()).toMatchObject({ id: room.id, state: 'completed', issueEndsAt: null });
    expect(room.refunds()).toEqual([]);
    expect(room.released()).toHaveLength(1);
  });

  test('about which the maker gives everything back ends the order with nothing left for them', async () => {
    const room = await shipped();
    const issue = await room.complain();
    expect(await codeOf(issue.refundAll(room.buyer))).toBe('not_found');

    await issue.refundAll();

    expect([await issue.state(), await room.state()]).toEqual(['refunded', 'completed']);
    expect(room.refunds()).toMatchObject([{ amount: null }]);
    expect(await codeOf(room.complain())).toBe('issue_not_possible');
  });

  test('of an order that was never sent, given back in full, cancels it and frees the piece', async () => {
    const room = await ordered();
    const issue = await room.complain('other');

    await issue.propose(room.buyer, 9_600);
    await issue.agree(room.maker, 9_600);

    expect([await issue.state(), await room.state(), await room.listing()]).toEqual([
      'refunded',
      'cancelled',
      'available',
    ]);
    expect(room.refunds()).toHaveLength(1);
  });

  test('without an answer for two days, or with one that does not help, is brought before the platform', async () => {
    const [silent, answered] = [await shipped(), await shipped()];
    const unanswered = await silent.complain();
    const insisted = await answered.complain();
    await answered.write(answered.maker, 'It was whole when it left.');
    expect(await insisted.state()).toBe('answered');

    expect(await codeOf(unanswered.escalate(silent.buyer))).toBe('invalid_transition');
    expect(await codeOf(insisted.escalate(answered.maker))).toBe('invalid_transition');
    await insisted.escalate(answered.buyer);
    await market.pass(48 * HOUR);
    await unanswered.escalate(silent.buyer);

    expect([await insisted.state(), await unanswered.state()]).toEqual(['escalated', 'escalated']);
  });

  test('is decided by staff who are no side of it, up to what is left, and not again', async () => {
    const room = await shipped();
    const issue = await room.complain();
    const noor = await moderator();
    expect(await codeOf(issue.decide(noor, 2_400))).toBe('not_found');
    await room.write(room.maker, 'No.');
    await issue.escalate(room.buyer);

    expect(await codeOf(issue.decide(room.maker, 0))).toBe('not_found');
    expect(await codeOf(issue.decide({ ...room.buyer, roles: ['viewer', 'moderator'] }, 9_600))).toBe('not_found');
    expect(await codeOf(issue.decide(noor, 9_601))).toBe('refund_exceeds_captured');
    await issue.decide(noor, 2_400);

    expect(await issue.state()).toBe('decided');
    expect(await audited(market.database.db, issue.id)).toEqual([
      'issue.opened:  → open',
      'issue.escalated: answered → escalated',
      'issue.decided: escalated → decided',
    ]);
    expect(room.refunds()).toMatchObject([{ amount: usd(2_400) }]);
    expect(await codeOf(issue.decide(noor, 2_400))).toBe('invalid_transition');
    expect(await codeOf(room.complain())).toBe('issue_not_possible');
    expect(await codeOf(issue.resolve(await market.person('stranger')))).toBe('not_found');
  });

  test('that nobody settles gives everything back after 60 days', async () => {
    const room = await shipped();
    const issue = await room.complain();
    await market.pass(60 * DAY - HOUR);
    expect(await issue.state()).toBe('open');
    await market.pass(HOUR);

    expect([await issue.state(), await room.state()]).toEqual(['refunded', 'completed']);
    expect(room.refunds()).toHaveLength(1);
  });

  test('about money that a bank has taken waits for the bank, and then goes on or is over', async () => {
    const [won, lost] = [await shipped(), await shipped()];
    const [held, gone] = [await won.complain(), await lost.complain()];
    await held.propose(won.maker, 1_000);
    for (const room of [won, lost]) await room.bank('evidence_due');

    const codes = [held.refundAll(), held.agree(won.buyer, 1_000), gone.refundAll()].map(codeOf);
    expect(await Promise.all(codes)).toEqual(Array(3).fill('payment_disputed'));
    await held.escalate(won.buyer);
    expect(await codeOf(held.decide(await moderator(), 500))).toBe('payment_disputed');
    await market.pass(70 * DAY);
    expect(await Promise.all([held.state(), gone.state()])).toEqual(['escalated', 'open']);
    for (let times = 0; times < 2; times++) {
      await won.bank('won');
      await lost.bank('lost');
    }

    expect([await gone.state(), await lost.state(), lost.refunds()]).toEqual(['refunded', 'completed', []]);
    expect((await lost.timeline()).slice(-2)).toEqual(['lost_to_bank', 'completed']);
    await market.pass(60 * DAY - HOUR);
    expect([await held.state(), won.refunds()]).toEqual(['escalated', []]);
    await market.pass(HOUR);
    expect([await held.state(), won.refunds().length]).toEqual(['refunded', 1]);
  });

  test('can ask to send a piece back as the law of the buyer’s place lets them, whatever the listing says', async () => {
    const at = async (country: string) => {
      market.provider.country = country;
      const room = await shipped();
      market.provider.country = 'US';
      await room.confirm();
      return { returns: (await room.now()).returns, asked: await codeOf(room.complain('return')) };
    };

    expect(await at('PT')).toEqual({ returns: { days: 14, postage: 'buyer' }, asked: 'no error' });
    expect(await at('US')).toEqual({ returns: { days: 0, postage: 'buyer' }, asked: 'issue_not_possible' });
    const places = new Set(['PT']);
    expect(lawfulReturns({ days: 30, postage: 'maker' }, 'PT', places)).toEqual({ days: 30, postage: 'maker' });
    expect(lawfulReturns({ days: 0, postage: 'maker' }, null, places)).toEqual({ days: 0, postage: 'maker' });
  });

  test('can ask to send a piece back as long as its maker takes it, also when the order is complete', async () => {
    const takesBack = async (days: number) => {
      const room = await shipped();
      await sql`update orders set returns = ${JSON.stringify({ days, postage: 'buyer' })}::jsonb where id = ${room.id}`.execute(
        market.database.db,
      );
      await room.confirm();
      return room;
    };
    const [never, soon, late] = [await takesBack(0), await takesBack(30), await takesBack(30)];

    expect(await codeOf(never.complain('return'))).toBe('issue_not_possible');
    const issue = await soon.complain('return');
    await issue.refundAll();
    await market.pass(30 * DAY);

    expect(soon.refunds()).toHaveLength(1);
    expect(await codeOf(late.complain('return'))).toBe('issue_not_possible');
  });

  test('can say that a parcel did not arrive until 30 days after the estimate, unless the buyer had it', async () => {
    const [lost, received] = [await shipped(), await shipped()];
    await received.confirm();
    await market.pass(51 * DAY - HOUR);
    expect(await lost.state()).toBe('delivered');

    expect(await codeOf(received.complain('not_arrived'))).toBe('issue_not_possible');
    await lost.complain('not_arrived');
    await market.pass(HOUR);

    expect(await lost.state()).toBe('delivered');
    const late = await shipped();
    await market.pass(51 * DAY);
    expect(await codeOf(late.complain('not_arrived'))).toBe('issue_not_possible');
  });
});

describe('a label to send the piece back', () => {
  const delivered = async (delivery?: 'pickup') => {
    const room = await ordered(delivery);
    if (delivery) await room.handover(handoverCodeOf(market.deps.orders, await room.now()) ?? '');
    else {
      await room.ship();
      await market.pass(21 * DAY);
    }
    return room;
  };

  test('is bought by the maker at the price that was named: it is their answer, they owe it once, and the buyer has it', async () => {
    const room = await delivered();
    const issue = await room.complain();
    const { quoteId, rates } = await issue.quote(room.maker);
    expect(rates).toMatchObject([{ carrier: 'USPS', price: usd(760) }]);
    const owed = market.provider.labels.length;

    expect(await codeOf(issue.buyLabel(room.buyer, quoteId))).toBe('not_found');
    market.provider.reachable = false;
    await expect(issue.buyLabel(room.maker, quoteId)).rejects.toThrow('cannot be reached');
    expect(await issue.label()).toBeUndefined();
    market.provider.reachable = true;
    await Promise.all([issue.buyLabel(room.maker, quoteId), issue.buyLabel(room.maker, quoteId)]);
    await issue.buyLabel(room.maker, quoteId);

    expect(await issue.state()).toBe('answered');
    expect(await issue.label()).toMatchObject({ side: 'maker', carrier: 'USPS', cost: 760, hasFile: true });
    expect(market.provider.labels.slice(owed)).toEqual([{ makerId: room.maker.id, cost: usd(760) }]);
    expect((await room.thread()).filter(([, kind]) => kind === 'label')).toHaveLength(1);
    expect(await issue.labelFile()).toBeGreaterThan(0);
  });

  test('of which nobody heard whether it was sold is asked about again, and given though the issue is over', async () => {
    const room = await delivered();
    const issue = await room.complain();
    const { quoteId } = await issue.quote(room.maker);
    market.provider.reachable = false;
    await expect(issue.buyLabel(room.maker, quoteId)).rejects.toThrow();
    await issue.resolve();
    market.provider.reachable = true;
    await shiftClock(market.database, 2 * 60_000);
    await sweepLabels(market.deps.orders);

    expect(await issue.label()).toMatchObject({ state: 'ready', cost: 760 });
    expect(await issue.state()).toBe('resolved');
    await market.pass(14 * DAY);
    expect(await codeOf(issue.labelFile())).toBe('not_found');
  });

  test('is attached by the maker, also for a piece that was fetched, and never by the buyer or before it is there', async () => {
    const [fetched, waiting] = [await delivered('pickup'), await ordered()];
    const issue = await fetched.complain();
    const early = await waiting.complain('other');

    expect(await codeOf(issue.quote(fetched.maker))).toBe('invalid_transition');
    expect(await codeOf(issue.attachLabel(fetched.buyer))).toBe('invalid_transition');
    expect(await codeOf(early.attachLabel(waiting.maker))).toBe('invalid_transition');
    expect(await codeOf(issue.attachLabel(fetched.maker, 'bm8gUERG'))).toBe('paper_unreadable');
    await issue.attachLabel(fetched.maker);

    expect(await issue.label()).toMatchObject({ carrier: 'CTT', trackingNumber: 'RR 2', cost: null });
    await issue.resolve();
    expect(await codeOf(issue.attachLabel(fetched.maker))).toBe('invalid_transition');
  });

  test('is bought by staff who decide, and then nobody owes it', async () => {
    const room = await delivered();
    const issue = await room.complain();
    const noor = await moderator();
    expect(await codeOf(issue.quote(noor))).toBe('not_found');
    await room.write(room.maker, 'No.');
    await issue.escalate(room.buyer);
    const owed = market.provider.labels.length;

    await issue.buyLabel(noor, (await issue.quote(noor)).quoteId);

    expect(await issue.label()).toMatchObject({ side: 'platform', cost: 760 });
    expect(await issue.state()).toBe('escalated');
    expect(market.provider.labels).toHaveLength(owed);
  });
});

describe('at the same moment', () => {
  test('an issue and the buyer’s or the timer’s word that all is well: one of them holds', async () => {
    for (let round = 0; round < 10; round++) {
      const room = await shipped();

      const [opened, confirmed] = await Promise.all([codeOf(room.complain()), codeOf(room.confirm())]);

      const isOpen = await market.orders.holdsFunds(market.database.db, room.id);
      expect(isOpen).toBe(opened === 'no error');
      expect([opened, confirmed]).toEqual(
        isOpen ? ['no error', 'invalid_transition'] : ['issue_not_possible', 'no error'],
      );
      expect(room.released()).toHaveLength(isOpen ? 0 : 1);
    }
  });

  test('agreeing, giving everything back and closing: the money goes back once', async () => {
    for (let round = 0; round < 10; round++) {
      const room = await shipped();
      const issue = await room.complain();
      await issue.propose(room.maker, 1_000);

      const codes = await Promise.all([
        codeOf(issue.agree(room.buyer, 1_000)),
        codeOf(issue.refundAll()),
        codeOf(issue.resolve()),
      ]);

      expect(codes.filter((code) => code === 'no error')).toHaveLength(1);
      expect(room.refunds()).toHaveLength((await issue.state()) === 'resolved' ? 0 : 1);
    }
  });
});
