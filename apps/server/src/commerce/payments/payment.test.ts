import { statesOf } from '@videowindow/contract/machine';
import { type PaymentState, paymentMachine } from '@videowindow/contract/machines/payment';
import { money } from '@videowindow/contract/money';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CheckoutRequest, decide, isSoonOver, pageOf, sharesOf, showsTheSame } from './payment.ts';
import type { Session } from './settlement.ts';

const usd = (amount: number) => money(amount, 'USD');
const agreed = usd(9600);

const sessionOf = (status: Session['status'], received: Session['received']): Session => ({
  id: 'cs_1',
  paymentId: 'p1',
  url: null,
  endsAt: new Date(0),
  status,
  paid: received !== null,
  failed: false,
  received,
  intentId: null,
  chargeId: null,
  cardPrint: null,
  fee: null,
  address: null,
  tax: null,
  method: null,
});

const words: Record<string, Session> = {
  open: sessionOf('open', null),
  expired: sessionOf('expired', null),
  waiting: sessionOf('complete', null),
  failed: { ...sessionOf('complete', null), failed: true },
  paid: sessionOf('complete', agreed),
  paidLess: sessionOf('complete', usd(9599)),
  paidOtherwise: sessionOf('complete', money(9600, 'EUR')),
};

describe("the provider's word", () => {
  test.each([
    ['created', 'open', 'session_open'],
    ['created', 'paid', 'captured'],
    ['session_open', 'paid', 'captured'],
    ['session_open', 'waiting', 'processing'],
    ['session_open', 'expired', 'expired'],
    ['session_open', 'paidLess', 'quarantined'],
    ['session_open', 'paidOtherwise', 'quarantined'],
    ['processing', 'paid', 'captured'],
    ['processing', 'waiting', null],
    ['processing', 'failed', 'failed'],
    ['session_open', 'failed', 'failed'],
    ['captured', 'failed', null],
    ['captured', 'expired', null],
    ['captured', 'paid', null],
    ['expired', 'open', null],
    ['expired', 'paid', 'captured'],
    ['failed', 'paid', 'captured'],
    ['failed', 'paidLess', 'quarantined'],
    ['failed', 'waiting', null],
    ['late_refunded', 'paid', null],
    ['quarantined', 'paid', null],
  ] as const)('of a payment that is %s and a session that is %s leads to %s', (state, word, to) => {
    expect(decide({ state, amount: agreed }, words[word] as Session)?.to ?? null).toBe(to);
  });

  test('in whatever order and however often it comes, takes money once and never gives it up', () => {
    const anyWord = fc.constantFrom(...Object.values(words));
    fc.assert(
      fc.property(fc.array(anyWord, { maxLength: 12 }), (said) => {
        let state: PaymentState = paymentMachine.initial;
        let arrivals = 0;
        for (const session of said) {
          const decision = decide({ state, amount: agreed }, session);
          if (!decision) continue;
          if (decision.command === 'capture' || decision.command === 'quarantine') arrivals++;
          state = decision.to;
        }
        expect(arrivals).toBeLessThanOrEqual(1);
        const arrived = said.findIndex(({ received }) => received !== null);
        if (arrived !== -1) expect(['captured', 'quarantined']).toContain(state);
        expect(statesOf(paymentMachine)).toContain(state);
      }),
    );
  });
});

describe('what is asked of the provider', () => {
  const request: CheckoutRequest = {
    lockId: 'l1',
    buyerId: 'b1',
    makerId: 'm1',
    title: 'Moon jar',
    item: usd(8400),
    shipping: usd(1200),
    total: usd(9600),
    fee: usd(870),
    shipsTo: ['US'],
    lockEndsAt: new Date(0),
    expiresAt: new Date('2026-11-21T10:00:00Z'),
  };
  const urls = { success: 'https://a.test/done', cancel: 'https://a.test/back' };
  const page = (change: Partial<CheckoutRequest> = {}) => pageOf({ ...request, ...change }, 'b@a.test', urls);

  test('shows the piece and its shipping, and asks for an address when it is sent', () => {
    expect(page().lines).toEqual([
      { label: 'Moon jar', amount: usd(8400) },
      { label: 'Shipping', amount: usd(1200), isShipping: true },
    ]);
    expect(page().shipsTo).toEqual(['US']);
    expect(page({ shipping: null, total: usd(8400) })).toMatchObject({ shipsTo: null, lines: [{ label: 'Moon jar' }] });
    expect(page({ shipping: usd(0), total: usd(8400) })).toMatchObject({
      shipsTo: ['US'],
      lines: [{ label: 'Moon jar' }],
    });
  });

  test('is the same while only its end differs, also after a round through the database', () => {
    const later = page({ expiresAt: new Date('2026-11-21T12:00:00Z') });
    const shuffled = JSON.parse(
      '{"shipsTo":["US"],"lines":[{"amount":{"currency":"USD","amount":8400},"label":"Moon jar"},{"amount":{"currency":"USD","amount":1200},"label":"Shipping"}]}',
    );
    expect(showsTheSame(page(), later)).toBe(true);
    expect(showsTheSame(shuffled, page())).toBe(true);
    expect(showsTheSame(page(), page({ shipping: null, total: usd(8400) }))).toBe(false);
    expect(showsTheSame(page(), page({ item: usd(8401), total: usd(9601) }))).toBe(false);
  });

  test('leaves the maker the total less the fee, and takes no sum that does not add up', () => {
    expect(sharesOf(request)).toEqual([{ makerId: 'm1', payable: usd(8730), fee: usd(870) }]);
    expect(() => sharesOf({ ...request, total: usd(9601) })).toThrow('parts of 9600');
    expect(() => sharesOf({ ...request, fee: usd(9601) })).toThrow('a fee of');
  });
});

test('a page is soon over when it ends before the time to pay does, and that in less than half an hour', () => {
  const at = (minute: number) => new Date(minute * 60_000);
  const endsAt = at(100).toISOString();
  const request = { email: '', lines: [], shipsTo: null, endsAt, successUrl: '', cancelUrl: '' };
  const soon = (session: Date | null, lockEnds: number, now: number) =>
    isSoonOver({ session_ends_at: session, request }, at(lockEnds), at(now));

  expect([soon(at(100), 200, 69), soon(at(100), 200, 71), soon(at(100), 100, 99), soon(at(100), 200, 101)]).toEqual([
    false,
    true,
    false,
    true,
  ]);
  // One that the provider never answered for ends when it was asked to.
  expect([soon(null, 200, 69), soon(null, 200, 71)]).toEqual([false, true]);
});
