// What a bank's reason means to the maker, and what helps against it. The reasons are Stripe's words.
import type { Dispute, PaperKind } from '@videowindow/contract/api/commerce';
import type { Tone } from '@videowindow/ui';

type Words = { says: string; helps: readonly string[] };

const NOT_THEM: Words = {
  says: 'The buyer says that this payment was not theirs.',
  helps: [
    'What they wrote to you about the piece, here or elsewhere.',
    'A picture or a word from them after it arrived.',
    'The name and the place to which you sent it, on the receipt of the post office.',
  ],
};

const ANYTHING: Words = {
  says: 'The buyer is not content with this sale.',
  helps: [
    'In your words, in order and with days: what was agreed, what you sent, what you were told.',
    'Pictures of the piece as it left you.',
    'The receipt of the post office.',
  ],
};

const reasons: Readonly<Record<string, Words>> = {
  fraudulent: NOT_THEM,
  unrecognized: NOT_THEM,
  product_not_received: {
    says: 'The buyer says that the piece did not arrive.',
    helps: [
      'The receipt of the post office, and the page of the carrier that says where and when it was delivered.',
      'A picture of the parcel with its label.',
      'Anything that they wrote after the day on which it arrived.',
    ],
  },
  product_unacceptable: {
    says: 'The buyer says that the piece is not what was described, or is damaged.',
    helps: [
      'Pictures of the piece as it left you, and of how it was packed.',
      'What you had told them about marks, size and colour.',
      'What you offered when they wrote to you: a repair, another one, money back.',
    ],
  },
  duplicate: {
    says: 'The buyer says that they paid twice for the same thing.',
    helps: ['That these were two pieces: both titles, both order numbers, both parcels.'],
  },
  credit_not_processed: {
    says: 'The buyer says that money was promised back and did not come.',
    helps: ['What was agreed about sending it back, and whether you have it.', 'What you gave back already, and when.'],
  },
};

export const reasonOf = (reason: string): Words => reasons[reason] ?? ANYTHING;

export const paperWords: Record<PaperKind, { label: string; choose: string }> = {
  sending: { label: 'Proof that it was sent', choose: 'Proof of sending (PDF)' },
  correspondence: { label: 'What you two wrote elsewhere', choose: 'Letters and chats (PDF)' },
};

/** A dispute in a word or two, for its maker. */
export const makersChip: Record<Dispute['state'], { label: string; tone: Tone }> = {
  opened: { label: 'You can add to it', tone: 'due' },
  evidence_due: { label: 'You can add to it', tone: 'due' },
  submitted: { label: 'The bank decides', tone: 'info' },
  won: { label: 'Decided for you', tone: 'good' },
  lost: { label: 'Decided for the buyer', tone: 'bad' },
  closed: { label: 'No more questions', tone: 'good' },
};

/** `120 kB` */
export const kilobytes = (bytes: number): string => `${Math.max(1, Math.round(bytes / 1000))} kB`;
