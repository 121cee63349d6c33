// What is said of offers and auctions.
import { format, type Kinds, moment } from '../message.ts';

/** What the buyer said to a price that the maker had named. */
const MAKERS_PRICE = {
  accepted: { kind: 'offer_accepted', title: 'Your price was accepted', after: 'The buyer is asked to pay.' },
  declined: { kind: 'offer_declined', title: 'Your price was declined', after: 'The piece is free.' },
  expired: { kind: 'offer_expired', title: 'Your price ended without an answer', after: 'The piece is free.' },
};

export const auctionKinds = {
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
    ...(payload.bySupport && payload.how === 'retracted'
      ? [
          {
            to: payload.bidderId,
            kind: 'auction_bid_taken_back',
            title: 'Your bid is taken back',
            body: `We took it back for you on “${payload.title}”. It binds you no longer.`,
            href: `/s/${payload.storyId}`,
          },
        ]
      : []),
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
} satisfies Kinds;
