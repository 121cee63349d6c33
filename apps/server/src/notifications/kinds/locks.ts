// What is said to those who are to pay, and of what counts against people.
import { format, type Kinds, moment } from '../message.ts';

export const lockKinds = {
  'lock.held': ({ payload }) => {
    // Whoever chose to buy is on the page that asks them to pay.
    if (payload.reason === 'fixed_price' || payload.reason === 'buy_now') return [];
    const won = {
      auction: { kind: 'won', title: 'You won', opening: `“${payload.title}” is yours` },
      offer: { kind: 'offer_accepted', title: 'Your offer was accepted', opening: `“${payload.title}” is yours` },
      second_chance: {
        kind: 'second_chance',
        title: 'A second chance',
        opening: `You can still have “${payload.title}”`,
      },
    }[payload.reason];
    return [
      {
        to: payload.buyerId,
        kind: won.kind,
        title: won.title,
        body: `${won.opening} for ${format(payload.total)} with shipping. Please pay by ${moment(payload.expiresAt)}.`,
        href: `/pay/${payload.lockId}`,
        mail: { action: `Pay ${format(payload.total)}` },
      },
    ];
  },
  'lock.reminder_due': ({ payload }) => [
    {
      to: payload.buyerId,
      kind: 'pay_reminder',
      title: 'Please remember to pay',
      body: `“${payload.title}” is held for you until ${moment(payload.expiresAt)}: ${format(payload.total)}.`,
      href: `/pay/${payload.lockId}`,
      mail: { action: `Pay ${format(payload.total)}` },
    },
  ],
  'lock.payment_failed': ({ payload }) => [
    {
      to: payload.buyerId,
      kind: 'payment_failed',
      title: 'Your bank did not pay',
      body: `The payment for “${payload.title}” did not go through, and nothing was charged. It is held for you until ${moment(payload.expiresAt)}; please pay another way.`,
      href: `/pay/${payload.lockId}`,
      mail: { action: `Pay ${format(payload.total)}` },
    },
  ],
  'lock.extension_asked': ({ payload }) => [
    {
      to: payload.makerId,
      kind: 'lock_extension_asked',
      title: 'Your buyer asks for more time',
      body: `The time to pay for “${payload.title}” ends ${moment(payload.expiresAt)}. You may give more time, once.`,
      href: `/studio/holds/${payload.lockId}`,
      mail: { action: 'Answer' },
    },
  ],
  'lock.extended': ({ payload }) => [
    {
      to: payload.buyerId,
      kind: 'lock_extended',
      title: 'You have more time to pay',
      body: `The maker holds “${payload.title}” for you until ${moment(payload.expiresAt)}.`,
      href: `/pay/${payload.lockId}`,
      mail: { action: 'Pay for it' },
    },
  ],
  'lock.released': ({ payload }) =>
    payload.why === 'declined'
      ? []
      : [
          {
            to: payload.buyerId,
            kind: 'lock_released',
            title: {
              cancelled: 'It went another way',
              failed: 'Your bank did not pay',
              expired: 'The time to pay is over',
            }[payload.why],
            body: `“${payload.title}” can no longer be paid for. Nothing was charged.`,
            href: `/s/${payload.storyId}`,
            mail: { action: 'See the piece' },
          },
        ],
  'person.struck': ({ payload }) => [
    {
      to: payload.userId,
      kind: 'strike',
      ...(payload.kind === 'auction_cancelled'
        ? {
            title: 'A cancelled auction counts against you',
            body: `People had bid on “${payload.title}”. If there was a good reason, tell us.`,
          }
        : payload.kind === 'order_cancelled'
          ? {
              title: 'A cancelled order counts against you',
              body: `“${payload.title}” was paid, and not sent. If there was a good reason, tell us.`,
            }
          : {
              title: {
                good: 'A payment was missed',
                warned: 'A payment was missed',
                card: 'You need a saved card to bid',
                suspended: 'You cannot bid for now',
              }[payload.standing],
              body: `“${payload.title}” was not paid in time. ${
                {
                  good: 'Please pay in time when you win.',
                  warned: 'Please pay in time: after the next one you need a saved card to bid.',
                  card: 'After two missed payments a saved card is needed to bid.',
                  suspended: 'After three missed payments bidding is suspended.',
                }[payload.standing]
              } If there was a good reason, tell us.`,
            }),
      href: '/strikes',
      mail: { action: 'Read more' },
    },
  ],
  'strike.answered': ({ payload }) => [
    {
      to: payload.userId,
      kind: 'strike_answered',
      title: payload.answer === 'lifted' ? 'It counts no longer' : 'We have read your reasons',
      body:
        payload.answer === 'lifted'
          ? `What you wrote about “${payload.title}” convinced us. It counts against you no longer.`
          : `What happened with “${payload.title}” goes on counting. Thank you for telling us your side.`,
      href: '/strikes',
    },
  ],
} satisfies Kinds;
