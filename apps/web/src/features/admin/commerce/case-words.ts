import type { MoneyCase, MoneySignal } from '@videowindow/contract/api/commerce';
import type { Tone } from '@videowindow/ui';

export const caseStates: Record<MoneyCase['state'], { label: string; tone: Tone }> = {
  open: { label: 'To be looked at', tone: 'due' },
  kept: { label: 'Held on', tone: 'bad' },
  released: { label: 'Released', tone: 'good' },
};

/** What looked unusual, and where to look. */
export const signalWords: Record<MoneySignal, { label: string; look: string }> = {
  sales_jump: {
    label: 'Far more sold in a day than usual',
    look: 'A show, a newspaper or a new piece explains most of these. Look at who bought, and whether the pieces exist.',
  },
  many_refunds: {
    label: 'Many orders given back',
    look: 'Read the problems of the latest orders: one bad batch is another thing than pieces that never were.',
  },
  same_card: {
    label: 'One card buys again and again',
    look: 'A collector does that, and so does somebody who moves money. Look at the orders: were they sent, to where?',
  },
  provider: {
    label: 'The provider bars the account',
    look: "Open the account on the provider's own page; its word is kept below. While it is barred nothing can be paid there.",
  },
  by_hand: { label: 'Held by hand', look: 'The reason is below.' },
};

export const stepWords: Record<MoneyCase['steps'][number]['command'], string> = {
  hold: 'Payouts held',
  keep: 'Looked at, and held on',
  release: 'Released',
};
