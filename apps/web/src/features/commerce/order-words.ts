// What an order is to each of its two sides.
import type { Order } from '@videowindow/contract/api/commerce';
import type { TimelineStep, Tone } from '@videowindow/ui';
import { date, dateTime } from '../../lib/dates.ts';

export type Side = 'buyer' | 'maker';

export const sideOf = (order: Order, meId: string | undefined): Side => (order.maker.id === meId ? 'maker' : 'buyer');

/** The other one of the two. */
export const otherOf = (order: Order, side: Side): Order['maker'] => (side === 'maker' ? order.buyer : order.maker);

export const firstName = (person: { displayName: string }): string => person.displayName.split(' ')[0] ?? '';

/** The title of an order's page. */
export function orderTitle(order: Order, side: Side): string {
  const fetched = order.delivery === 'pickup';
  switch (order.state) {
    case 'awaiting_shipment':
      if (order.disputed) return 'Waits for the bank';
      if (side === 'maker') return fetched ? 'To be handed over' : 'To be sent';
      return fetched ? 'Ready to be fetched' : 'Being packed';
    case 'shipped':
      return side === 'maker' ? `On its way to ${firstName(order.buyer)}` : 'On its way to you';
    case 'delivered':
      return side === 'maker' ? 'Delivered' : 'It has arrived';
    case 'completed':
      if (order.refunded.amount === order.total.amount) return 'Paid back';
      return side === 'maker' ? 'Done' : 'Yours';
    case 'cancelled':
      return 'Cancelled';
  }
}

/** One or two words for lists; an order whose time to be sent is over says so. */
export function orderChip(order: Order, now: number): { label: string; tone: Tone } {
  const late = order.state === 'awaiting_shipment' && Date.parse(order.shipBy) < now;
  if (order.issueOpen) return { label: 'Something is wrong', tone: 'due' };
  if (order.disputed) return { label: 'Waits for the bank', tone: 'due' };
  switch (order.state) {
    case 'awaiting_shipment':
      if (late) return { label: 'Overdue', tone: 'due' };
      return { label: order.delivery === 'pickup' ? 'To be fetched' : 'To be sent', tone: 'live' };
    case 'shipped':
      return { label: 'On its way', tone: 'info' };
    case 'delivered':
      return { label: 'Delivered', tone: 'good' };
    case 'completed':
      return { label: 'Done', tone: 'good' };
    case 'cancelled':
      return { label: 'Cancelled', tone: 'bad' };
  }
}

/** The one date that matters next, for a list's row. */
export function orderDue(order: Order): string {
  switch (order.state) {
    case 'awaiting_shipment':
      return order.disputed ? 'Not to be sent yet' : `by ${date(order.shipBy)}`;
    case 'shipped':
      return order.shipment ? `Sent ${date(order.shipment.shippedAt)} with ${order.shipment.carrier}` : 'Sent';
    case 'delivered':
      return order.completesAt ? `Done by itself on ${date(order.completesAt)}` : 'Delivered';
    case 'completed':
    case 'cancelled': {
      const last = order.timeline.at(-1);
      return last ? date(last.at) : '';
    }
  }
}

const SCANS: Record<NonNullable<Order['scan']>['status'], string> = {
  accepted: 'The carrier has it',
  in_transit: 'On its way, says the carrier',
  out_for_delivery: 'Out for delivery today',
  delivered: 'Delivered, says the carrier',
  failed: 'The carrier could not hand it over',
  returned: 'The carrier brings it back to the sender',
};

/** `Out for delivery today · Lisbon · 24 Nov, 09:12` */
export const scanWords = ({ status, place, at }: NonNullable<Order['scan']>): string =>
  [SCANS[status], place, dateTime(at)].filter(Boolean).join(' · ');

type Moment = Order['timeline'][number];

/** By the provider's word for what was paid with; for others it says only that it was. */
const PAID: Record<string, string> = {
  bancontact: 'Paid with Bancontact',
  card: 'Paid by card',
  ideal: 'Paid with iDEAL',
  klarna: 'Paid with Klarna',
  link: 'Paid with Link',
  paypal: 'Paid with PayPal',
  sepa_debit: 'Paid by direct debit',
  us_bank_account: 'Paid from a bank account',
};

/** A moment by its own word: `Issue opened`. */
export const plainTitle = (kind: string): string => {
  const words = kind.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** What a moment of the timeline is called. A kind that a newer server knows is shown by its own word. */
function momentTitle({ kind, note }: Moment, side: Side): string {
  switch (kind) {
    case 'paid':
      return (note && PAID[note]) ?? 'Paid';
    case 'shipped':
      return note ? `Shipped · ${note}` : 'Shipped';
    case 'handed_over':
      return 'Handed over';
    case 'received':
      return side === 'maker' ? 'Arrived, says the buyer' : 'It arrived';
    case 'assumed_delivered':
      return 'Taken as delivered';
    case 'completed':
      return side === 'maker' ? 'Done; the money is yours' : 'Done';
    case 'scanned':
      return 'Delivered, says the carrier';
    case 'issue_opened':
      return side === 'maker' ? 'The buyer says that something is wrong' : 'You said that something is wrong';
    case 'issue_closed':
      return 'Settled';
    case 'issue_refunded':
      return 'Settled; money goes back';
    case 'refunded':
      return 'Money goes back';
    case 'lost_to_bank':
      return side === 'maker' ? 'The bank gave the money back to the buyer' : 'Your bank gave you the money back';
    case 'cancelled_by_buyer':
      return side === 'buyer' ? 'Cancelled by you' : 'Cancelled by the buyer';
    case 'cancelled_by_maker':
      return side === 'maker' ? 'Cancelled by you' : 'Cancelled by the maker';
    case 'cancelled_by_time':
      return 'Cancelled, since it was never sent';
    case 'cancelled_by_issue':
      return 'Cancelled';
    default:
      return plainTitle(kind);
  }
}

/** What is still to come, in order. */
function comingSteps(order: Order, side: Side): TimelineStep[] {
  const done: TimelineStep = {
    key: 'done',
    title: side === 'maker' ? 'Done; the money is yours' : 'Done',
    state: 'next',
  };
  switch (order.state) {
    case 'awaiting_shipment': {
      const by = order.disputed ? 'when the bank has decided' : `by ${date(order.shipBy)}`;
      if (order.delivery === 'pickup')
        return [{ key: 'handover', title: 'Handed over', note: by, state: 'next' }, done];
      return [
        { key: 'ship', title: 'Shipped', note: by, state: 'next' },
        { key: 'deliver', title: 'Delivered', state: 'next' },
        done,
      ];
    }
    case 'shipped':
      return [{ key: 'deliver', title: 'Delivered', state: 'next' }, done];
    case 'delivered':
      return [{ ...done, ...(order.completesAt && { note: `by itself on ${date(order.completesAt)}` }) }];
    case 'completed':
    case 'cancelled':
      return [];
  }
}

/** The timeline as drawn: what happened, where it stands now, what comes. */
export function orderSteps(order: Order, side: Side): TimelineStep[] {
  const running = order.state !== 'completed' && order.state !== 'cancelled';
  const past = order.timeline.map((moment, place): TimelineStep => {
    const isLast = place === order.timeline.length - 1;
    return {
      key: `${moment.kind}-${moment.at}`,
      title: momentTitle(moment, side),
      note:
        moment.kind.startsWith('cancelled') && moment.note
          ? `${dateTime(moment.at)} · “${moment.note}”`
          : dateTime(moment.at),
      state: moment.kind.startsWith('cancelled') ? 'failed' : isLast && running ? 'now' : 'done',
    };
  });
  return [...past, ...comingSteps(order, side)];
}
