// An issue of an order: something is wrong with it, and until that is settled the money stays where it is.
import type { Machine, Transitions } from '../machine.ts';

export type IssueState = 'open' | 'answered' | 'escalated' | 'resolved' | 'refunded' | 'partially_refunded' | 'decided';

export type IssueCommand =
  | 'answer'
  | 'propose'
  | 'attachLabel'
  | 'buyLabel'
  | 'agree'
  | 'refund'
  | 'resolve'
  | 'escalate'
  | 'decide';

/**
 * - `byBuyer`, `byMaker`, `byPlatform`: who asks. `due`: nobody has settled it for so long that the money goes back.
 * - `answerOverdue`: the maker's time to answer is over.
 * - `proposedByOther`: the other side has named an amount that stands. `everything`: it is all that is left.
 * - `undisputed`: no bank has the money while it decides; else nothing of it can be given back.
 * - `goesBack`: the buyer has the piece, so it can be sent back. `labelsSold`: a carrier's label can be bought for it.
 */
export type IssueGuard =
  | 'byBuyer'
  | 'byMaker'
  | 'byPlatform'
  | 'due'
  | 'answerOverdue'
  | 'proposedByOther'
  | 'everything'
  | 'undisputed'
  | 'goesBack'
  | 'labelsSold';

/** What either side may do as long as nobody has decided. */
const between = {
  agree: [
    { to: 'refunded', when: ['proposedByOther', 'everything', 'undisputed'] },
    { to: 'partially_refunded', when: ['proposedByOther', 'undisputed'] },
  ],
  refund: [
    { to: 'refunded', when: ['byMaker', 'undisputed'] },
    { to: 'refunded', when: ['due', 'undisputed'] },
  ],
  // Only who complained can say that all is well.
  resolve: [{ to: 'resolved', when: ['byBuyer'] }],
} as const;

export const transitions = {
  open: {
    answer: [{ to: 'answered', when: ['byMaker'] }],
    propose: [
      { to: 'answered', when: ['byMaker'] },
      { to: 'open', when: ['byBuyer'] },
    ],
    attachLabel: [{ to: 'answered', when: ['byMaker', 'goesBack'] }],
    buyLabel: [{ to: 'answered', when: ['byMaker', 'goesBack', 'labelsSold'] }],
    ...between,
    escalate: [{ to: 'escalated', when: ['byBuyer', 'answerOverdue'] }],
  },
  answered: {
    propose: [
      { to: 'answered', when: ['byMaker'] },
      { to: 'answered', when: ['byBuyer'] },
    ],
    attachLabel: [{ to: 'answered', when: ['byMaker', 'goesBack'] }],
    buyLabel: [{ to: 'answered', when: ['byMaker', 'goesBack', 'labelsSold'] }],
    ...between,
    escalate: [
      { to: 'escalated', when: ['byBuyer'] },
      { to: 'escalated', when: ['byMaker', 'answerOverdue'] },
    ],
  },
  escalated: {
    attachLabel: [
      { to: 'escalated', when: ['byMaker', 'goesBack'] },
      { to: 'escalated', when: ['byPlatform', 'goesBack'] },
    ],
    buyLabel: [
      { to: 'escalated', when: ['byMaker', 'goesBack', 'labelsSold'] },
      { to: 'escalated', when: ['byPlatform', 'goesBack', 'labelsSold'] },
    ],
    ...between,
    decide: [{ to: 'decided', when: ['byPlatform', 'undisputed'] }],
  },
  resolved: {},
  refunded: {},
  partially_refunded: {},
  decided: {},
} as const satisfies Transitions<IssueState, IssueCommand, IssueGuard>;

export const issueMachine: Machine<IssueState, IssueCommand, IssueGuard> = {
  name: 'issue',
  initial: 'open',
  transitions,
};
