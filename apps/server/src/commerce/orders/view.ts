// Orders, issues and threads as those see them who may.
import type { OrderThread, Order as OrderView, PieceAsSold } from '@videowindow/contract/api/commerce';
import type { ImageView } from '@videowindow/contract/api/media';
import type { PersonSummary } from '@videowindow/contract/api/people';
import { add, money } from '@videowindow/contract/money';
import type { Reader } from '#platform/database';
import type { RequestContext } from '#platform/http';
import { picturesIn, pieceOf } from './as-sold.ts';
import { type Scan, scansOf } from './carriers.ts';
import { type InvoiceRow, invoicesOf } from './invoice-store.ts';
import { leftOf, reasonsNow } from './issue.ts';
import { issuesOf, messagesOf } from './issue-store.ts';
import { issueViews } from './issue-view.ts';
import { type IssuesDeps, subjectOf } from './issues.ts';
import { linesOf, type OrderLine } from './lines.ts';
import { buttons, cancelsAt } from './order.ts';
import { addressOf, handoverCodeOf, type OrdersDeps, rulesOf } from './parts.ts';
import { type Moment, type Order, refundedOf, timelinesOf, withOpenIssue } from './store.ts';
import { parcelsOf } from './together.ts';

export type OrdersReads = {
  /** The picture of each story that has one. */
  posters(reader: Reader, storyIds: readonly string[]): Promise<Map<string, string>>;
  /** Pictures by id, with the grant to see them; whoever asks has been let in. */
  pictures(
    ids: readonly string[],
    context: Pick<RequestContext, 'request' | 'reply' | 'visitorId'>,
  ): Promise<Map<string, ImageView>>;
};

export type ViewDeps = OrdersDeps & OrdersReads;

/** The newest that a thread shows. */
const MESSAGES_SHOWN = 200;

/** Orders as one of their two sides sees them, or as staff do; ten reads, however many orders. */
export const orderViews = async (deps: ViewDeps, orders: readonly Order[], readerId: string): Promise<OrderView[]> => {
  const { db } = deps.database;
  const ids = orders.map((order) => order.id);
  const people = await deps.people(
    db,
    orders.flatMap((order) => [order.makerId, order.buyerId]),
  );
  const posters = await deps.posters(
    db,
    orders.map((order) => order.storyId),
  );
  const timelines = await timelinesOf(db, ids);
  const lines = await linesOf(db, ids);
  const invoices = await invoicesOf(db, ids);
  const refunded = await refundedOf(db, ids);
  const disputed = await withOpenIssue(db, ids);
  const scans = await scansOf(db, orders);
  const parcels = await parcelsOf(db, orders);
  const now = await deps.database.now(db);
  return orders.flatMap((order) => {
    const maker = people.get(order.makerId);
    const buyer = people.get(order.buyerId);
    if (!maker || !buyer) return [];
    const beside = {
      maker,
      buyer,
      now,
      poster: posters.get(order.storyId),
      timeline: timelines.get(order.id),
      lines: lines.get(order.id),
      invoices: invoices.get(order.id),
      refunded: refunded.get(order.id) ?? 0,
      issueOpen: disputed.has(order.id),
      scan: scans.get(order.id)?.[0],
      together: parcels.get(order.id) ?? [],
    };
    return [orderView(deps, order, beside, readerId)];
  });
};

const orderView = (
  deps: ViewDeps,
  order: Order,
  beside: {
    maker: PersonSummary;
    buyer: PersonSummary;
    now: Date;
    poster: string | undefined;
    timeline: Moment[] | undefined;
    lines: OrderLine[] | undefined;
    invoices: InvoiceRow[] | undefined;
    refunded: number;
    issueOpen: boolean;
    scan: Scan | undefined;
    together: { id: string; number: number }[];
  },
  readerId: string,
): OrderView => {
  const isMaker = readerId === order.makerId;
  const isBuyer = readerId === order.buyerId;
  const isWaiting = order.state === 'awaiting_shipment';
  // The maker needs the address while the piece is on its way or something is wrong with it, and not longer.
  const needed = isWaiting || order.state === 'shipped' || beside.issueOpen;
  const rules = rulesOf(deps, order);
  const due = { paidAt: order.paidAt.getTime(), shipBy: order.shipBy.getTime() };
  return {
    id: order.id,
    number: order.number,
    storyId: order.storyId,
    storyTitle: order.title,
    posterUrl: beside.poster ?? null,
    maker: beside.maker,
    buyer: beside.buyer,
    state: order.state,
    delivery: order.delivery,
    lines: (beside.lines ?? []).map(({ title, options, quantity, unit }) => ({
      title,
      options: [...options],
      quantity,
      unit,
    })),
    item: order.item,
    shipping: order.shipping,
    total: add(order.item, order.shipping),
    fee: isMaker ? order.fee : null,
    returns: order.returns,
    together: beside.together,
    shipBy: order.shipBy.toISOString(),
    shipment: order.shipment && { ...order.shipment, shippedAt: order.shipment.shippedAt.toISOString() },
    scan: beside.scan
      ? { status: beside.scan.status, at: beside.scan.at.toISOString(), place: beside.scan.place }
      : null,
    address: isBuyer || (isMaker && needed) ? addressOf(deps, order) : null,
    handoverCode: isBuyer && isWaiting ? handoverCodeOf(deps, order) : null,
    timeline: (beside.timeline ?? []).map((moment) => ({ ...moment, at: moment.at.toISOString() })),
    completesAt: order.completesAt?.toISOString() ?? null,
    disputed: order.disputedAt !== null && order.state !== 'cancelled',
    buyerMayCancelAt: isWaiting ? new Date(due.shipBy + rules.buyerCancelMs).toISOString() : null,
    cancelsAt: isWaiting && !order.disputedAt ? new Date(cancelsAt(due, rules)).toISOString() : null,
    refunded: money(beside.refunded, order.item.currency),
    issueOpen: beside.issueOpen,
    tax: order.tax,
    // Staff see what was said and paid, not the address that stands on an invoice.
    invoices:
      isMaker || isBuyer
        ? (beside.invoices ?? []).map(({ id, kind, number, issuedAt, amount }) => ({
            id,
            kind,
            number,
            issuedAt: issuedAt.toISOString(),
            amount: money(amount, order.item.currency),
          }))
        : [],
    possible: buttons(order, isMaker ? 'maker' : isBuyer ? 'buyer' : 'neither', beside.now, {
      settled: !beside.issueOpen,
      rules,
    }),
  };
};

/** An order's thread, for one of its sides or for staff. The reader has been let in. */
export const threadView = async (
  deps: ViewDeps & IssuesDeps,
  order: Order,
  context: RequestContext,
): Promise<OrderThread> => {
  const { db } = deps.database;
  const rows = await messagesOf(db, order.id, MESSAGES_SHOWN);
  const pictures = await deps.pictures(
    rows.flatMap((row) => row.pictures),
    context,
  );
  const issues = await issuesOf(db, order.id);
  const refunded = (await refundedOf(db, [order.id])).get(order.id) ?? 0;
  const now = await deps.database.now(db);
  const newest = issues.at(-1);
  const isBuyer = context.actor.id === order.buyerId;
  const [issue] = newest ? await issueViews(deps, [{ issue: newest, order }], context.actor.id) : [];
  return {
    orderId: order.id,
    messages: rows.map(({ amount, at, ...row }) => ({
      ...row,
      amount: amount === null ? null : money(amount, order.item.currency),
      pictures: row.pictures.flatMap((id) => pictures.get(id) ?? []),
      at: at.toISOString(),
    })),
    issue: issue ?? null,
    reasons: isBuyer ? reasonsNow(subjectOf(order), issues, now, rulesOf(deps, order)) : [],
    left: leftOf(order, refunded),
  };
};

/** The piece as it was sold; of an order older than that there is its title only. The reader has been let in. */
export const pieceView = async (deps: ViewDeps, order: Order, context: RequestContext): Promise<PieceAsSold> => {
  const piece = await pieceOf(deps.database.db, order.id);
  if (!piece) return { title: order.title, caption: '', sections: [], additions: [] };
  const images = await deps.pictures(picturesIn(piece), context);
  return {
    title: order.title,
    caption: piece.caption,
    sections: piece.sections.map(({ kind, text, pictures = [] }) => ({
      kind,
      text,
      pictures: pictures.flatMap(({ mediaId, alt }) => {
        const image = images.get(mediaId);
        return image ? [{ alt, image }] : [];
      }),
    })),
    additions: [...piece.additions],
  };
};
