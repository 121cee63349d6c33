// What is said of orders, their reviews and issues.
import type { HoldReason } from '@videowindow/contract/api/commerce';
import { format, type Kinds, moment } from '../message.ts';

/** Where the money of a finished sale is, by the first thing that holds it. */
const whereItIs = ([reason]: readonly HoldReason[] = []): string => {
  if (!reason) return 'is on its way to your payout account.';
  const until = {
    kyc: 'until the payment provider knows who you are. Your page of payouts says what is missing',
    issue: 'until the problem with the order is settled',
    dispute: "until the buyer's bank has decided",
    review: 'while a person looks at your latest sales. Your page of payouts says more',
  }[reason];
  return `is kept for you ${until}.`;
};

/** The paper that goes with a mail about money that goes back. */
const creditNote = (refundId: string | undefined) => (refundId ? { creditNote: { refundId } } : {});

export const orderKinds = {
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
            body: `“${payload.title}”: your part of ${format(payload.payable)}, less what was refunded, ${whereItIs(payload.heldBy)}`,
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
          ? `“${payload.title}” was due ${moment(payload.shipBy)}. ${payload.buyerMayCancelAt ? `From ${moment(payload.buyerMayCancelAt)} on` : 'Soon'} the buyer may cancel; please send it, or write to them.`
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
              mail: { action: 'See your order', ...creditNote(payload.refundId) },
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
  'issue.label': ({ payload }) => [
    {
      to: payload.buyerId,
      kind: 'issue_label',
      title: `A label to send “${payload.title}” back`,
      body: `Print it, stick it on the parcel and take that to ${payload.carrier}. Order ${payload.number} shows where it is then.`,
      href: `/orders/${payload.orderId}`,
      mail: { action: 'See the label' },
    },
  ],
  'issue.answer_overdue': ({ payload }) => [
    {
      to: payload.buyerId,
      kind: 'issue_unanswered',
      title: `No answer yet about order ${payload.number}`,
      body: `The maker of “${payload.title}” did not answer in time. You can ask us to decide now.`,
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
      mail: { action: 'See the order', ...(to === payload.buyerId && creditNote(payload.refundId)) },
    }));
  },
} satisfies Kinds;
