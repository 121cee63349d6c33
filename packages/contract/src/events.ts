// Every domain event: what happened, in the past tense, with what a subscriber needs to act on it.
// The outbox checks payloads against these types; outgoing webhooks will publish the same shapes.
import { type Static, Type } from 'typebox';
import {
  AuctionState,
  payoutStates as bankStates,
  bidderStandings,
  disputeStates,
  holdReasons,
  issueReasons,
  listingStates,
  moneyCaseStates,
  moneySignals,
  refundReasons,
} from './api/commerce.ts';
import { securityChanges } from './api/identity.ts';
import { MediaProgress, mediaStates } from './api/media.ts';
import { payoutStates } from './api/people.ts';
import { Notification } from './api/site.ts';
import { Id, Instant, Money, Nullable, OneOf, Strict } from './schema.ts';

const listingOf = { listingId: Id, storyId: Id, makerId: Id };
const orderOf = { orderId: Id, number: Type.Integer(), makerId: Id, buyerId: Id, title: Type.String() };
const offerOf = {
  offerId: Id,
  ...listingOf,
  buyerId: Id,
  /** Who made it. */
  from: OneOf(['buyer', 'maker']),
  title: Type.String(),
  amount: Money,
};

export const events = {
  // people
  'user.registered': Strict({ userId: Id, email: Type.String() }),
  'user.blocked': Strict({ userId: Id, blockedId: Id }),
  /** A private account is asked. */
  'follow.asked': Strict({ followerId: Id, followedId: Id, name: Type.String() }),
  'follow.approved': Strict({ followerId: Id, followedId: Id, handle: Type.String(), name: Type.String() }),
  'archive.ready': Strict({ userId: Id, archiveId: Id, until: Instant }),
  'maker.joined': Strict({ makerId: Id }),
  /** Somebody asks to become a maker; admins look at it. */
  'maker.applied': Strict({ applicationId: Id, personId: Id, name: Type.String(), adminIds: Type.Array(Id) }),
  'maker.application_decided': Strict({
    applicationId: Id,
    personId: Id,
    approved: Type.Boolean(),
    reason: Type.String(),
  }),
  'maker.payout_account_changed': Strict({ makerId: Id, state: OneOf(payoutStates) }),
  'security.changed': Strict({ userId: Id, what: OneOf(securityChanges) }),
  'session.ended': Strict({ sessionId: Id, userId: Id }),
  /** Secrets of this installation that are to be exchanged by then, the oldest first. */
  'secrets.old': Strict({ names: Type.Array(Type.String(), { minItems: 1 }), by: Instant, adminIds: Type.Array(Id) }),

  // content
  'media.progressed': Strict({
    mediaId: Id,
    ownerId: Id,
    seq: Type.Integer(),
    state: OneOf(mediaStates),
    progress: MediaProgress,
  }),
  'media.ready': Strict({ mediaId: Id, ownerId: Id }),
  'media.rejected': Strict({ mediaId: Id, ownerId: Id, filename: Type.String(), code: Type.String() }),
  'media.failed': Strict({ mediaId: Id, ownerId: Id, filename: Type.String() }),
  'story.submitted': Strict({ storyId: Id, makerId: Id, title: Type.String() }),
  'story.changes_requested': Strict({ storyId: Id, makerId: Id, title: Type.String(), reason: Type.String() }),
  /** `by`: a moderator who approved it, or its maker who put it back. */
  'story.listed': Strict({ storyId: Id, makerId: Id, title: Type.String(), by: OneOf(['moderator', 'maker']) }),
  'story.archived': Strict({ storyId: Id, makerId: Id }),
  /** A draft that was never shown is gone. */
  'story.discarded': Strict({ storyId: Id, makerId: Id }),
  'story.removed': Strict({ storyId: Id, makerId: Id, title: Type.String(), reason: Type.String() }),

  // commerce
  'listing.changed': Strict({ ...listingOf, state: OneOf(listingStates), version: Type.Integer() }),
  'offer.made': Strict({ ...offerOf }),
  /** A price named in answer to an offer; it is an offer itself, to whoever made the one before. */
  'offer.countered': Strict({ ...offerOf }),
  'offer.answered': Strict({
    ...offerOf,
    answer: OneOf(['accepted', 'declined', 'expired', 'converted_to_bid', 'superseded', 'piece_sold']),
  }),
  'auction.opened': Strict({
    auctionId: Id,
    ...listingOf,
    title: Type.String(),
    openerId: Nullable(Id),
    auction: AuctionState,
  }),
  /** At every change of price, leader or end; `auction.seq` orders them. */
  'auction.changed': Strict({ auctionId: Id, auction: AuctionState }),
  'auction.outbid': Strict({
    auctionId: Id,
    ...listingOf,
    title: Type.String(),
    /** Everybody who led since the last such event and leads no more; bids that were decided together may be several. */
    bidderIds: Type.Array(Id),
    price: Money,
    endsAt: Instant,
  }),
  'auction.closed': Strict({
    auctionId: Id,
    ...listingOf,
    title: Type.String(),
    outcome: OneOf(['sold', 'bought', 'no_sale', 'cancelled']),
    winnerId: Nullable(Id),
    price: Nullable(Money),
    loserIds: Type.Array(Id),
    auction: AuctionState,
  }),
  /** Bids were taken out, by their bidder or because of who they are; `leaderId` leads without them. */
  'auction.bids_withdrawn': Strict({
    auctionId: Id,
    ...listingOf,
    title: Type.String(),
    how: OneOf(['retracted', 'disqualified']),
    /** Support did it for the bidder. */
    bySupport: Type.Optional(Type.Boolean()),
    bidderId: Id,
    bidder: Type.Integer(),
    leaderId: Nullable(Id),
    price: Money,
    endsAt: Instant,
  }),
  /** The end is near; `personIds` watch it or have bid. */
  'auction.ending': Strict({
    auctionId: Id,
    ...listingOf,
    title: Type.String(),
    personIds: Type.Array(Id),
    leaderId: Nullable(Id),
    price: Money,
    endsAt: Instant,
  }),
  /** A moderator stopped the clock, or let it go on. */
  'auction.suspended': Strict({ auctionId: Id, ...listingOf, title: Type.String(), bidderIds: Type.Array(Id) }),
  'auction.resumed': Strict({
    auctionId: Id,
    ...listingOf,
    title: Type.String(),
    bidderIds: Type.Array(Id),
    endsAt: Instant,
  }),
  /** Somebody took bids back so often that a person should look. */
  'bidder.review_due': Strict({ userId: Id, auctionId: Id, retractions: Type.Integer() }),
  'auction.second_chance_due': Strict({ auctionId: Id, ...listingOf, title: Type.String(), decideBy: Instant }),
  'lock.held': Strict({
    lockId: Id,
    ...listingOf,
    title: Type.String(),
    buyerId: Id,
    auctionId: Nullable(Id),
    reason: OneOf(['auction', 'offer', 'second_chance', 'fixed_price', 'buy_now']),
    total: Money,
    expiresAt: Instant,
  }),
  'lock.reminder_due': Strict({
    lockId: Id,
    ...listingOf,
    title: Type.String(),
    buyerId: Id,
    total: Money,
    expiresAt: Instant,
  }),
  /** The bank did not pay what it had promised; the time to pay goes on. */
  'lock.payment_failed': Strict({
    lockId: Id,
    ...listingOf,
    title: Type.String(),
    buyerId: Id,
    total: Money,
    expiresAt: Instant,
  }),
  'lock.extension_asked': Strict({ lockId: Id, ...listingOf, title: Type.String(), buyerId: Id, expiresAt: Instant }),
  'lock.extended': Strict({ lockId: Id, ...listingOf, title: Type.String(), buyerId: Id, expiresAt: Instant }),
  'lock.paid': Strict({
    lockId: Id,
    ...listingOf,
    title: Type.String(),
    buyerId: Id,
    auctionId: Nullable(Id),
    total: Money,
  }),
  'lock.released': Strict({
    lockId: Id,
    ...listingOf,
    title: Type.String(),
    buyerId: Id,
    auctionId: Nullable(Id),
    why: OneOf(['expired', 'failed', 'cancelled', 'declined']),
  }),
  /** Something counts against a person from now on. */
  'person.struck': Strict({
    userId: Id,
    strikeId: Id,
    kind: OneOf(['unpaid', 'auction_cancelled', 'order_cancelled']),
    title: Type.String(),
    standing: OneOf(bidderStandings),
  }),
  'strike.answered': Strict({ userId: Id, strikeId: Id, title: Type.String(), answer: OneOf(['upheld', 'lifted']) }),
  'payment.captured': Strict({ paymentId: Id, lockId: Id, amount: Money }),
  'payment.session_expired': Strict({ paymentId: Id, lockId: Id }),
  /** The buyer's bank has promised the money, and takes its time. */
  'payment.processing': Strict({ paymentId: Id, lockId: Id }),
  /** What had been promised did not come. */
  'payment.failed': Strict({ paymentId: Id, lockId: Id }),
  /** Nothing was left to pay: the lock had been let go, or another payment of the buyer's had paid it (`paidBefore`). */
  'payment.late_refunded': Strict({
    paymentId: Id,
    lockId: Id,
    buyerId: Id,
    amount: Money,
    paidBefore: Type.Optional(Type.Boolean()),
  }),
  /** Decided and on its way back; `makers` lose that much of what was theirs, of which a part may be with them already. */
  'payment.refunded': Strict({
    paymentId: Id,
    lockId: Id,
    refundId: Id,
    buyerId: Id,
    amount: Money,
    reason: OneOf(refundReasons),
    everything: Type.Boolean(),
    /** What it was given back for tells the buyer of it. */
    announced: Type.Optional(Type.Boolean()),
    makers: Type.Array(Strict({ makerId: Id, payable: Money })),
  }),
  'payment.quarantined': Strict({ paymentId: Id, lockId: Id, expected: Money, received: Money }),
  'order.placed': Strict({
    orderId: Id,
    number: Type.Integer(),
    ...listingOf,
    title: Type.String(),
    buyerId: Id,
    lockId: Id,
    total: Money,
    delivery: OneOf(['ship', 'pickup']),
    shipBy: Instant,
  }),
  'order.shipped': Strict({
    orderId: Id,
    number: Type.Integer(),
    makerId: Id,
    buyerId: Id,
    title: Type.String(),
    carrier: Type.String(),
    trackingNumber: Type.String(),
  }),
  'order.delivered': Strict({
    orderId: Id,
    number: Type.Integer(),
    makerId: Id,
    buyerId: Id,
    title: Type.String(),
    how: OneOf(['handed_over', 'received', 'assumed_delivered', 'scanned']),
    completesAt: Instant,
  }),
  /**
   * `payable`: the maker's part as agreed; `everything`: all of it went back to the buyer instead; `heldBy`: why the money
   * waits; nothing when it goes at once.
   */
  'order.completed': Strict({
    ...orderOf,
    payable: Money,
    everything: Type.Optional(Type.Boolean()),
    heldBy: Type.Optional(Type.Array(OneOf(holdReasons))),
  }),
  'order.ship_reminder_due': Strict({
    ...orderOf,
    kind: OneOf(['half', 'last_day', 'overdue', 'buyer_may_cancel']),
    delivery: OneOf(['ship', 'pickup']),
    shipBy: Instant,
    buyerMayCancelAt: Type.Optional(Instant),
  }),
  'order.cancelled': Strict({
    ...orderOf,
    by: OneOf(['buyer', 'maker', 'time', 'issue']),
    reason: Nullable(Type.String()),
    /** By which everything went back. */
    refundId: Type.Optional(Id),
    /** Counts against the maker. */
    strike: Type.Boolean(),
  }),
  'order.message': Strict({ ...orderOf, messageId: Id, from: OneOf(['buyer', 'maker']), text: Type.String() }),
  /** While an issue is open the order's money is held. */
  'review.written': Strict({ ...orderOf, reviewId: Id, by: OneOf(['buyer', 'maker']), shownAt: Instant }),
  'review.published': Strict({
    reviewId: Id,
    orderId: Id,
    storyId: Id,
    authorId: Id,
    aboutId: Id,
    by: OneOf(['buyer', 'maker']),
    stars: Type.Integer(),
  }),
  'review.replied': Strict({ reviewId: Id, orderId: Id, authorId: Id, aboutId: Id }),
  'issue.opened': Strict({ ...orderOf, issueId: Id, reason: OneOf(issueReasons), answerBy: Instant }),
  'issue.proposed': Strict({ ...orderOf, issueId: Id, by: OneOf(['buyer', 'maker']), amount: Money }),
  /** The buyer has a label to send the piece back with. */
  'issue.label': Strict({ ...orderOf, issueId: Id, by: OneOf(['maker', 'platform']), carrier: Type.String() }),
  'issue.answer_overdue': Strict({ ...orderOf, issueId: Id }),
  'issue.escalated': Strict({ ...orderOf, issueId: Id, by: OneOf(['buyer', 'maker']), decideBy: Instant }),
  'issue.decision_overdue': Strict({ ...orderOf, issueId: Id }),
  'issue.closed': Strict({
    ...orderOf,
    issueId: Id,
    state: OneOf(['resolved', 'refunded', 'partially_refunded', 'decided']),
    /** Who ended it; `time`: nobody did, and the money goes back. */
    by: OneOf(['buyer', 'maker', 'platform', 'time']),
    refunded: Money,
    refundId: Type.Optional(Id),
    reason: Nullable(Type.String()),
  }),

  /** Our own invoice to a maker for the fee of a month; below zero it gives back. */
  'ledger.fee_invoiced': Strict({
    invoiceId: Id,
    makerId: Id,
    month: Type.String({ pattern: '^20[0-9]{2}-(0[1-9]|1[0-2])$' }),
    amount: Money,
  }),
  /** Money of a finished sale that was held goes to its maker now. */
  'funds.released': Strict({ orderId: Id, makerId: Id, number: Type.Integer(), title: Type.String() }),
  /** Lifetime sales came near the threshold, or (`holds`) have reached it: payouts wait until the provider knows the maker. */
  'maker.identity_needed': Strict({ makerId: Id, holds: Type.Boolean(), gross: Money, threshold: Money }),
  /** The provider bars the account: a list of sanctions, fraud, or its own terms. `why`: its word. */
  'maker.account_barred': Strict({ makerId: Id, why: Type.String() }),
  /** Something about a maker's money looked unusual, or a person has decided about it. `reason`: of a person. */
  'maker.money_case': Strict({
    caseId: Id,
    makerId: Id,
    state: OneOf(moneyCaseStates),
    signals: Type.Array(OneOf(moneySignals)),
    reason: Nullable(Type.String()),
    adminIds: Type.Array(Id),
  }),
  /** `failure`: the bank's reason, in the provider's words. */
  'payout.changed': Strict({
    payoutId: Id,
    makerId: Id,
    amount: Money,
    state: OneOf(bankStates),
    failure: Nullable(Type.String()),
  }),
  'dispute.changed': Strict({
    disputeId: Id,
    paymentId: Id,
    /** What was bought; null where no order came of the payment. */
    order: Nullable(Strict({ id: Id, makerId: Id, number: Type.Integer(), title: Type.String() })),
    amount: Money,
    inquiry: Type.Boolean(),
    /** It was a question until now. */
    escalated: Type.Optional(Type.Literal(true)),
    state: OneOf(disputeStates),
    evidenceDue: Nullable(Instant),
    adminIds: Type.Array(Id),
  }),
  /** The provider's books and ours say different things. */
  'books.differ': Strict({ incidentId: Id, what: Type.String(), adminIds: Type.Array(Id) }),

  // trust
  'report.made': Strict({ reportId: Id, kind: Type.String(), subjectId: Id }),

  // notifications
  'notification.created': Strict({ userId: Id, notification: Notification }),
} as const;

export type Events = typeof events;
export type EventType = keyof Events;
export type EventPayload<T extends EventType> = Static<Events[T]>;
