import type { Actor } from '@videowindow/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '#platform/crypto';
import { codeOf } from '../../testing/market.ts';
import { type Counter, DAY, openCounter, PAYABLE } from '../disputes/counter.fixture.ts';
import { usd } from '../payments/payments.fixture.ts';
import { casesPage, decideCase, watch } from './cases.ts';
import { holdsOn, reachedParts } from './funds.ts';
import { fundsOf, payoutsPage } from './queries.ts';
import { planEarlyRelease, tellOfThreshold } from './release.ts';

let counter: Counter;
beforeAll(async () => {
  counter = await openCounter([new Map([['USD', 20_000]]), 2]);
});
afterAll(() => counter.close());

const sent = async (makerId: string) => (await counter.ledger.paidOut(counter.database.db, makerId)).amount;
const funds = (makerId: string) => fundsOf(counter.payoutsDeps, makerId);
const told = (makerId: string, type: 'maker.identity_needed' | 'payout.changed' | 'funds.released') =>
  counter.heard.flatMap((event) =>
    event.type === type && event.payload.makerId === makerId ? [event.payload as Record<string, unknown>] : [],
  );
const placed = (makerId: string) =>
  counter.database.transaction((tx) => tellOfThreshold(counter.payoutsDeps, tx, makerId));

describe('the identity check', () => {
  test('is told of at 80% and at 100%, once each; sales go on, their money is held, and goes when the provider knows the maker', async () => {
    const person = await counter.person();
    await counter.onboard(person, true);
    const sales = [];
    for (let sale = 0; sale < 3; sale++) {
      sales.push(await counter.sell(person.id));
      await placed(person.id);
    }
    for (const sale of sales) await counter.release(sale);
    const held = await funds(person.id);
    const before = await sent(person.id);
    await counter.onboard(person);
    await counter.settle();
    const after = await funds(person.id);

    expect(told(person.id, 'maker.identity_needed')).toMatchObject([
      { holds: false, gross: { amount: 19_200 } },
      { holds: true, gross: { amount: 28_800 } },
    ]);
    expect(before).toBe(0);
    expect(told(person.id, 'funds.released').map(({ orderId }) => orderId)).toEqual(
      sales.map(({ orderId }) => orderId),
    );
    expect(held.identity).toMatchObject({ verified: false, gross: { amount: 28_800 }, threshold: { amount: 20_000 } });
    expect(held.held.map(({ amount, reasons }) => [amount.amount, reasons])).toEqual(
      sales.map(() => [PAYABLE, ['kyc']]),
    );
    expect(after.held).toEqual([]);
    expect(after.identity.verified).toBe(true);
    expect(await sent(person.id)).toBe(3 * PAYABLE);
    expect(await counter.difference()).toBe(0);
  });

  test('below the threshold holds nothing, and a maker whom the provider knows hears nothing of it', async () => {
    expect(reachedParts(15_999, 20_000)).toEqual([]);
    expect(reachedParts(16_000, 20_000)).toEqual([80]);
    expect(reachedParts(20_000, 20_000)).toEqual([80, 100]);
    const facts = {
      disputed: false,
      inIssue: false,
      makerHeld: false,
      verified: false,
      gross: 19_999,
      threshold: 20_000,
    };
    expect(holdsOn(facts)).toEqual([]);
    expect(holdsOn({ ...facts, gross: 20_000 })).toEqual(['kyc']);
    expect(holdsOn({ ...facts, gross: 20_000, verified: true })).toEqual([]);
    expect(holdsOn({ ...facts, disputed: true, inIssue: true, makerHeld: true })).toEqual([
      'dispute',
      'issue',
      'review',
    ]);
  });
});

describe('money that looks unusual', () => {
  const admin: Actor = { id: newId(), roles: ['viewer', 'admin'] };
  const look = (makerId: string) => counter.database.transaction((tx) => watch(counter.payoutsDeps, tx, makerId));
  const caseOf = async (makerId: string) =>
    (await casesPage(counter.payoutsDeps, { show: 'all', limit: 100 })).items.find((one) => one.makerId === makerId);
  const decide = (id: string | undefined, command: 'keep' | 'release', by = admin) =>
    decideCase(counter.payoutsDeps, by, id ?? '', command, 'Looked at every order.', 'r');
  const told = (makerId: string) =>
    counter.heard.flatMap((event) =>
      event.type === 'maker.money_case' && event.payload.makerId === makerId ? [event.payload.state] : [],
    );

  test('waits in a case of its own until a person releases it, with a reason; then it goes', async () => {
    const maker = await counter.maker();
    const sale = await counter.sell(maker);
    await look(maker);
    expect(await caseOf(maker)).toBeUndefined();
    counter.profiles.set(maker, { today: 250_000, usualDay: 10_000 });
    await Promise.all([look(maker), look(maker)]);
    await counter.release(sale);
    const held = await funds(maker);
    const opened = await caseOf(maker);
    await decide(opened?.id, 'keep');
    const kept = await funds(maker);
    expect(await codeOf(decide(opened?.id, 'keep'))).toBe('invalid_transition');
    expect(await codeOf(decide(opened?.id, 'release', { id: maker, roles: ['viewer', 'maker', 'admin'] }))).toBe(
      'not_found',
    );
    expect(await codeOf(decide(opened?.id, 'release', { id: maker, roles: ['viewer', 'maker'] }))).toBe('forbidden');
    await decide(opened?.id, 'release');
    await counter.settle();

    expect(held.held).toMatchObject([{ orderId: sale.orderId, reasons: ['review'] }]);
    expect(held.review).toMatchObject({ signals: ['sales_jump'], kept: false });
    expect(kept.review?.kept).toBe(true);
    expect(opened).toMatchObject({ state: 'open', waiting: { amount: PAYABLE }, possible: ['keep', 'release'] });
    expect((await funds(maker)).review).toBeNull();
    expect(await sent(maker)).toBe(PAYABLE);
    expect((await caseOf(maker))?.steps.map(({ command }) => command)).toEqual(['hold', 'keep', 'release']);
    expect(told(maker)).toEqual(['open', 'kept', 'released']);
  });

  test('waits as soon as the provider bars the account, told once, and goes on when an admin has looked', async () => {
    const maker = await counter.maker();
    const account = await counter.payments.accountOf(counter.database.db, maker);
    const sale = await counter.sell(maker);

    await counter.control('POST', '/accounts/bar', { account, reason: 'listed' });
    await counter.settle();
    await counter.control('POST', '/accounts/bar', { account, reason: 'listed' });
    await counter.settle();
    await counter.release(sale);

    const opened = await caseOf(maker);
    expect(opened).toMatchObject({
      state: 'open',
      signals: ['provider'],
      steps: [{ command: 'hold', reason: 'listed' }],
    });
    expect((await funds(maker)).held).toMatchObject([{ orderId: sale.orderId, reasons: ['review'] }]);
    expect(told(maker)).toEqual(['open']);
    expect(await sent(maker)).toBe(0);
    await counter.onboard({ id: maker, email: '' });
    await decide(opened?.id, 'release');
    await counter.settle();
    expect(await sent(maker)).toBe(PAYABLE);
  });

  test('is released or found at the same moment, and never both', async () => {
    for (let round = 0; round < 5; round++) {
      const maker = await counter.maker();
      const sale = await counter.sell(maker);
      counter.profiles.set(maker, { refunded: 6, sales: 8 });

      await Promise.all([counter.release(sale), look(maker)]);

      const waits = (await funds(maker)).held.length > 0;
      expect(await sent(maker)).toBe(waits ? 0 : PAYABLE);
    }
  });
});

test('what is wrong with an order holds its money until it is settled', async () => {
  const maker = await counter.maker();
  const sale = await counter.sell(maker);
  counter.issues.add(sale.orderId);
  await counter.release(sale);
  const held = await funds(maker);
  counter.issues.delete(sale.orderId);
  await counter.release(sale);
  await counter.release(sale);

  expect(held.held).toMatchObject([{ orderId: sale.orderId, reasons: ['issue'], until: '2027-01-20T10:00:00.000Z' }]);
  expect((await funds(maker)).held).toEqual([]);
  expect(await sent(maker)).toBe(PAYABLE);
});

test('every cent that is owed to a maker is listed sale by sale, also before an order is complete', async () => {
  const maker = await counter.maker();
  const [coming, complained, disputed, partly] = [
    await counter.sell(maker),
    await counter.sell(maker),
    await counter.sell(maker, { shipped: true }),
    await counter.sell(maker),
  ];
  const completesAt = new Date('2027-01-02T10:00:00Z');
  const order = counter.orders.get(coming.orderId);
  if (order) counter.orders.set(order.id, { ...order, state: 'delivered', completesAt });
  counter.issues.add(complained.orderId);
  await counter.dispute(disputed.chargeId);
  await counter.database.transaction((tx) =>
    counter.payments.funds.refund(tx, {
      paymentId: partly.paymentId,
      amount: usd(960),
      reason: 'goodwill',
      key: 'a tenth',
      by: null,
    }),
  );
  await counter.release(partly);
  await counter.release(await counter.sell(maker));
  const now = await funds(maker);

  const listed = (sales: typeof now.held) =>
    sales.map(({ orderId, amount, state, reasons }) => [orderId, amount.amount, state, reasons]);
  expect(listed(now.coming)).toEqual([[coming.orderId, PAYABLE, 'delivered', []]]);
  expect(now.coming[0]).toMatchObject({ completesAt: completesAt.toISOString(), until: null, answerBy: null });
  expect(listed(now.held)).toEqual([
    [complained.orderId, PAYABLE, 'shipped', ['issue']],
    [disputed.orderId, PAYABLE, 'shipped', ['dispute']],
  ]);
  expect(now.held[0]?.until).toBe('2027-01-20T10:00:00.000Z');
  expect(Date.parse(now.held[1]?.answerBy ?? '')).toBeGreaterThan(Date.parse(now.held[1]?.since ?? ''));
  const { held, frozen } = await counter.ledger.statement(counter.database.db, maker);
  const sum = [...now.coming, ...now.held].reduce((all, { amount }) => all + amount.amount, 0);
  expect(sum).toBe(held.amount + frozen.amount);
});

test('a trusted maker is paid three days after delivery, another one waits for the order', async () => {
  const [trusted, fresh] = [await counter.maker(), await counter.maker()];
  for (let sale = 0; sale < 2; sale++) await counter.release(await counter.sell(trusted));
  const before = await sent(trusted);
  const sales = [await counter.sell(trusted), await counter.sell(fresh)];
  for (const { orderId, makerId } of sales) {
    const order = counter.orders.get(orderId);
    if (order) counter.orders.set(orderId, { ...order, state: 'delivered' });
    await counter.database.transaction(async (tx) =>
      planEarlyRelease(counter.payoutsDeps, tx, { orderId, makerId, at: await counter.database.now(tx) }),
    );
  }
  await counter.pass(3 * DAY - 60_000);
  const early = await sent(trusted);
  await counter.pass(60_000);

  expect(early).toBe(before);
  expect(await sent(trusted)).toBe(before + PAYABLE);
  expect(await sent(fresh)).toBe(0);
});

test('a payout is followed to the bank, and a bank that sends it back has it told and counted back', async () => {
  const person = await counter.person();
  await counter.onboard(person, false, '000111111113');
  await counter.settle();
  await counter.release(await counter.sell(person.id));
  await counter.pass(2 * DAY);
  const made = await payoutsPage(counter.payoutsDeps, person.id, {});
  await counter.pass(3_600_000);
  await counter.pass(2 * DAY);
  const paid = await funds(person.id);
  await counter.pass(DAY);
  const failed = await funds(person.id);
  const [payout] = (await payoutsPage(counter.payoutsDeps, person.id, {})).items;
  // What was told before comes again, late.
  const { rows } = await counter.database.pool.query(
    'select provider_id, account_id from payouts where maker_id = $1',
    [person.id],
  );
  await counter.payouts.hear({ type: 'payout.paid', subject: rows[0].provider_id, account: rows[0].account_id });

  expect(made.items).toMatchObject([{ state: 'pending', amount: { amount: PAYABLE } }]);
  expect([paid.atProvider.amount, paid.atBank.amount]).toEqual([0, PAYABLE]);
  expect([failed.atProvider.amount, failed.atBank.amount]).toEqual([PAYABLE, 0]);
  expect(payout).toMatchObject({ state: 'failed', failure: 'The bank account has been closed.' });
  expect(payout?.timeline.map(({ state }) => state)).toEqual(['pending', 'in_transit', 'paid', 'failed']);
  expect(told(person.id, 'payout.changed').map(({ state }) => state)).toEqual(['in_transit', 'paid', 'failed']);
  expect((await payoutsPage(counter.payoutsDeps, person.id, {})).items[0]?.state).toBe('failed');
});
