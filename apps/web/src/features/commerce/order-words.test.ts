import type { Lock, Order } from '@videowindow/contract/api/commerce';
import { describe, expect, test } from 'vitest';
import { askAgainMs, stageOf, totalFor } from './lock-words.ts';
import { orderChip, orderSteps } from './order-words.ts';

const usd = (amount: number) => ({ amount, currency: 'USD' });
const ines = {
  id: 'a',
  handle: 'ines',
  displayName: 'Ines Duarte',
  city: null,
  avatarUrl: null,
  avatarThumbhash: null,
};
const tom = { id: 'b', handle: 'tom', displayName: 'Tom Rey', city: null, avatarUrl: null, avatarThumbhash: null };

const order: Order = {
  id: 'o',
  number: 10482,
  together: [],
  storyId: 's',
  storyTitle: 'Moon jar',
  posterUrl: null,
  maker: ines,
  buyer: tom,
  state: 'awaiting_shipment',
  delivery: 'ship',
  lines: [{ title: 'Moon jar', options: [], quantity: 1, unit: usd(9400) }],
  item: usd(9400),
  shipping: usd(1800),
  total: usd(11_200),
  fee: null,
  returns: { days: 0, postage: 'buyer' },
  shipBy: '2026-11-19T18:20:00Z',
  shipment: null,
  scan: null,
  address: null,
  handoverCode: null,
  timeline: [{ kind: 'paid', at: '2026-11-16T18:20:00Z', note: null }],
  completesAt: null,
  buyerMayCancelAt: null,
  cancelsAt: null,
  refunded: usd(0),
  issueOpen: false,
  disputed: false,
  tax: null,
  invoices: [],
  possible: [],
};

const lock: Lock = {
  id: 'l',
  storyId: 's',
  storyTitle: 'Moon jar',
  maker: ines,
  reason: 'auction',
  state: 'held',
  released: null,
  options: [],
  quantity: 1,
  zones: [{ countries: ['US'], price: usd(1800), further: usd(1800) }],
  returns: { days: 0, postage: 'buyer' },
  country: null,
  item: usd(9400),
  shipping: usd(1800),
  total: usd(11_200),
  expiresAt: '2026-11-18T18:20:00Z',
  serverTime: '2026-11-16T18:20:00Z',
  pickup: true,
  shippable: true,
  orderId: null,
  extension: null,
  paymentFailed: false,
  together: null,
  possible: ['checkout'],
};

const states = (value: Order) => orderSteps(value, 'buyer').map((step) => step.state);

describe('the timeline of an order', () => {
  test('a paid order stands at its payment, and shows what comes', () => {
    expect(states(order)).toEqual(['now', 'next', 'next', 'next']);
  });

  test('one that is fetched is never shipped', () => {
    const titles = orderSteps({ ...order, delivery: 'pickup' }, 'buyer').map((step) => step.title);

    expect(titles).toEqual(['Paid', 'Handed over', 'Done']);
  });

  test('when it is done nothing is left to come', () => {
    const done = {
      ...order,
      state: 'completed' as const,
      timeline: [...order.timeline, { kind: 'completed', at: '2026-11-24T10:00:00Z', note: null }],
    };

    expect(states(done)).toEqual(['done', 'done']);
  });

  test('says that it was paid by card only when it was', () => {
    const paid = { kind: 'paid', at: '2026-11-16T18:20:00Z', note: 'card' };

    expect(orderSteps({ ...order, timeline: [paid] }, 'buyer')[0]?.title).toBe('Paid by card');
    expect(orderSteps(order, 'buyer')[0]?.title).toBe('Paid');
  });

  test('a moment of a newer server is shown by its own word', () => {
    const newer = { ...order, timeline: [{ kind: 'customs_cleared', at: '2026-11-17T10:00:00Z', note: null }] };

    expect(orderSteps(newer, 'buyer')[0]?.title).toBe('Customs cleared');
  });

  test('it is overdue only while it waits to be sent', () => {
    const late = Date.parse(order.shipBy) + 1;

    expect(orderChip(order, late).label).toBe('Overdue');
    expect(orderChip({ ...order, state: 'shipped' }, late).label).toBe('On its way');
  });
});

describe('a piece that is held for me', () => {
  test('is open only while the server takes a checkout', () => {
    expect(stageOf(lock)).toBe('open');
    expect(stageOf({ ...lock, possible: [] })).toBe('ending');
  });

  test('costs no shipping when it is fetched', () => {
    expect(totalFor(lock, 'pickup')).toEqual(usd(9400));
    expect(totalFor(lock, 'ship')).toEqual(usd(11_200));
  });

  test('is asked after until its order is there, and not longer', () => {
    expect(askAgainMs({ ...lock, state: 'paid' })).toBe(1_000);
    expect(askAgainMs({ ...lock, state: 'paid', orderId: 'o' })).toBe(false);
    expect(askAgainMs({ ...lock, state: 'released' })).toBe(false);
  });
});
