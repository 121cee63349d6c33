// orders: one paid piece on its way from the maker to the buyer, and what is said and settled about it on the way.
//
// Beyond the usual plan: `parts` is what its commands share; `commands`, `progress`, `cancel` move the order, `issues`
// settles what is wrong with it, each with its pure rules beside it.
import type { Reader, Tx } from '#platform/database';
import type { Room } from '#platform/room';
import { pieceOf, showsWhatWasSold } from './as-sold.ts';
import { cancelWhenDue, remindToShip } from './cancel.ts';
import { place } from './commands.ts';
import { disputeChanged } from './disputed.ts';
import { sharedHomes } from './homes.ts';
import { creditNoteOf, INVOICE_SEAL, invoiceOfOrder } from './invoices.ts';
import { issuesRoutes } from './issue-routes.ts';
import { isEvidence, messagesOf } from './issue-store.ts';
import {
  ANSWER_DUE,
  answerDue,
  DECISION_DUE,
  decisionDue,
  FORGET_LABELS,
  type IssuesDeps,
  REFUND_DUE,
  refundDue,
} from './issues.ts';
import { forgetFiles } from './label-store.ts';
import { LABEL_SEAL, sweepLabels } from './labels.ts';
import {
  ADDRESS,
  ASSUME_DELIVERED,
  addressOf,
  CANCEL_UNSENT,
  COMPLETE,
  FORGET_ADDRESS,
  HANDOVER,
  isSettled,
  REMIND_TO_SHIP,
} from './parts.ts';
import { personalOf } from './personal.ts';
import { assumeDelivered, completeWhenDue, forgetAddress } from './progress.ts';
import { progressOf } from './progress-view.ts';
import { paymentRefunded } from './refunded.ts';
import { reviewsRoutes } from './review-routes.ts';
import * as reviewStore from './review-store.ts';
import { PUBLISH_REVIEW, publishWhenDue } from './reviews.ts';
import { ordersRoutes } from './routes.ts';
import { ownTaxOf, salesOf } from './sales.ts';
import * as store from './store.ts';
import { unsentOf } from './together.ts';
import type { OrdersReads } from './view.ts';

export type { PieceWords } from './as-sold.ts';
export { createEasyPost, type LabelShop } from './easypost.ts';
export { defaultOrderRules, type OrderRules } from './order.ts';
export type { Order } from './store.ts';
export { parseTaxTable, type TaxTable, taxByTable } from './tax.ts';

export type Orders = ReturnType<typeof createOrders>;

/** Messages of a thread that is read whole. */
const MESSAGES_AT_MOST = 1000;

export const createOrders = (deps: IssuesDeps & OrdersReads) => {
  const room: Room = {
    personal: personalOf(deps.keyring),
    routes: [ordersRoutes(deps), issuesRoutes(deps), reviewsRoutes(deps)],
    sealed: [
      { table: 'orders', column: 'address_sealed', purpose: ADDRESS },
      { table: 'orders', column: 'handover_sealed', purpose: HANDOVER },
      { table: 'order_invoices', column: 'sealed', purpose: INVOICE_SEAL },
      { table: 'return_labels', column: 'pdf_sealed', purpose: LABEL_SEAL },
    ],
    timers: {
      [REMIND_TO_SHIP]: (tx, id) => remindToShip(deps, tx, id),
      [CANCEL_UNSENT]: (tx, id) => cancelWhenDue(deps, tx, id),
      [ASSUME_DELIVERED]: (tx, id) => assumeDelivered(deps, tx, id),
      [COMPLETE]: (tx, id) => completeWhenDue(deps, tx, id),
      [FORGET_ADDRESS]: (tx, id) => forgetAddress(deps, tx, id),
      [ANSWER_DUE]: (tx, id) => answerDue(deps, tx, id),
      [DECISION_DUE]: (tx, id) => decisionDue(deps, tx, id),
      [REFUND_DUE]: (tx, id) => refundDue(deps, tx, id),
      [FORGET_LABELS]: (tx, id) => forgetFiles(tx, id),
      [PUBLISH_REVIEW]: (tx, id) => publishWhenDue(deps, tx, id),
    },
    jobs: { 'orders.sweep_labels': { cron: '*/5 * * * *', handle: () => sweepLabels(deps) } },
    subscribers: [
      {
        name: 'orders',
        on: {
          'payment.captured': (tx, event) => place(deps, tx, event.payload),
          'payment.refunded': (tx, event) => paymentRefunded(deps, tx, event.payload),
          'dispute.changed': (tx, event) => disputeChanged(deps, tx, event.payload),
        },
      },
    ],
  };
  return {
    room,
    find: (reader: Reader, id: string) => store.findOrder(reader, id),
    search: store.searchOrders,
    /** What happened to an order, oldest first. */
    timelineOf: async (reader: Reader, id: string) => (await store.timelinesOf(reader, [id])).get(id) ?? [],
    /** Where it was sent, opened; null when it was fetched or the address is forgotten. */
    addressOf: (order: store.Order) => addressOf(deps, order),
    /** What buyer and maker wrote to each other about it, and what was done about a problem. */
    messagesOf: (reader: Reader, id: string) => messagesOf(reader, id, MESSAGES_AT_MOST),
    /** The order that each lock became. */
    ofLocks: (reader: Reader, lockIds: readonly string[]): Promise<Map<string, string>> =>
      store.ordersOfLocks(reader, lockIds),
    /** What somebody has paid of a maker's and is to be sent, and where to. */
    unsentOf: (reader: Reader, whose: Parameters<typeof unsentOf>[2]) => unsentOf(deps, reader, whose),
    /** The order that each payment became, as people call it. */
    ofPayments: (reader: Reader, paymentIds: readonly string[]) => store.ordersOfPayments(reader, paymentIds),
    countOf: store.countOf,
    /** Whether something is wrong with an order and not settled: then its money stays where it is. */
    holdsFunds: async (reader: Reader, orderId: string): Promise<boolean> => !(await isSettled(reader, orderId)),
    /** How far the orders of some payments are; one read. */
    progressOf,
    /** For those who look at reports. */
    reviews: {
      /** A published review, or null. */
      shown: reviewStore.shownReview,
      texts: reviewStore.textsOf,
      /** Who wrote it and whom it is about; nobody of no review. */
      sides: reviewStore.sidesOf,
      /** Takes it out of sight for good. */
      remove: (tx: Tx, id: string) => reviewStore.removeReview(deps.database, tx, id),
    },
    /** The invoice of an order as a PDF, for its mail. */
    invoiceFile: (reader: Reader, orderId: string) => invoiceOfOrder(deps, reader, orderId),
    /** The credit note of a refund as a PDF; null where its payment became no order. @throws Error while it is not written yet */
    creditNoteFile: (reader: Reader, refund: { refundId: string; paymentId?: string }) =>
      creditNoteOf(deps, reader, refund),
    /** Each of these people with everybody who has had a parcel sent to the same home. */
    sharedHomes,
    /** A maker's sales in sums. */
    salesOf,
    /** The tax in a maker's prices that they owe themselves, by month. */
    ownTaxOf,
    /** The piece as it was sold. */
    pieceOf,
    /** Whether a picture is evidence of some order, or shows what was sold lately, and so stays. */
    reliesOnMedia: async (reader: Reader, mediaId: string): Promise<boolean> =>
      (await isEvidence(reader, mediaId)) || (await showsWhatWasSold(reader, mediaId)),
  };
};
