import type Stripe from 'stripe';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Fixture, openSandbox } from '../sandbox.fixture.ts';

const DAY = 24 * 3600;
const TAKEN_FOR_THE_CARD = 274;
let fixture: Fixture;
beforeEach(async () => {
  fixture = await openSandbox();
});
afterEach(() => fixture.close());

async function paid(card: string): Promise<{ charge: Stripe.Charge; dispute: Stripe.Dispute | undefined }> {
  const session = await fixture.openCheckout();
  await fixture.pay(session.url, card);
  const [charge] = (await fixture.stripe.charges.list({ limit: 1 })).data;
  if (!charge) throw new Error('nothing was charged');
  return { charge, dispute: (await fixture.stripe.disputes.list({ charge: charge.id })).data[0] };
}

const held = async (): Promise<number> => {
  const { available, pending } = await fixture.stripe.balance.retrieve();
  return (available[0]?.amount ?? 0) + (pending[0]?.amount ?? 0);
};
const types = () => fixture.receiver.types().filter((type) => type.startsWith('charge.dispute.'));

describe('a disputed payment', () => {
  test('loses its money and a fee at once, and wins the money back by evidence', async () => {
    const { charge, dispute } = await paid('4000000000000259');
    const taken = await held();
    const won = await fixture.stripe.disputes.update(dispute?.id ?? '', {
      evidence: { uncategorized_text: 'winning_evidence', shipping_tracking_number: 'RR1' },
      submit: true,
    });
    await fixture.sandbox.settled();

    expect(dispute).toMatchObject({ status: 'needs_response', amount: 8400, reason: 'fraudulent', charge: charge.id });
    expect(charge.disputed).toBe(true);
    expect(taken).toBe(-TAKEN_FOR_THE_CARD - 1500);
    expect(won.status).toBe('won');
    expect(await held()).toBe(8400 - TAKEN_FOR_THE_CARD - 1500);
    expect(types().sort()).toEqual([
      'charge.dispute.closed',
      'charge.dispute.created',
      'charge.dispute.funds_reinstated',
      'charge.dispute.funds_withdrawn',
      'charge.dispute.updated',
    ]);
  });

  test('is lost when no evidence comes in time, and cannot be refunded as well', async () => {
    const { charge, dispute } = await paid('4000000000002685');
    const refused = fixture.stripe.refunds.create({ charge: charge.id });
    await expect(refused).rejects.toMatchObject({ code: 'charge_disputed' });
    fixture.advance(7 * DAY);
    await fixture.sandbox.tick();

    expect((await fixture.stripe.disputes.retrieve(dispute?.id ?? '')).status).toBe('lost');
    await expect(fixture.stripe.refunds.create({ charge: charge.id })).rejects.toMatchObject({
      code: 'charge_disputed',
    });
  });

  test('is thought about for a week when the evidence has no magic words: a tracking number wins', async () => {
    const { dispute } = await paid('4000000000000259');
    const draft = await fixture.stripe.disputes.update(dispute?.id ?? '', {
      evidence: { shipping_tracking_number: 'RR1' },
      submit: false,
    });
    const sent = await fixture.stripe.disputes.update(dispute?.id ?? '', { evidence: { shipping_carrier: 'CTT' } });
    fixture.advance(14 * DAY);
    await fixture.sandbox.tick();

    expect(draft.status).toBe('needs_response');
    expect(sent.status).toBe('under_review');
    await expect(
      fixture.stripe.disputes.update(dispute?.id ?? '', { evidence: { shipping_carrier: 'UPS' } }),
    ).rejects.toThrow('no longer');
    expect((await fixture.stripe.disputes.retrieve(dispute?.id ?? '')).status).toBe('won');
  });
});

test('evidence may be files: of a kind that banks read, uploaded before, and not too much of them', async () => {
  const { dispute } = await paid('4000000000000259');
  const upload = (name: string, data: Uint8Array) =>
    fixture.stripe.files.create({
      purpose: 'dispute_evidence',
      file: { name, data, type: 'application/octet-stream' },
    });
  const pdf = (bytes: number) => Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(bytes, 1)]);
  const small = await upload('label.pdf', pdf(2_000));
  const large = await Promise.all([upload('a.pdf', pdf(2_400_000)), upload('b.pdf', pdf(2_400_000))]);
  const id = dispute?.id ?? '';
  const send = (evidence: Stripe.DisputeUpdateParams.Evidence) =>
    fixture.stripe.disputes.update(id, { evidence, submit: false });

  expect(small).toMatchObject({ object: 'file', filename: 'label.pdf', size: 2_009, type: 'pdf' });
  expect((await fixture.stripe.files.retrieve(small.id)).purpose).toBe('dispute_evidence');
  await expect(upload('note.txt', Buffer.from('It was sent.'))).rejects.toThrow('supported file types');
  await expect(upload('huge.pdf', pdf(5_000_000))).rejects.toMatchObject({ code: 'file_too_large' });
  await expect(send({ receipt: 'file_that_is_not_there' })).rejects.toMatchObject({ code: 'resource_missing' });
  await expect(send({ receipt: large[0]?.id, uncategorized_file: large[1]?.id })).rejects.toThrow('4.5 MB');
  expect((await send({ shipping_documentation: small.id })).evidence.shipping_documentation).toBe(small.id);
});

test('an inquiry takes nothing, may be refunded, and ends by itself or becomes a dispute', async () => {
  const { charge, dispute } = await paid('4000000000001976');
  const untouched = await held();
  await fixture.stripe.refunds.create({ charge: charge.id, amount: 400 });
  const escalated = await fixture.stripe.disputes.update(dispute?.id ?? '', {
    evidence: { uncategorized_text: 'escalate_inquiry_evidence' },
  });

  expect(dispute?.status).toBe('warning_needs_response');
  expect(untouched).toBe(8400 - TAKEN_FOR_THE_CARD);
  expect(escalated.status).toBe('needs_response');
  expect(await held()).toBe(8400 - TAKEN_FOR_THE_CARD - 400 - 8400 - 1500);
});

test('a buyer may go to the bank later, once, and for what is left', async () => {
  const { charge } = await paid('4242424242424242');
  await fixture.stripe.refunds.create({ charge: charge.id, amount: 400 });

  expect(await fixture.control('POST', '/disputes', { charge: charge.id, reason: 'product_not_received' })).toBe(200);
  expect(await fixture.control('POST', '/disputes', { charge: charge.id })).toBe(400);
  const [dispute] = (await fixture.stripe.disputes.list({ charge: charge.id })).data;
  expect(dispute).toMatchObject({ amount: 8000, reason: 'product_not_received', status: 'needs_response' });
});
