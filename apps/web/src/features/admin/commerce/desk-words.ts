import type { Dispute } from '@videowindow/contract/api/commerce';
import type { Incident, LedgerEntry } from '@videowindow/contract/api/desk';
import type { Tone } from '@videowindow/ui';
import { entryWords } from '../../commerce/money/money-words.ts';

/** What moved the money, for those who keep the books of all makers. */
export const bookedWords: typeof entryWords = {
  ...entryWords,
  transfer: "Sent to the maker's account",
  reversal: "Taken back from the maker's account",
  shortfall: 'The maker owes what could not be taken back',
  netting: 'A sale paid what its maker owed',
  return_label: 'A label that the maker owes',
  dispute_unfrozen: "The maker's again: the bank agrees with them",
};

type Account = LedgerEntry['lines'][number]['account'];

/** What each account is, for somebody who has not kept books. */
export const accountWords: Record<Account, string> = {
  clearing: 'Held at the provider',
  maker_payable: 'Owed to makers',
  maker_reserve: 'Owed to makers, frozen',
  maker_debt: 'Owed by makers',
  fee_revenue: 'Our fees',
  provider_fees: "The provider's fees",
  tax_payable: 'Tax to be paid',
  refunds_in_transit: 'On its way back to buyers',
  dispute_loss: 'Taken by banks, not yet borne',
  ad_pool: 'Advertising',
  buyer_credit: 'Credit of buyers',
};

export const disputeStates: Record<Dispute['state'], { label: string; tone: Tone }> = {
  opened: { label: 'Just opened', tone: 'live' },
  evidence_due: { label: 'Answer due', tone: 'due' },
  submitted: { label: 'The bank decides', tone: 'info' },
  won: { label: 'Won', tone: 'good' },
  lost: { label: 'Lost', tone: 'bad' },
  closed: { label: 'Closed', tone: 'plain' },
};

export const momentWords: Record<string, string> = {
  opened: 'The bank opened it',
  money_taken: 'The bank took the money',
  evidence_gathered: 'What we know was gathered',
  sent_by_admin: 'Sent by a person',
  sent_by_itself: 'Sent by itself',
  submitted: 'The provider has the answer',
  escalated: 'The question became a dispute',
  won: 'Won: the money is back',
  lost: 'Lost',
  closed: 'No more questions',
};

/** What an incident is, and what to do about it. */
export const incidentWords: Record<Incident['kind'], { label: string; todo: string }> = {
  payment: {
    label: 'A payment',
    todo: "Open it and compare its lines with the provider's own page. What is missing here is taken in when its event is sent again there; what is missing there was booked wrongly here.",
  },
  unknown: {
    label: 'A movement that nothing explains',
    todo: "Look it up at the provider by its id. If somebody moved money by hand there, close this with a note; else ask the provider's support.",
  },
  holdings: {
    label: 'All that the provider holds',
    todo: 'The provider holds another sum than its own lines add up to. Compare again in an hour, then ask its support.',
  },
};
