// What an offer is to each of its two sides. A maker's price, the answer to an offer, is one too.
import type { Offer } from '@videowindow/contract/api/commerce';
import type { Tone } from '@videowindow/ui';
import type { Side } from './order-words.ts';

/** One or two words for where an offer stands. */
export function offerChip(offer: Offer, side: Side): { label: string; tone: Tone } {
  switch (offer.state) {
    case 'pending':
      return offer.from === side
        ? { label: 'Waits for an answer', tone: 'info' }
        : { label: 'Waits for you', tone: 'live' };
    case 'accepted':
      return { label: 'Accepted', tone: 'good' };
    case 'countered':
      return { label: 'Answered with a price', tone: 'info' };
    case 'declined':
    case 'auto_declined':
      return { label: 'Declined', tone: 'plain' };
    case 'expired':
      return { label: 'Ended', tone: 'plain' };
    case 'withdrawn':
      return { label: 'Taken back', tone: 'plain' };
    case 'superseded':
      return { label: 'Replaced', tone: 'plain' };
    case 'converted_to_bid':
      return { label: 'Opened the auction', tone: 'live' };
  }
}

/** What it means, in a sentence; empty while an offer waits, where the clock says it. */
export function offerWords(offer: Offer, side: Side): string {
  const buying = side === 'buyer';
  const mine = offer.from === side;
  const other = buying ? 'The maker' : 'The buyer';
  switch (offer.state) {
    case 'pending':
      if (offer.answers === null) {
        if (offer.from === 'buyer') return '';
        return buying ? 'You bid for it, and the maker offers it to you.' : 'Your price for the next bidder.';
      }
      if (mine) return buying ? 'What you would pay, in answer.' : 'Your price, in answer.';
      return buying ? 'The maker would sell at this price.' : 'The buyer would pay this, in answer to your price.';
    case 'accepted':
      return buying ? 'The piece is held for you until you pay.' : 'The buyer has been asked to pay.';
    case 'countered':
      return mine ? `${other} named another price.` : 'You named another price.';
    case 'declined':
      if (!mine) return 'You said no.';
      return buying ? 'The maker said no this time. You may offer again.' : 'The buyer said no. The piece is free.';
    case 'auto_declined':
      return buying
        ? 'The maker does not take this amount. You may offer more.'
        : 'Below your limit, so it was declined at once.';
    case 'expired':
      return mine && buying ? 'It ended without an answer. You may offer again.' : 'It ended without an answer.';
    case 'withdrawn':
      return mine ? 'You took it back.' : `${other} took it back.`;
    case 'superseded':
      return 'A newer offer, an auction or another buyer took its place.';
    case 'converted_to_bid':
      return buying ? 'It was the first bid of the auction.' : 'It became the first bid.';
  }
}
