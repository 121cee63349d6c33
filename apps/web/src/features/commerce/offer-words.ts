// What an offer is to each of its two sides.
import type { Offer } from '@videowindow/contract/api/commerce';
import type { Tone } from '@videowindow/ui';
import type { Side } from './order-words.ts';

/** One or two words for where an offer stands. */
export function offerChip(offer: Offer, side: Side): { label: string; tone: Tone } {
  switch (offer.state) {
    case 'pending':
      return side === 'maker'
        ? { label: 'Waits for you', tone: 'live' }
        : { label: 'Waits for an answer', tone: 'info' };
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

/** What it means, in a sentence; empty while it waits, where the clock says it. */
export function offerWords(offer: Offer, side: Side): string {
  const mine = side === 'buyer';
  switch (offer.state) {
    case 'pending':
      return '';
    case 'accepted':
      return mine ? 'The piece is held for you until you pay.' : 'The buyer has been asked to pay.';
    case 'countered':
      return mine ? 'The maker named another price.' : 'You named another price.';
    case 'declined':
      return mine ? 'The maker said no this time. You may offer again.' : 'You said no.';
    case 'auto_declined':
      return mine
        ? 'The maker does not take this amount. You may offer more.'
        : 'Below your limit, so it was declined at once.';
    case 'expired':
      return mine ? 'It ended without an answer. You may offer again.' : 'It ended without an answer.';
    case 'withdrawn':
      return mine ? 'You took it back.' : 'The buyer took it back.';
    case 'superseded':
      return 'A newer offer, an auction or another buyer took its place.';
    case 'converted_to_bid':
      return mine ? 'It was the first bid of the auction.' : 'It became the first bid.';
  }
}
