import { holdReasons } from '@videowindow/contract/api/commerce';
import { events } from '@videowindow/contract/events';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DomainEvent } from '#platform/events';
import { arbitraryOf } from '../testing/arbitrary.ts';
import { kinds } from './kinds.ts';
import { notificationMail } from './mail.ts';
import type { Message } from './message.ts';

const ME = '01900000-0000-7000-8000-00000000000a';
const OTHER = '01900000-0000-7000-8000-00000000000b';
const THING = '01900000-0000-7000-8000-00000000000c';
const AT = '2026-11-21T18:04:00.000Z';
const usd = (amount: number) => ({ amount, currency: 'USD' });

type Kind = keyof typeof kinds;
const types = Object.keys(kinds) as Kind[]; // the table's own keys

/** What an event says; its payload is of the event's type where the test is about one, and generated else. */
const messagesOf = (type: Kind, payload: unknown): Message[] =>
  (kinds[type] as unknown as (event: DomainEvent) => Message[])({
    position: 1,
    id: THING,
    type,
    aggregate: THING,
    at: new Date(AT),
    payload,
  } as DomainEvent);

const UUID = '[0-9a-f-]{36}';
/** The pages that there are to lead to. */
const PAGES = new RegExp(
  `^/(?:s/${UUID}|studio|studio/offers|studio/payouts|studio/balance|studio/start|studio/stories/${UUID}|pay/${UUID}|orders|orders[?]tab=offers|strikes|you/account|you/privacy|you/security|@[A-Za-z0-9_.]+|studio/holds/${UUID}|orders/${UUID}|admin/makers/${UUID}|admin/money|admin/security|admin/cases/${UUID}|admin/disputes/${UUID})$`,
);

/** An event in which all that somebody typed (text that has no form of its own) is these words. */
const withWords = (type: Kind, payload: unknown, words: string): unknown => {
  // Each event's schema is an object's JSON Schema, whatever its own members are.
  const members = events[type].properties as unknown as Record<string, Record<string, unknown>>;
  const isTyped = (name: string) =>
    members[name]?.type === 'string' && !['enum', 'format', 'pattern'].some((form) => form in (members[name] ?? {}));
  return Object.fromEntries(
    Object.entries(payload as object).map(([name, value]) => [name, isTyped(name) ? words : value]),
  );
};

describe.each(types)('%s', (type) => {
  it('says whole sentences to people of the event, once to each, and leads to a page', () => {
    fc.assert(
      fc.property(arbitraryOf(events[type]), (payload) => {
        const plain = withWords(type, payload, 'Words');
        const messages = messagesOf(type, plain);
        const ids = new Set(JSON.stringify(payload).match(new RegExp(UUID, 'g')));

        for (const { to, kind, title, body, href, mail } of messages) {
          expect(ids).toContain(to);
          expect(kind).toMatch(/^[a-z_]+$/);
          expect(href).toMatch(PAGES);
          for (const words of [title, body, mail?.action ?? 'no mail']) {
            expect(words.trim()).not.toBe('');
            expect(words).not.toMatch(/undefined|NaN|null|Invalid|\[object/);
          }
          expect(title).not.toMatch(/[\r\n]/);
        }
        const keys = messages.map(({ to, kind }) => `${to} ${kind}`);
        const people = (payload as { bidderIds?: string[]; loserIds?: string[] }) ?? {};
        const isRepeated = [people.bidderIds, people.loserIds].some(
          (list) => new Set(list).size !== (list?.length ?? 0),
        );
        if (!isRepeated) expect(new Set(keys).size).toBe(keys.length);
      }),
      { numRuns: 40 },
    );
  });

  it('lets no text that somebody typed become HTML in a mail', () => {
    const hostile = '<img src=x onerror="alert(1)">&\'';
    fc.assert(
      fc.property(arbitraryOf(events[type]), (payload) => {
        const typed = withWords(type, payload, hostile);
        for (const message of messagesOf(type, typed)) {
          if (!message.mail) continue;
          const mail = notificationMail(
            { ...message, mail: message.mail },
            { to: 'a@people.test', siteName: '<b>Site</b>', publicUrl: 'https://video.test' },
          );

          expect(mail.html).not.toMatch(/<img|<b>|onerror="/);
          expect(mail.html).toContain(`href="https://video.test${message.href}"`);
          expect(mail.text).toContain(message.body);
        }
      }),
      { numRuns: 20 },
    );
  });
});

describe('what is said', () => {
  const story = { storyId: THING, makerId: ME, title: 'Tea bowl' };
  const sale = { ...story, listingId: THING };
  const kindsOf = (messages: Message[]) => messages.map(({ to, kind, mail }) => [to, kind, mail !== undefined]);

  it('to a maker is nothing when they put a story back themselves', () => {
    expect(messagesOf('story.listed', { ...story, by: 'maker' })).toEqual([]);
    expect(kindsOf(messagesOf('story.listed', { ...story, by: 'moderator' }))).toEqual([[ME, 'story_listed', true]]);
  });

  it('of an auction is true to its outcome', () => {
    const closed = (outcome: string, price: object | null) =>
      messagesOf('auction.closed', { ...sale, outcome, winnerId: null, price, loserIds: [OTHER] });

    expect(closed('sold', usd(5000)).map(({ title }) => title)).toEqual(['Sold for $50.00', 'The auction has ended']);
    expect(closed('sold', usd(5000))[1]?.body).toContain('went to somebody else');
    expect(closed('no_sale', null)[1]?.body).toBe('“Tea bowl” was not sold. Your bid binds you no longer.');
    expect(closed('cancelled', null)[1]?.title).toBe('An auction was cancelled');
  });

  it('of an order that is fetched speaks of no parcel', () => {
    const order = { ...sale, orderId: THING, number: 7, buyerId: OTHER, total: usd(5000), shipBy: AT };
    const said = (delivery: string) =>
      messagesOf('order.placed', { ...order, delivery })
        .map(({ title, body, mail }) => `${title} ${body} ${mail?.action}`)
        .join(' ');

    expect(said('ship')).toContain('Please ship order 7');
    expect(said('ship')).toContain('21 Nov, 18:04 UTC');
    expect(said('pickup')).not.toMatch(/ship|sends/i);
  });

  it('of money that is held does not say that it is on its way, and of a late order says when it may be cancelled', () => {
    const order = { ...sale, orderId: THING, number: 7, buyerId: OTHER, payable: usd(5000) };
    const completed = (heldBy?: string[]) => messagesOf('order.completed', { ...order, heldBy })[0]?.body;
    const overdue = messagesOf('order.ship_reminder_due', {
      ...order,
      ...{ kind: 'overdue', delivery: 'ship', shipBy: AT, buyerMayCancelAt: '2026-11-28T09:30:00.000Z' },
    });

    expect(completed([])).toContain('is on its way');
    expect(completed()).toContain('is on its way');
    for (const reason of holdReasons) expect(completed([reason])).toMatch(/is kept for you .+[.]$/);
    for (const reason of holdReasons) expect(completed([reason])).not.toContain('on its way');
    expect(overdue[0]?.body).toContain('From 28 Nov, 09:30 UTC on the buyer may cancel');
  });

  it('goes by mail exactly where a person is needed or waits', () => {
    const amount = usd(5000);
    const auction = { auctionId: THING, price: amount, endsAt: AT };
    const lock = { ...sale, lockId: THING, buyerId: OTHER, auctionId: null, total: amount, expiresAt: AT };
    const offer = { ...sale, offerId: THING, buyerId: OTHER, amount };
    const order = { ...sale, orderId: THING, number: 7, buyerId: OTHER, delivery: 'ship', shipBy: AT };
    const media = { mediaId: THING, ownerId: ME, filename: 'a.mp4', code: 'media_unreadable' };
    const said: [Kind, object][] = [
      ['media.rejected', media],
      ['media.failed', media],
      ['offer.made', offer],
      ['offer.countered', { ...offer, from: 'maker' }],
      ['offer.countered', offer],
      ...['accepted', 'declined', 'expired', 'converted_to_bid', 'superseded', 'piece_sold'].map(
        (answer): [Kind, object] => ['offer.answered', { ...offer, answer }],
      ),
      ...['accepted', 'declined', 'expired', 'superseded'].map((answer): [Kind, object] => [
        'offer.answered',
        { ...offer, from: 'maker', answer },
      ]),
      ['auction.opened', { ...sale, ...auction, openerId: OTHER, auction }],
      ['auction.outbid', { ...sale, ...auction, bidderIds: [OTHER] }],
      ['auction.second_chance_due', { ...sale, ...auction, decideBy: AT }],
      ['lock.held', { ...lock, reason: 'auction' }],
      ['lock.held', { ...lock, reason: 'offer' }],
      ['lock.held', { ...lock, reason: 'second_chance' }],
      ['lock.reminder_due', lock],
      ['lock.payment_failed', lock],
      ['lock.released', { ...lock, why: 'expired' }],
      ['lock.released', { ...lock, why: 'declined' }],
      ['payment.late_refunded', { paymentId: THING, lockId: THING, buyerId: OTHER, amount }],
      ['payment.late_refunded', { paymentId: THING, lockId: THING, buyerId: OTHER, amount, paidBefore: true }],
      [
        'payment.refunded',
        {
          ...{ paymentId: THING, lockId: THING, refundId: THING, buyerId: OTHER, amount },
          ...{ reason: 'issue', everything: false, makers: [] },
        },
      ],
      [
        'payment.refunded',
        {
          ...{ paymentId: THING, lockId: THING, refundId: THING, buyerId: OTHER, amount },
          ...{ reason: 'cancelled', everything: true, announced: true, makers: [] },
        },
      ],
      ['order.placed', { ...order, total: amount }],
      ['order.shipped', { ...order, carrier: 'CTT', trackingNumber: 'RR1' }],
      ['order.completed', { ...order, payable: amount }],
    ];

    expect(said.flatMap(([type, payload]) => kindsOf(messagesOf(type, payload)))).toEqual([
      [ME, 'media_rejected', false],
      [ME, 'media_failed', false],
      [ME, 'offer_made', true],
      [OTHER, 'offer_countered', true],
      [ME, 'offer_countered', true],
      [OTHER, 'offer_declined', false],
      [OTHER, 'offer_expired', false],
      [OTHER, 'offer_became_bid', true],
      [OTHER, 'offer_superseded', true],
      [OTHER, 'offer_superseded', false],
      [ME, 'offer_accepted', false],
      [ME, 'offer_declined', false],
      [ME, 'offer_expired', false],
      [OTHER, 'offer_superseded', true],
      [ME, 'auction_opened', false],
      [OTHER, 'outbid', true],
      [ME, 'second_chance_due', true],
      [OTHER, 'won', true],
      [OTHER, 'offer_accepted', true],
      [OTHER, 'second_chance', true],
      [OTHER, 'pay_reminder', true],
      [OTHER, 'payment_failed', true],
      [OTHER, 'lock_released', true],
      [OTHER, 'late_refunded', true],
      [OTHER, 'late_refunded', true],
      [OTHER, 'payment_refunded', true],
      [OTHER, 'order_placed', true],
      [ME, 'order_to_ship', true],
      [OTHER, 'order_shipped', true],
      [ME, 'order_completed', true],
    ]);
  });
});
