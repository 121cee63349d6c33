// What people read about the course of an auction.
import type { AuctionLogEntry } from '@videowindow/contract/api/commerce';

export type RetractionReason = NonNullable<AuctionLogEntry['reason']>;

export const retractionReasons: Record<RetractionReason, string> = {
  wrong_amount: 'I wrote a wrong amount',
  description_changed: 'The description has changed',
  maker_unreachable: 'The maker does not answer me',
};

const reasonInLog: Record<RetractionReason, string> = {
  wrong_amount: 'a wrong amount',
  description_changed: 'the description changed',
  maker_unreachable: 'the maker did not answer',
};

/** A line of the public log that is no bid. */
export function eventWords(entry: AuctionLogEntry): string {
  const who = entry.label ?? 'Somebody';
  switch (entry.kind) {
    case 'opened':
      return 'The auction opened';
    case 'bid':
      return who;
    case 'extended':
      return 'A late bid made it longer';
    case 'accepted':
      return `The maker accepted ${who}’s bid`;
    case 'closed':
      return 'The auction ended';
    case 'cancelled':
      return 'The auction was cancelled';
    case 'retracted':
      return `${entry.bySupport ? `We took a bid of ${who} back` : `${who} took a bid back`}${entry.reason ? `: ${reasonInLog[entry.reason]}` : ''}`;
    case 'disqualified':
      return `${who} may not bid here any more`;
    case 'suspended':
      return 'Stopped by a moderator';
    case 'resumed':
      return 'It goes on';
    case 'bought':
      return `${who} bought it`;
  }
}
