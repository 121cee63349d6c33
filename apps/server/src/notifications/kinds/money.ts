// What is said of money that goes back, of payouts, disputes and the books.
import type { MoneySignal } from '@videowindow/contract/api/commerce';
import { format, type Kinds, type Message, moment } from '../message.ts';

/** What looked unusual, in words for the maker and for those who look. */
const seen: Readonly<Record<MoneySignal, string>> = {
  sales_jump: 'Much more was sold in a day than on a usual one.',
  many_refunds: 'Many of the latest orders were given back.',
  same_card: 'One card has bought again and again.',
  provider: 'The payment provider has a question about the account.',
  by_hand: 'We want to look at the latest sales.',
};

/** `November 2026` of `2026-11`. */
const monthOf = (month: string): string =>
  new Intl.DateTimeFormat('en', { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    new Date(`${month}-01T00:00:00Z`),
  );

export const moneyKinds = {
  'payment.late_refunded': ({ payload }) => [
    {
      to: payload.buyerId,
      kind: 'late_refunded',
      title: 'Your payment is on its way back',
      body: `${payload.paidBefore ? 'You had paid for this piece already' : 'It arrived after the time to pay was over'}, so ${format(payload.amount)} are refunded in full.`,
      href: '/orders',
      mail: { action: 'See your orders' },
    },
  ],
  'payment.refunded': ({ payload }) =>
    // One notice is enough: the order, or its issue, has told them.
    payload.announced
      ? []
      : [
          {
            to: payload.buyerId,
            kind: 'payment_refunded',
            title: `${format(payload.amount)} on the way back to you`,
            body: `${payload.everything ? 'All of your payment' : 'A part of your payment'} goes back the way you paid. Banks take 5 to 10 days to show it.`,
            href: '/orders',
            mail: {
              action: 'See your orders',
              creditNote: { refundId: payload.refundId, paymentId: payload.paymentId },
            },
          },
        ],
  'ledger.fee_invoiced': ({ payload }) => [
    {
      to: payload.makerId,
      kind: 'fee_invoiced',
      title: `Our invoice for ${monthOf(payload.month)}`,
      body:
        payload.amount.amount < 0
          ? `A credit note over ${format({ ...payload.amount, amount: 0 - payload.amount.amount })}: more of our fee went back than was taken. It is for your books.`
          : `Our fee of that month was ${format(payload.amount)}, and is paid: it was kept from your sales. The invoice is for your books.`,
      href: '/studio/balance',
      mail: { action: 'See the invoice', feeInvoice: payload.invoiceId },
    },
  ],
  'funds.released': ({ payload }) => [
    {
      to: payload.makerId,
      kind: 'funds_released',
      title: `The money of order ${payload.number} is on its way`,
      body: `Nothing holds your part of “${payload.title}” any more. It goes to your payout account.`,
      href: '/studio/payouts',
      mail: { action: 'See your payouts' },
    },
  ],
  'maker.identity_needed': ({ payload }) => [
    {
      to: payload.makerId,
      kind: 'identity_needed',
      title: payload.holds ? 'We need to know who you are before we pay you' : 'Soon we need to know who you are',
      body: payload.holds
        ? `You have sold for ${format(payload.gross)}. From ${format(payload.threshold)} on the law wants your identity checked. You go on selling; what you earn is kept for you until the payment provider knows you.`
        : `You have sold for ${format(payload.gross)}. From ${format(payload.threshold)} on your identity must be checked before we can pay you. It takes some minutes on the payment provider's page.`,
      href: '/studio/payouts',
      mail: { action: 'See what is missing' },
    },
  ],
  'maker.money_case': ({ payload }) => {
    const { state, signals, reason } = payload;
    const words = {
      open: {
        title: 'Your payouts wait while we look at something',
        body: `${seen[signals[0] ?? 'by_hand']} A person looks at it, most often within some days. You go on selling, and nothing that you earned is lost.`,
      },
      kept: {
        title: 'Your payouts go on waiting',
        body: `A person has looked at your sales: “${reason ?? ''}” What you earned stays yours.`,
      },
      released: {
        title: 'Your payouts go on',
        body: 'A person has looked at your sales, and all is well. What waited is on its way. Thank you for your patience.',
      },
    }[state];
    return [
      {
        to: payload.makerId,
        kind: `money_${state}`,
        ...words,
        href: '/studio/payouts',
        mail: { action: 'See your payouts' },
      },
      ...(state === 'open'
        ? payload.adminIds
            .filter((id) => id !== payload.makerId)
            .map((to) => ({
              to,
              kind: 'money_case',
              title: "A maker's money looks unusual",
              body: `${seen[signals[0] ?? 'by_hand']} Their payouts wait until somebody decides.`,
              href: `/admin/cases/${payload.caseId}`,
            }))
        : []),
    ];
  },
  'payout.changed': ({ payload }) => {
    const amount = format(payload.amount);
    if (payload.state === 'paid') {
      return [
        {
          to: payload.makerId,
          kind: 'payout_paid',
          title: `${amount} are in your bank`,
          body: 'Your statement says which sales they are from.',
          href: '/studio/payouts',
        },
      ];
    }
    if (payload.state !== 'failed') return [];
    return [
      {
        to: payload.makerId,
        kind: 'payout_failed',
        title: `Your bank sent ${amount} back`,
        body: `Nothing is lost: the money is in your account at the payment provider again. ${payload.failure ?? ''} Check your bank account there, and it is sent once more.`,
        href: '/studio/payouts',
        mail: { action: 'See what to do' },
      },
    ];
  },
  'dispute.changed': ({ payload }) => {
    const { order, inquiry } = payload;
    const number = order?.number;
    const title = order?.title ?? '';
    const amount = format(payload.amount);
    const maker = (kind: string, headline: string, body: string): Message[] =>
      order
        ? [
            {
              to: order.makerId,
              kind,
              title: headline,
              body,
              href: `/orders/${order.id}`,
              mail: { action: 'See the order' },
            },
          ]
        : [];
    const admins = (headline: string, body: string) =>
      payload.adminIds.map((to) => ({
        to,
        kind: 'dispute_admin',
        title: headline,
        body,
        href: `/admin/disputes/${payload.disputeId}`,
      }));
    const addBy = payload.evidenceDue
      ? `; what you can add helps, on the order's page, until a day before ${moment(payload.evidenceDue)}`
      : "; what you can add helps, on the order's page";
    const of = order ? `order ${number}, “${title}”` : 'a payment';
    // Told like a new one, which the maker's part and the bank's date are.
    switch (payload.escalated ? 'opened' : payload.state) {
      case 'opened':
        return [
          ...maker(
            'dispute_opened',
            inquiry
              ? `A bank asks about order ${number}`
              : `The payment of order ${number} is disputed${payload.escalated ? ' now' : ''}`,
            inquiry
              ? `The buyer's bank wants to know more about “${title}”. No money was taken. We answer with what we know of the sale${addBy}.`
              : `The buyer's bank has taken ${amount} back for “${title}” until it has decided. We answer with tracking, bids and what was agreed${addBy}. Your part is frozen until then.`,
          ),
          ...admins(
            inquiry ? 'A bank asks about a payment' : `A payment of ${amount} is disputed`,
            `It is about ${of}. ${payload.evidenceDue ? `The bank listens until ${moment(payload.evidenceDue)}; what is gathered is sent a day before by itself.` : ''}`,
          ),
        ];
      case 'won':
        return [
          ...maker(
            'dispute_won',
            `Order ${number}: the bank agrees with you`,
            `The dispute about “${title}” is over. Your part is yours again.`,
          ),
          ...admins('A dispute was won', `The bank has given ${amount} back for ${of}.`),
        ];
      case 'lost':
        return [
          ...maker(
            'dispute_lost',
            `Order ${number}: the bank agrees with the buyer`,
            `The buyer has ${amount} back for “${title}”. Your part of the sale is gone with it; your statement shows how.`,
          ),
          ...admins('A dispute was lost', `${amount} of ${of} are gone.`),
        ];
      case 'closed':
        return maker('dispute_closed', `Order ${number}: the bank has no more questions`, `“${title}” stays paid.`);
      default:
        return [];
    }
  },
  'books.differ': ({ payload }) =>
    payload.adminIds.map((to) => ({
      to,
      kind: 'books_differ',
      title: 'The books do not agree',
      body: payload.what,
      href: '/admin/money',
      mail: { action: 'Look at it' },
    })),
} satisfies Kinds;
