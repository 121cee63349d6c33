import type { Actor } from '@videowindow/contract';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '#platform/crypto';
import { codeOf } from '../../testing/market.ts';
import { sweepTransfers } from '../payments/transfers.ts';
import { submit } from './commands.ts';
import { type Counter, DAY, openCounter, PAYABLE, TOTAL } from './counter.fixture.ts';
import { addEntry, readPaperOf, removeEntry, type Said } from './entries.ts';
import { entriesOf } from './entry-store.ts';
import { evidenceFor } from './kept.ts';
import { personalOf } from './personal.ts';
import { findDispute } from './store.ts';

let counter: Counter;
beforeAll(async () => {
  counter = await openCounter();
});
afterAll(() => counter.close());

const admin = { id: newId(), roles: ['admin'] as const };
const left = async (makerId: string) => ({
  payable: 0 - (await counter.balance('maker_payable', makerId)),
  reserve: 0 - (await counter.balance('maker_reserve', makerId)),
  debt: await counter.balance('maker_debt', makerId),
});
/** What of it keeps somebody from deleting their account. */
const openFor = (personId: string) => personalOf(counter.disputesDeps.orders).open?.(counter.database.db, personId);
const told = (paymentId: string) =>
  counter.heard.flatMap((event) =>
    event.type === 'dispute.changed' && event.payload.paymentId === paymentId ? [event.payload] : [],
  );
const sent = async (makerId: string) => (await counter.ledger.paidOut(counter.database.db, makerId)).amount;

describe('a dispute about money that has not gone out', () => {
  test('freezes it, answers by itself a day before the date, and when it is won the maker is paid', async () => {
    const maker = await counter.maker();
    const loss = await counter.balance('dispute_loss');
    const sale = await counter.sell(maker, { shipped: true });
    await counter.dispute(sale.chargeId);
    const opened = await counter.disputeOf(sale.paymentId);
    const frozen = await left(maker);
    await counter.release(sale);
    const held = await sent(maker);
    const inTheWay = await openFor(maker);

    await counter.pass(6 * DAY - 3_600_000);
    const waiting = await counter.disputeOf(sale.paymentId);
    await counter.pass(3_600_000);
    const submitted = await counter.disputeOf(sale.paymentId);
    await counter.pass(8 * DAY);
    const won = await counter.disputeOf(sale.paymentId);

    expect(opened).toMatchObject({
      state: 'evidence_due',
      inquiry: false,
      amount: { amount: TOTAL },
      possible: ['submit'],
    });
    expect(frozen).toEqual({ payable: 0, reserve: PAYABLE, debt: 0 });
    expect(held).toBe(0);
    expect(inTheWay).toEqual([{ kind: 'disputes', count: 1, also: false }]);
    expect(await openFor(maker)).toEqual([]);
    expect(waiting?.state).toBe('evidence_due');
    expect(submitted).toMatchObject({ state: 'submitted', possible: [] });
    expect(won?.state).toBe('won');
    expect(won?.timeline.map(({ kind }) => kind)).toEqual([
      'opened',
      'money_taken',
      'evidence_gathered',
      'sent_by_itself',
      'submitted',
      'won',
    ]);
    expect(await sent(maker)).toBe(PAYABLE);
    expect(await left(maker)).toEqual({ payable: 0, reserve: 0, debt: 0 });
    expect(await counter.balance('dispute_loss')).toBe(loss);
    expect(await counter.difference()).toBe(0);
  });

  test('takes it when nobody can show that it was sent, and our fee with it', async () => {
    const maker = await counter.maker();
    const [loss, fees] = [await counter.balance('dispute_loss'), await counter.balance('fee_revenue')];
    const sale = await counter.sell(maker, { card: '4000000000002685' });
    await counter.pass(15 * DAY);
    await counter.release(sale);

    expect((await counter.disputeOf(sale.paymentId))?.state).toBe('lost');
    expect(await left(maker)).toEqual({ payable: 0, reserve: 0, debt: 0 });
    expect(await sent(maker)).toBe(0);
    expect(await counter.balance('dispute_loss')).toBe(loss);
    expect(await counter.balance('fee_revenue')).toBe(fees);
    expect(await counter.difference()).toBe(0);
  });
});

describe('a dispute about money that has gone out', () => {
  test('has it back from the maker, and when it is won it goes out once more', async () => {
    // The provider does not know them well enough to pay their bank: the money stays in their account there.
    const maker = await counter.maker({ identity: false });
    const sale = await counter.sell(maker, { shipped: true });
    await counter.release(sale);
    // What is still on its way to the account can't be reversed.
    await counter.pass(2 * DAY);
    const before = await sent(maker);
    await counter.dispute(sale.chargeId);
    const taken = await left(maker);
    const during = await sent(maker);
    const dispute = await counter.disputeOf(sale.paymentId);
    const both = await Promise.allSettled(
      ['first', 'second'].map((remark) =>
        submit(counter.disputesDeps, admin, dispute?.id ?? '', `winning_evidence ${remark}`, 'r'),
      ),
    );
    await counter.settle();

    expect(before).toBe(PAYABLE);
    expect(taken).toEqual({ payable: 0, reserve: PAYABLE, debt: 0 });
    expect(during).toBe(0);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await counter.disputeOf(sale.paymentId))?.state).toBe('won');
    expect(await sent(maker)).toBe(PAYABLE);
    expect(await left(maker)).toEqual({ payable: 0, reserve: 0, debt: 0 });
    expect(await counter.difference()).toBe(0);
  });

  test('becomes a debt where the bank has it already, which the next sale pays', async () => {
    const maker = await counter.maker();
    const sale = await counter.sell(maker);
    await counter.release(sale);
    await counter.pass(3 * DAY);
    await counter.dispute(sale.chargeId);
    const owing = await left(maker);
    await counter.pass(8 * DAY);
    const lost = await counter.disputeOf(sale.paymentId);
    const next = await counter.sell(maker);
    await counter.release(next);

    expect(owing).toEqual({ payable: 0, reserve: PAYABLE, debt: PAYABLE });
    expect(lost?.state).toBe('lost');
    expect(await left(maker)).toEqual({ payable: 0, reserve: 0, debt: 0 });
    expect(await sent(maker)).toBe(PAYABLE);
    expect(await counter.difference()).toBe(0);
  });
});

describe('a dispute that is won after another sale has paid the debt of it', () => {
  test('gives the maker their part though all of the charge was sent before', async () => {
    const maker = await counter.maker();
    const sale = await counter.sell(maker, { shipped: true });
    await counter.release(sale);
    await counter.pass(3 * DAY);
    await counter.dispute(sale.chargeId);
    await counter.release(await counter.sell(maker));
    const owing = await left(maker);
    // The dispute's fee is ours: without money of other sales there would be too little.
    await counter.sell(await counter.maker());
    await counter.pass(3 * DAY);
    const dispute = await counter.disputeOf(sale.paymentId);
    await submit(counter.disputesDeps, admin, dispute?.id ?? '', 'winning_evidence', 'r');
    await counter.settle();
    // What the bank gave back can be used some days later; until then it waits, and is asked for again.
    await counter.pass(3 * DAY);
    await sweepTransfers(counter.deps, await counter.database.now(counter.database.db));
    await counter.settle();

    expect(owing).toEqual({ payable: 0, reserve: PAYABLE, debt: 0 });
    expect((await counter.disputeOf(sale.paymentId))?.state).toBe('won');
    expect(await left(maker)).toEqual({ payable: 0, reserve: 0, debt: 0 });
    expect(await sent(maker)).toBe(2 * PAYABLE);
    expect(await counter.difference()).toBe(0);
  });
});

describe('what the maker adds', () => {
  const pdf = Buffer.from('%PDF-1.7\n% a receipt\n').toString('base64');
  const disputed = async () => {
    const maker = await counter.maker();
    const sale = await counter.sell(maker, { shipped: true });
    await counter.dispute(sale.chargeId);
    const { id = '' } = (await counter.disputeOf(sale.paymentId)) ?? {};
    const by: Actor = { id: maker, roles: ['viewer', 'maker'] };
    const add = (said: Partial<Said>, who = by) =>
      addEntry(counter.disputesDeps, who, id, { text: '', pictures: [], ...said }, 'r');
    const atBank = async () => {
      const { evidence } = await counter.stripe(`/v1/disputes/${(await row(id)).providerId}`);
      // Stripe's evidence: text and ids of files by their fields.
      return evidence as Record<string, string | null>;
    };
    return { id, by, add, atBank, send: () => submit(counter.disputesDeps, admin, id, 'winning_evidence', 'r') };
  };
  const row = async (id: string) => {
    const dispute = await findDispute(counter.database.db, id);
    if (!dispute) throw new Error('no dispute');
    return dispute;
  };

  test('goes to the bank: words in the text, papers and pictures as files, the newest paper of its kind', async () => {
    const room = await disputed();
    const picture = newId();
    const image = { width: 60, height: 40, channels: 3, background: '#b8431f' } as const;
    counter.pictures.set(picture, await sharp({ create: image }).jpeg().toBuffer());
    await room.add({ text: 'She wrote that she loves it.', pictures: [picture] });
    await room.add({ paper: { kind: 'sending', pdf } });
    await room.add({ text: 'Too early.' });
    const entries = (await entriesOf(counter.database.db, [room.id])).get(room.id) ?? [];
    await removeEntry(counter.disputesDeps, room.by, room.id, entries[2]?.id ?? '', 'r');
    await room.send();
    await counter.settle();

    const said = await room.atBank();
    expect(said.uncategorized_text).toMatch(
      /^winning_evidence\n\nWhat the maker says:\n.+She wrote that she loves it\./,
    );
    expect(said.uncategorized_text).not.toContain('Too early');
    expect(said.product_description).toContain('Stoneware, glazed white.');
    const files = await Promise.all(
      [said.shipping_documentation, said.uncategorized_file].map((id) => counter.stripe(`/v1/files/${id}`)),
    );
    expect(files).toMatchObject([
      { filename: 'proof-of-sending.pdf', type: 'pdf', purpose: 'dispute_evidence' },
      { filename: 'pictures.pdf', type: 'pdf' },
    ]);
    expect(said.customer_communication).toBeNull();
    expect((await row(room.id)).state).toBe('won');
    const kept = async () => {
      const { customerName, shippingTrackingNumber } = await evidenceFor(counter.disputesDeps, await row(room.id));
      const paper = await readPaperOf(counter.disputesDeps, counter.database.db, room.id, entries[1]?.id ?? '');
      return [customerName, shippingTrackingNumber, paper?.kind];
    };
    expect(await kept()).toEqual(['Bea Buyer', 'RR482910PT', 'sending']);
    await counter.pass(180 * DAY);
    expect(await kept()).toEqual(['', 'RR482910PT', undefined]);
  });

  test('is theirs to add, is words, pictures or a PDF, and not after it was sent', async () => {
    const room = await disputed();
    const stranger: Actor = { id: newId(), roles: ['viewer', 'maker'] };

    expect(await codeOf(room.add({ text: 'Mine!' }, stranger))).toBe('not_found');
    expect(await codeOf(room.add({ text: ' ' }))).toBe('validation_failed');
    expect(await codeOf(room.add({ paper: { kind: 'sending', pdf: 'bm8gcGRm' } }))).toBe('paper_unreadable');
    const codes = await Promise.all(Array.from({ length: 21 }, (_, place) => codeOf(room.add({ text: `${place}` }))));
    expect(codes.filter((code) => code !== 'no error')).toEqual(['evidence_full']);
    const [entry] = (await entriesOf(counter.database.db, [room.id])).get(room.id) ?? [];
    await room.send();
    expect(await codeOf(room.add({ text: 'Too late' }))).toBe('invalid_transition');
    const late = removeEntry(counter.disputesDeps, room.by, room.id, entry?.id ?? '', 'r');
    expect(await codeOf(late)).toBe('invalid_transition');
  });

  test('at the moment in which it is sent is sent, or refused', async () => {
    for (let round = 0; round < 5; round++) {
      const room = await disputed();

      const [added] = await Promise.all([codeOf(room.add({ text: 'At the last moment.' })), room.send()]);
      await counter.settle();

      const sent = (await room.atBank()).uncategorized_text;
      expect(added).toBe(sent?.includes('At the last moment.') ? 'no error' : 'invalid_transition');
    }
  });
});

test('an inquiry moves no money, but holds it until the bank has no more questions', async () => {
  const maker = await counter.maker();
  const sale = await counter.sell(maker, { card: '4000000000001976', shipped: true });
  await counter.release(sale);
  const asked = await counter.disputeOf(sale.paymentId);
  const held = await sent(maker);
  await counter.pass(16 * DAY);

  expect(asked).toMatchObject({ inquiry: true, state: 'evidence_due' });
  expect(held).toBe(0);
  expect((await counter.disputeOf(sale.paymentId))?.state).toBe('closed');
  expect(await sent(maker)).toBe(PAYABLE);
  expect(await counter.difference()).toBe(0);
});

test('an inquiry that becomes a chargeback takes the money then, is told anew, and wants an answer of its own', async () => {
  const maker = await counter.maker();
  const sale = await counter.sell(maker, { card: '4000000000001976', shipped: true });
  const asked = await counter.disputeOf(sale.paymentId);
  const before = await left(maker);
  await submit(counter.disputesDeps, admin, asked?.id ?? '', 'escalate_inquiry_evidence', 'r');
  await counter.settle();
  const dispute = await counter.disputeOf(sale.paymentId);

  expect(before).toEqual({ payable: PAYABLE, reserve: 0, debt: 0 });
  expect(await left(maker)).toEqual({ payable: 0, reserve: PAYABLE, debt: 0 });
  expect(dispute).toMatchObject({ inquiry: false, state: 'evidence_due', possible: ['submit'] });
  expect(told(sale.paymentId)).toMatchObject([
    { state: 'opened', inquiry: true },
    { state: 'evidence_due', inquiry: false, escalated: true, order: { id: sale.orderId } },
  ]);
  expect(await counter.difference()).toBe(0);
});

test('webhooks that come doubled, late, out of order or not at all change nothing twice', async () => {
  const maker = await counter.maker();
  await counter.control('PUT', '/webhooks', [
    { times: 1, types: ['charge.dispute.created'], fault: { kind: 'drop' } },
    { times: 1, types: ['charge.dispute.funds_withdrawn'], fault: { kind: 'duplicate', copies: 3 } },
    { times: 1, types: ['checkout.session.completed'], fault: { kind: 'delay', ms: 60_000 } },
  ]);
  const sale = await counter.sell(maker, { card: '4000000000000259' });
  await counter.control('PUT', '/webhooks', []);
  await counter.control('POST', '/webhooks/flush');
  await counter.settle();
  const dispute = await counter.disputeOf(sale.paymentId);
  // The same is told once more, by hand.
  for (const type of ['charge.dispute.updated', 'charge.dispute.created']) {
    await counter.disputes.hear({ type, subject: dispute?.providerId ?? '', account: null });
  }

  expect((await left(maker)).reserve).toBe(PAYABLE);
  expect(dispute?.timeline.filter(({ kind }) => kind === 'money_taken').length).toBe(1);
  // The bank was faster than the order; its maker hears of it all the same.
  expect(told(sale.paymentId).at(-1)).toMatchObject({ state: 'opened', order: { id: sale.orderId } });
  expect(await counter.difference()).toBe(0);
});

describe('RefundDispute', () => {
  const ROUNDS = 8;
  test('a refund and a chargeback of one charge at once never pay twice, whichever was faster', async () => {
    const outcomes = new Set<string>();
    for (let round = 0; round < ROUNDS; round++) {
      const maker = await counter.maker();
      const sale = await counter.sell(maker);
      if (round % 2 === 1) {
        await counter.release(sale);
        await counter.pass(2 * DAY);
      }
      const refund = () =>
        counter.database.transaction((tx) =>
          counter.payments.funds.refund(tx, { paymentId: sale.paymentId, reason: 'goodwill', key: newId(), by: null }),
        );
      const bank = () => counter.control('POST', '/disputes', { charge: sale.chargeId });
      // The bank goes first every third time.
      const acts = round % 3 === 0 ? [bank(), refund()] : [refund(), bank()];
      const [first, second] = await Promise.allSettled(acts);
      await counter.settle();
      await counter.pass(9 * DAY);
      outcomes.add(`${first?.status} ${second?.status}`);

      const charge = await counter.stripe(`/v1/charges/${sale.chargeId}`);
      const dispute = await counter.disputeOf(sale.paymentId);
      const back = Number(charge.amount_refunded) + (dispute?.state === 'lost' ? dispute.amount.amount : 0);
      expect(back).toBe(TOTAL);
      expect((await sent(maker)) - (await counter.balance('maker_debt', maker))).toBe(0);
      expect((await left(maker)).payable).toBe(0);
      expect(await counter.difference()).toBe(0);
    }
    expect(await counter.balance('refunds_in_transit')).toBe(0);
    expect(outcomes.size).toBeGreaterThan(0);
  }, 120_000);
});
