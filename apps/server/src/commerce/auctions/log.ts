// The entries of an auction's log. The log is the auction: whatever else is stored is a copy of its replay.
//
// A kind is a fact that happened, with what was decided then (an end time, an asked price), so that a replay never
// decides anew: a retraction holds what stands without the bids that it takes out.
import type { IncrementTable } from '@videowindow/contract/increments';
import type { Money } from '@videowindow/contract/money';

/** Milliseconds since 1970, UTC; always the database's clock, read after the auction's lock. */
export type Millis = number;

/** A bid in the last `windowMs` extends the end, while fewer than `extensions` extensions were made (null: always). */
export type SoftCloseTier = { readonly extensions: number | null; readonly windowMs: number };

/** How long before the end somebody may still step back, and from what. */
export type BackingOut = {
  /** With bids, a maker may cancel only this long before the end. */
  readonly cancelBeforeEndMs: Millis;
  /** More than this before the end a bidder may take back all bids, then only the newest if it is young enough. */
  readonly retractAllBeforeEndMs: Millis;
  readonly retractNewestBeforeEndMs: Millis;
  readonly retractNewestWithinMs: Millis;
};

/** What was promised when the auction began; it keeps these whatever the configuration says later. */
export type Terms = {
  readonly startPrice: Money;
  /** Below it the clock sells nothing. Nobody sees it; whether it is met everybody does. */
  readonly reserve?: Money;
  /** For this the piece can be had at once: without a reserve until the price passes a part of it, never near the end. */
  readonly buyNow?: { readonly price: Money; readonly untilBps: number; readonly beforeEndMs: Millis };
  readonly increments: IncrementTable;
  readonly startsAt: Millis;
  readonly endsAt: Millis;
  /** No extension goes beyond this. */
  readonly capAt: Millis;
  readonly softClose: readonly SoftCloseTier[];
  /** How many further bidders are asked when the winner does not pay. */
  readonly secondChances: number;
  /** How long the maker has to choose before silence means ask. */
  readonly secondChanceDecideMs: Millis;
  /** People are told this long before the end. Left out, as `backingOut`, where an auction began before it was kept. */
  readonly tellBeforeEndMs?: Millis;
  /** Left out in auctions that began before it was kept: then the rules of the day hold. */
  readonly backingOut?: BackingOut;
};

export type Happening =
  | { readonly kind: 'opened'; readonly terms: Terms }
  /** `amount` is what everybody sees; `max` is secret, and there when the bid named a maximum. */
  | {
      readonly kind: 'bid';
      readonly bidder: string;
      readonly number: number;
      readonly amount: Money;
      readonly max?: Money;
    }
  /** The leader's maximum answers a bid by itself. */
  | {
      readonly kind: 'automatic';
      readonly bidder: string;
      readonly number: number;
      readonly amount: Money;
      readonly max: Money;
    }
  /** The leader would go higher than before; nobody sees it. */
  | { readonly kind: 'raised'; readonly bidder: string; readonly number: number; readonly max: Money }
  | { readonly kind: 'extended'; readonly endsAt: Millis }
  /** A bidder takes their bids back: all before this entry, or only `bid`, the seq of one. */
  | {
      readonly kind: 'retracted';
      readonly bidder: string;
      readonly number: number;
      readonly reason: RetractionReason;
      /** Support did it for them. */
      readonly by?: 'support';
      readonly bid?: number;
      readonly left: Left | null;
      /** With this reason they may bid once more, below this. */
      readonly below?: Money;
    }
  /** All bids of a person count no more. */
  | { readonly kind: 'disqualified'; readonly bidder: string; readonly number: number; readonly left: Left | null }
  | { readonly kind: 'accepted'; readonly bidder: string; readonly number: number; readonly amount: Money }
  | { readonly kind: 'closed' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'suspended' }
  | { readonly kind: 'resumed'; readonly endsAt: Millis; readonly capAt: Millis }
  | { readonly kind: 'settled'; readonly bidder: string; readonly number: number; readonly amount: Money }
  | { readonly kind: 'defaulted'; readonly bidder: string; readonly number: number; readonly why: DefaultReason }
  | { readonly kind: 'asked'; readonly bidder: string; readonly number: number; readonly amount: Money }
  | { readonly kind: 'gave_up' }
  /** Somebody paid the price for which it could be had at once; `number` is theirs from now on if they had not bid. */
  | { readonly kind: 'bought'; readonly bidder: string; readonly number: number; readonly amount: Money };

/** What stands without the bids that were taken out, and how many bids that are; null where none is left. */
export type Left = {
  readonly leader: { readonly bidder: string; readonly number: number };
  readonly price: Money;
  readonly max: Money;
  readonly bidCount: number;
};

/** Why a bidder takes a bid back. */
export type RetractionReason = 'wrong_amount' | 'description_changed' | 'maker_unreachable';

/** Why the person who was asked to pay did not. */
export type DefaultReason = 'expired' | 'failed' | 'cancelled' | 'declined';

/** One entry. `seq` starts at 1 and has no gaps. */
export type Entry = Happening & { readonly seq: number; readonly at: Millis };
export type EntryKind = Entry['kind'];
