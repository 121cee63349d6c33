// What each event says, to whom, and whether it needs a person soon enough for a mail. Pure: event in, messages out.
import { format as formatMoney, type Money } from '@videowindow/contract';
import type { SecurityChange } from '@videowindow/contract/api/identity';
import type { DomainEvent } from '#platform/events';

export type Message = {
  to: string;
  kind: string;
  title: string;
  body: string;
  /** Path in the web app that leads to the thing. */
  href: string;
  /** Also by mail, with this on the button. */
  mail?: { action: string; invoiceOf?: string };
};

/** '21 Nov, 18:04 UTC': mails are read in places whose zone we do not know. */
const moment = (iso: string): string =>
  `${new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', timeZone: 'UTC' }).format(new Date(iso))} UTC`;

/** In the language of the sentence around it, whatever the server's own is. */
const format = (amount: Money): string => formatMoney(amount, 'en');

/** What the buyer said to a price that the maker had named. */
const MAKERS_PRICE = {
  accepted: { kind: 'offer_accepted', title: 'Your price was accepted', after: 'The buyer is asked to pay.' },
  declined: { kind: 'offer_declined', title: 'Your price was declined', after: 'The piece is free.' },
  expired: { kind: 'offer_expired', title: 'Your price ended without an answer', after: 'The piece is free.' },
};

type Kinds = { [T in DomainEvent['type']]?: (event: DomainEvent<T>) => Message[] };

/** What was changed of somebody's ways in. */
const SECURITY: Readonly<Record<SecurityChange, string>> = {
  google_linked: 'Google was linked to your account',
  google_unlinked: 'Google was unlinked from your account',
  apple_linked: 'Apple was linked to your account',
  apple_unlinked: 'Apple was unlinked from your account',
  passkey_added: 'A passkey was added to your account',
  passkey_removed: 'A passkey was removed from your account',
  second_factor_on: 'Your authenticator app is asked for from now on',
  second_factor_off: 'Your authenticator app is no longer asked for',
};

export const kinds = {
  'follow.asked': ({ payload }) => [
    {
      to: payload.followedId,
      kind: 'follow_asked',
      title: `${payload.name} asks to follow you`,
      body: 'Your account is private: you decide who sees your stories.',
      href: '/you/privacy',
    },
  ],
  'follow.approved': ({ payload }) => [
    {
      to: payload.followerId,
      kind: 'follow_approved',
      title: `You follow ${payload.name} now`,
      body: 'They said yes. Their stories are open to you.',
      href: `/@${payload.handle}`,
    },
  ],
  'security.changed': ({ payload }) => [
    {
      to: payload.userId,
      kind: 'security_changed',
      title: SECURITY[payload.what],
      body: 'If that was you, all is well. If not, undo it and sign out everywhere else now.',
      href: '/you/security',
      mail: { action: 'Look at it' },
    },
  ],
  'media.rejected': ({ payload }) => [
    {
      to: payload.ownerId,
      kind: 'media_rejected',
      title: 'A video could not be used',
      body: `“${payload.filename}” was not accepted. Open it to see why and what to do.`,
      href: '/studio',
    },
  ],
  'media.failed': ({ payload }) => [
    {
      to: payload.ownerId,
      kind: 'media_failed',
      title: 'Preparing a video failed',
      body: `“${payload.filename}” is safe. You can try again from the studio.`,
      href: '/studio',
    },
  ],
  'story.listed': ({ payload }) =>
    payload.by === 'maker'
      ? [] // they put it back themselves
      : [
          {
            to: payload.makerId,
            kind: 'story_listed',
            title: 'Your story is live',
            body: `“${payload.title}” was approved. It can be seen now.`,
            href: `/s/${payload.storyId}`,
            mail: { action: 'See your story' },
          },
        ],
  'story.changes_requested': ({ payload }) => [
    {
      to: payload.makerId,
      kind: 'story_changes_requested',
      title: 'A change is needed before your story goes live',
      body: `“${payload.title}”: ${payload.reason}`,
      href: `/studio/stories/${payload.storyId}`,
      mail: { action: 'Open the story' },
    },
  ],
  'story.removed': ({ payload }) => [
    {
      to: payload.makerId,
      kind: 'story_removed',
      title: 'Your story was removed',
      body: `“${payload.title}”: ${payload.reason}`,
      href: `/studio/stories/${payload.storyId}`,
      mail: { action: 'Read the reason' },
    },
  ],
  'offer.made': ({ payload }) => {
    if (payload.from === 'maker') {
      return [
        {
          to: payload.buyerId,
          kind: 'offer_made',
          title: `You can have it for ${format(payload.amount)}`,
          body: `You bid for “${payload.title}”, and the winner did not pay. The maker offers it to you: buy it, name another price, or let it end.`,
          href: '/orders?tab=offers',
          mail: { action: 'Answer' },
        },
      ];
    }
    return [
      {
        to: payload.makerId,
        kind: 'offer_made',
        title: `An offer of ${format(payload.amount)}`,
        body: `Somebody offers ${format(payload.amount)} for “${payload.title}”. Answer it before it ends.`,
        href: '/studio/offers',
        mail: { action: 'Answer the offer' },
      },
    ];
  },
  'offer.countered': ({ payload }) => {
    const amount = format(payload.amount);
    return payload.from === 'maker'
      ? [
          {
            to: payload.buyerId,
            kind: 'offer_countered',
            title: `The maker would sell for ${amount}`,
            body: `That is their answer to your offer for “${payload.title}”. Take it, name another price, or let it end.`,
            href: '/orders?tab=offers',
            mail: { action: 'Answer' },
          },
        ]
      : [
          {
            to: payload.makerId,
            kind: 'offer_countered',
            title: `The buyer would pay ${amount}`,
            body: `That is their answer to your price for “${payload.title}”. Answer it before it ends.`,
            href: '/studio/offers',
            mail: { action: 'Answer the offer' },
          },
        ];
  },
  'offer.answered': ({ payload }) => {
    const amount = format(payload.amount);
    const price = `${amount} for “${payload.title}”.`;
    if (payload.from === 'maker' && payload.answer in MAKERS_PRICE) {
      const { kind, title, after } = MAKERS_PRICE[payload.answer as keyof typeof MAKERS_PRICE];
      return [{ to: payload.makerId, kind, title, body: `${price} ${after}`, href: '/studio/offers' }];
    }
    const to = payload.buyerId;
    const href = `/s/${payload.storyId}`;
    switch (payload.answer) {
      case 'accepted':
        return []; // lock.held says it, with the time to pay
      case 'declined':
        return [
          {
            to,
            kind: 'offer_declined',
            title: 'Your offer was declined',
            body: `${price} You may offer again.`,
            href,
          },
        ];
      case 'expired':
        return [
          {
            to,
            kind: 'offer_expired',
            title: 'Your offer ended without an answer',
            body: `${price} You may offer again.`,
            href,
          },
        ];
      case 'converted_to_bid':
        return [
          {
            to,
            kind: 'offer_became_bid',
            title: 'Your offer opened an auction',
            body: `You lead with ${amount} for “${payload.title}”.`,
            href,
            mail: { action: 'See the auction' },
          },
        ];
      case 'superseded':
        return [
          {
            to,
            kind: 'offer_superseded',
            title: 'An auction has opened',
            body: `“${payload.title}” is now sold by auction. The offer of ${amount} has ended; you can bid instead.`,
            href,
            mail: { action: 'Bid' },
          },
        ];
      case 'piece_sold':
        return [
          {
            to,
            kind: 'offer_superseded',
            title: 'The piece is sold',
            body: `“${payload.title}” went to somebody else, so the offer of ${amount} has ended.`,
            href,
          },
        ];
    }
  },
  'auction.opened': ({ payload }) => [
    {
      to: payload.makerId,
      kind: 'auction_opened',
      title: 'Your auction is open',
      body: `“${payload.title}” starts at ${format(payload.auction.price)} and ends ${moment(payload.auction.endsAt)}.`,
      href: `/s/${payload.storyId}`,
    },
  ],
  'auction.outbid': ({ payload }) =>
    payload.bidderIds.map((to) => ({
      to,
      kind: 'outbid',
      title: 'You were outbid',
      body: `“${payload.title}” is at ${format(payload.price)} now. It ends ${moment(payload.endsAt)}.`,
      href: `/s/${payload.storyId}`,
      mail: { action: 'Bid again' },
    })),
  'auction.bids_withdrawn': ({ payload }) => [
    ...(payload.leaderId === null
      ? []
      : [
          {
            to: payload.leaderId,
            kind: 'auction_leading',
            title: 'You are in front',
            body: `Somebody's bid on “${payload.title}” counts no longer. You lead at ${format(payload.price)}; it ends ${moment(payload.endsAt)}.`,
            href: `/s/${payload.storyId}`,
          },
        ]),
    {
      to: payload.makerId,
      kind: 'auction_bid_withdrawn',
      title: payload.how === 'retracted' ? 'A bid was taken back' : 'A bidder is out',
      body: `The bids of Bidder ${payload.bidder} on “${payload.title}” count no longer. The price is ${format(payload.price)}.`,
      href: `/s/${payload.storyId}`,
    },
    ...(payload.how === 'retracted'
      ? []
      : [
          {
            to: payload.bidderId,
            kind: 'auction_disqualified',
            title: 'Your bids count no longer',
            body: `The maker of “${payload.title}” does not sell to you. Your bids bind you no longer.`,
            href: '/orders',
          },
        ]),
  ],
  'auction.ending': ({ payload }) =>
    payload.personIds.map((to) => ({
      to,
      kind: 'auction_ending',
      title: 'An auction ends soon',
      body:
        to === payload.leaderId
          ? `You lead for “${payload.title}” at ${format(payload.price)}. It ends ${moment(payload.endsAt)}.`
          : `“${payload.title}” is at ${format(payload.price)} and ends ${moment(payload.endsAt)}.`,
      href: `/s/${payload.storyId}`,
      mail: { action: 'See the auction' },
    })),
  'auction.suspended': ({ payload }) =>
    [payload.makerId, ...payload.bidderIds].map((to) => ({
      to,
      kind: 'auction_suspended',
      title: 'An auction was stopped for a while',
      body: `A moderator looks at “${payload.title}”. Bids are safe, and the lost time is given back.`,
      href: `/s/${payload.storyId}`,
    })),
  'auction.resumed': ({ payload }) =>
    [payload.makerId, ...payload.bidderIds].map((to) => ({
      to,
      kind: 'auction_resumed',
      title: 'The auction goes on',
      body: `“${payload.title}” ends ${moment(payload.endsAt)}.`,
      href: `/s/${payload.storyId}`,
      mail: { action: 'See the auction' },
    })),
  'auction.closed': ({ payload }) => [
    {
      to: payload.makerId,
      kind: `auction_${payload.outcome}`,
      title:
        (payload.outcome === 'sold' || payload.outcome === 'bought') && payload.price
          ? `Sold for ${format(payload.price)}`
          : payload.outcome === 'cancelled'
            ? 'Your auction was cancelled'
            : 'Your auction ended without a sale',
      body:
        payload.outcome === 'bought'
          ? `“${payload.title}” was bought at once, and is paid.`
          : payload.outcome === 'sold'
            ? `“${payload.title}” is reserved for the winner, who has been asked to pay.`
            : `“${payload.title}” can be offered again.`,
      href: `/s/${payload.storyId}`,
      mail: { action: 'See the result' },
    },
    ...payload.loserIds.map((to) => ({
      to,
      kind: 'auction_lost',
      title: payload.outcome === 'cancelled' ? 'An auction was cancelled' : 'The auction has ended',
      body: {
        sold: `“${payload.title}” went to somebody else. If they do not pay, you may be asked.`,
        bought: `“${payload.title}” was bought at once by somebody else. Your bid binds you no longer.`,
        no_sale: `“${payload.title}” was not sold. Your bid binds you no longer.`,
        cancelled: `The auction of “${payload.title}” was cancelled. Your bid binds you no longer.`,
      }[payload.outcome],
      href: `/s/${payload.storyId}`,
    })),
  ],
  'auction.second_chance_due': ({ payload }) => [
    {
      to: payload.makerId,
      kind: 'second_chance_due',
      title: 'The winner did not pay',
      body: `Choose for “${payload.title}” by ${moment(payload.decideBy)}: ask the next bidder, or sell it anew. If you say nothing, we ask the next bidder.`,
      href: `/s/${payload.storyId}`,
      mail: { action: 'Choose' },
    },
  ],
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
  'lock.extension_asked': ({ payload }) => [
    {
      to: payload.makerId,
      kind: 'lock_extension_asked',
      title: 'Your buyer asks for a day more',
      body: `The time to pay for “${payload.title}” ends ${moment(payload.expiresAt)}. You may give a day more, once.`,
      href: `/studio/holds/${payload.lockId}`,
      mail: { action: 'Answer' },
    },
  ],
  'lock.extended': ({ payload }) => [
    {
      to: payload.buyerId,
      kind: 'lock_extended',
      title: 'You have a day more to pay',
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
            title: payload.why === 'cancelled' ? 'It went another way' : 'The time to pay is over',
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
  'payment.late_refunded': ({ payload }) => [
    {
      to: payload.buyerId,
      kind: 'late_refunded',
      title: 'Your payment is on its way back',
      body: `It arrived after the time to pay was over, so ${format(payload.amount)} are refunded in full.`,
      href: '/orders',
      mail: { action: 'See your orders' },
    },
  ],
  'payment.refunded': ({ payload }) =>
    // One notice is enough: the order, or its issue, has told them.
    payload.announced
      ? []
      : [
          {
            to: payload.buyerId,
            kind: 'payment_refunded',
            title: `${format(payload.amount)} on the way back to you`,
            body: `${payload.everything ? 'All of your payment' : 'A part of your payment'} goes back the way you paid. Banks take 5 to 10 days to show it.`,
            href: '/orders',
            mail: { action: 'See your orders' },
          },
        ],
  'order.placed': ({ payload }) => [
    {
      to: payload.buyerId,
      kind: 'order_placed',
      title: `Paid: order ${payload.number}`,
      body: `Thank you. ${format(payload.total)} for “${payload.title}”. ${
        payload.delivery === 'pickup'
          ? 'Your order shows the code that you give the maker when you fetch it.'
          : `The maker sends it by ${moment(payload.shipBy)}.`
      }`,
      href: `/orders/${payload.orderId}`,
      // Its invoice comes with the mail.
      mail: { action: 'See your order', invoiceOf: payload.orderId },
    },
    {
      to: payload.makerId,
      kind: 'order_to_ship',
      ...(payload.delivery === 'pickup'
        ? {
            title: `Order ${payload.number} will be fetched`,
            body: `“${payload.title}” is paid. Hand it over against the code that the buyer shows.`,
            mail: { action: 'See the order' },
          }
        : {
            title: `Please ship order ${payload.number}`,
            body: `“${payload.title}” is paid. Ship it by ${moment(payload.shipBy)}.`,
            mail: { action: 'Ship it' },
          }),
      href: `/orders/${payload.orderId}`,
    },
  ],
  'order.shipped': ({ payload }) => [
    {
      to: payload.buyerId,
      kind: 'order_shipped',
      title: `Order ${payload.number} is on its way`,
      body: `“${payload.title}” was sent with ${payload.carrier}, ${payload.trackingNumber}.`,
      href: `/orders/${payload.orderId}`,
      mail: { action: 'Follow your order' },
    },
  ],
  'order.delivered': ({ payload }) =>
    // Who says themselves that it arrived knows.
    payload.how === 'received'
      ? []
      : [
          {
            to: payload.buyerId,
            kind: 'order_delivered',
            title:
              payload.how === 'handed_over'
                ? `Order ${payload.number} was handed over`
                : `Order ${payload.number} should have arrived`,
            body: `“${payload.title}”: tell us that all is well. Without your word it is done on ${moment(payload.completesAt)}.`,
            href: `/orders/${payload.orderId}`,
            ...(payload.how === 'assumed_delivered' ? { mail: { action: 'See your order' } } : {}),
          },
        ],
  'order.completed': ({ payload }) =>
    // What went back to the buyer in full is told by what caused it.
    payload.everything
      ? []
      : [
          {
            to: payload.makerId,
            kind: 'order_completed',
            title: `Order ${payload.number} is complete`,
            body: `“${payload.title}”: your part of ${format(payload.payable)}, less what was refunded, is on its way to your payout account.`,
            href: `/orders/${payload.orderId}`,
            mail: { action: 'See the order' },
          },
        ],
  'order.ship_reminder_due': ({ payload }) => {
    const href = `/orders/${payload.orderId}`;
    const send = payload.delivery === 'pickup' ? 'Hand over' : 'Send';
    if (payload.kind === 'buyer_may_cancel')
      return [
        {
          to: payload.buyerId,
          kind: 'order_late',
          title: `Order ${payload.number} is late`,
          body: `“${payload.title}” should have been ready by ${moment(payload.shipBy)}. You can go on waiting, or cancel and get everything back.`,
          href,
          mail: { action: 'See your order' },
        },
      ];
    const overdue = payload.kind === 'overdue';
    return [
      {
        to: payload.makerId,
        kind: overdue ? 'order_overdue' : 'order_reminder',
        title: overdue ? `Order ${payload.number} is overdue` : `${send} order ${payload.number} soon`,
        body: overdue
          ? `“${payload.title}” was due ${moment(payload.shipBy)}. In two days the buyer may cancel; please send it, or write to them.`
          : `“${payload.title}” is due ${moment(payload.shipBy)}.`,
        href,
        ...(payload.kind === 'half' ? {} : { mail: { action: 'Open the order' } }),
      },
    ];
  },
  'order.cancelled': ({ payload }) => {
    const href = `/orders/${payload.orderId}`;
    // The one who cancelled knows; an issue tells of itself.
    if (payload.by === 'issue') return [];
    const why = {
      maker: 'The maker cannot send it',
      buyer: 'The buyer waited too long and cancelled',
      time: 'It was never sent',
    }[payload.by];
    const words = payload.reason ? `: “${payload.reason}”` : '';
    return [
      ...(payload.by === 'buyer'
        ? []
        : [
            {
              to: payload.buyerId,
              kind: 'order_cancelled',
              title: `Order ${payload.number} was cancelled`,
              body: `${why}${words}. Everything that you paid for “${payload.title}” is on its way back to you.`,
              href,
              mail: { action: 'See your order' },
            },
          ]),
      ...(payload.by === 'maker'
        ? []
        : [
            {
              to: payload.makerId,
              kind: 'order_cancelled',
              title: `Order ${payload.number} was cancelled`,
              body: `${why}${words}. The buyer is paid back, and “${payload.title}” can be sold again.${payload.strike ? ' This counts as a strike.' : ''}`,
              href,
              mail: { action: 'See the order' },
            },
          ]),
    ];
  },
  'order.message': ({ payload }) => [
    {
      to: payload.from === 'buyer' ? payload.makerId : payload.buyerId,
      kind: 'order_message',
      title: `A message about order ${payload.number}`,
      body: payload.text,
      href: `/orders/${payload.orderId}`,
      mail: { action: 'Answer' },
    },
  ],
  'review.written': ({ payload }) => [
    {
      to: payload.by === 'buyer' ? payload.makerId : payload.buyerId,
      kind: 'review_written',
      title: `A review of order ${payload.number} waits`,
      body: `The ${payload.by} has reviewed “${payload.title}”. Write yours and both are shown; else theirs is shown on ${moment(payload.shownAt)}.`,
      href: `/orders/${payload.orderId}`,
      mail: { action: 'Write a review' },
    },
  ],
  'review.published': ({ payload }) => [
    {
      to: payload.aboutId,
      kind: 'review_published',
      title: `You were given ${payload.stars} ${payload.stars === 1 ? 'star' : 'stars'}`,
      body: 'Read what was written about you.',
      href: `/orders/${payload.orderId}`,
    },
  ],
  'review.replied': ({ payload }) => [
    {
      to: payload.authorId,
      kind: 'review_replied',
      title: 'The maker answered your review',
      body: 'Read what they wrote.',
      href: `/orders/${payload.orderId}`,
    },
  ],
  'issue.opened': ({ payload }) => [
    {
      to: payload.makerId,
      kind: 'issue_opened',
      title: `Something is wrong with order ${payload.number}`,
      body: `The buyer of “${payload.title}” needs an answer by ${moment(payload.answerBy)}. Until it is settled the money stays with us.`,
      href: `/orders/${payload.orderId}`,
      mail: { action: 'Answer' },
    },
  ],
  'issue.proposed': ({ payload }) => [
    payload.by === 'maker'
      ? {
          to: payload.buyerId,
          kind: 'issue_proposed',
          title: `The maker offers ${format(payload.amount)} back`,
          body: `Order ${payload.number}, “${payload.title}”: take it, name another amount, or ask us to decide.`,
          href: `/orders/${payload.orderId}`,
          mail: { action: 'Answer' },
        }
      : {
          to: payload.makerId,
          kind: 'issue_proposed',
          title: `The buyer would settle for ${format(payload.amount)}`,
          body: `Order ${payload.number}, “${payload.title}”: agree, or name another amount.`,
          href: `/orders/${payload.orderId}`,
          mail: { action: 'Answer' },
        },
  ],
  'issue.answer_overdue': ({ payload }) => [
    {
      to: payload.buyerId,
      kind: 'issue_unanswered',
      title: `No answer yet about order ${payload.number}`,
      body: `The maker of “${payload.title}” had two days. You can ask us to decide now.`,
      href: `/orders/${payload.orderId}`,
      mail: { action: 'See your order' },
    },
  ],
  'issue.escalated': ({ payload }) => [
    {
      to: payload.by === 'buyer' ? payload.makerId : payload.buyerId,
      kind: 'issue_escalated',
      title: `We are asked to decide about order ${payload.number}`,
      body: `We look at what both of you wrote about “${payload.title}” and decide by ${moment(payload.decideBy)}. Add what we should know.`,
      href: `/orders/${payload.orderId}`,
      mail: { action: 'See the order' },
    },
  ],
  'issue.closed': ({ payload }) => {
    const { by, number, refunded } = payload;
    const back = refunded.amount > 0 ? `${format(refunded)} go back to the buyer.` : 'Nothing goes back.';
    const decided = payload.state === 'decided';
    const title = decided
      ? `We decided about order ${number}`
      : payload.state === 'resolved'
        ? `Order ${number} is settled`
        : `Order ${number}: ${format(refunded)} back`;
    const body = decided
      ? `${back}${payload.reason ? ` ${payload.reason}` : ''}`
      : payload.state === 'resolved'
        ? `The buyer of “${payload.title}” says that all is well now.`
        : by === 'time'
          ? `Nobody settled it in time. ${back}`
          : `“${payload.title}”: ${back}`;
    const told = [...(by === 'buyer' ? [] : [payload.buyerId]), ...(by === 'maker' ? [] : [payload.makerId])];
    return told.map((to) => ({
      to,
      kind: 'issue_closed',
      title,
      body,
      href: `/orders/${payload.orderId}`,
      mail: { action: 'See the order' },
    }));
  },
  'maker.identity_needed': ({ payload }) => [
    {
      to: payload.makerId,
      kind: 'identity_needed',
      title: payload.holds ? 'We need to know who you are before we pay you' : 'Soon we need to know who you are',
      body: payload.holds
        ? `You have sold for ${format(payload.gross)}. From ${format(payload.threshold)} on the law wants your identity checked. You go on selling; what you earn is kept for you until the payment provider knows you.`
        : `You have sold for ${format(payload.gross)}. From ${format(payload.threshold)} on your identity must be checked before we can pay you. It takes some minutes on the payment provider's page.`,
      href: '/studio/payouts',
      mail: { action: 'See what is missing' },
    },
  ],
  'payout.changed': ({ payload }) => {
    const amount = format(payload.amount);
    if (payload.state === 'paid') {
      return [
        {
          to: payload.makerId,
          kind: 'payout_paid',
          title: `${amount} are in your bank`,
          body: 'Your statement says which sales they are from.',
          href: '/studio/payouts',
        },
      ];
    }
    if (payload.state !== 'failed') return [];
    return [
      {
        to: payload.makerId,
        kind: 'payout_failed',
        title: `Your bank sent ${amount} back`,
        body: `Nothing is lost: the money is in your account at the payment provider again. ${payload.failure ?? ''} Check your bank account there, and it is sent once more.`,
        href: '/studio/payouts',
        mail: { action: 'See what to do' },
      },
    ];
  },
  'dispute.changed': ({ payload }) => {
    const { order, inquiry } = payload;
    const number = order?.number;
    const title = order?.title ?? '';
    const amount = format(payload.amount);
    const maker = (kind: string, headline: string, body: string): Message[] =>
      order
        ? [
            {
              to: order.makerId,
              kind,
              title: headline,
              body,
              href: `/orders/${order.id}`,
              mail: { action: 'See the order' },
            },
          ]
        : [];
    const admins = (headline: string, body: string) =>
      payload.adminIds.map((to) => ({
        to,
        kind: 'dispute_admin',
        title: headline,
        body,
        href: `/admin/disputes/${payload.disputeId}`,
      }));
    const of = order ? `order ${number}, “${title}”` : 'a payment';
    switch (payload.state) {
      case 'opened':
        return [
          ...maker(
            'dispute_opened',
            inquiry ? `A bank asks about order ${number}` : `The payment of order ${number} is disputed`,
            inquiry
              ? `The buyer's bank wants to know more about “${title}”. No money was taken. We answer with what we know of the sale; there is nothing that you must do.`
              : `The buyer's bank has taken ${amount} back for “${title}” until it has decided. We answer with tracking, bids and what was agreed; there is nothing that you must do. Your part is frozen until then.`,
          ),
          ...admins(
            inquiry ? 'A bank asks about a payment' : `A payment of ${amount} is disputed`,
            `It is about ${of}. ${payload.evidenceDue ? `The bank listens until ${moment(payload.evidenceDue)}; what is gathered is sent a day before by itself.` : ''}`,
          ),
        ];
      case 'won':
        return [
          ...maker(
            'dispute_won',
            `Order ${number}: the bank agrees with you`,
            `The dispute about “${title}” is over. Your part is yours again.`,
          ),
          ...admins('A dispute was won', `The bank has given ${amount} back for ${of}.`),
        ];
      case 'lost':
        return [
          ...maker(
            'dispute_lost',
            `Order ${number}: the bank agrees with the buyer`,
            `The buyer has ${amount} back for “${title}”. Your part of the sale is gone with it; your statement shows how.`,
          ),
          ...admins('A dispute was lost', `${amount} of ${of} are gone.`),
        ];
      case 'closed':
        return maker('dispute_closed', `Order ${number}: the bank has no more questions`, `“${title}” stays paid.`);
      default:
        return [];
    }
  },
  'books.differ': ({ payload }) =>
    payload.adminIds.map((to) => ({
      to,
      kind: 'books_differ',
      title: 'The books do not agree',
      body: payload.what,
      href: '/admin/money',
      mail: { action: 'Look at it' },
    })),
} satisfies Kinds;
