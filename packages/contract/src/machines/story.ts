// The editorial life of a story. What is for sale about it is a listing and has a machine of its own.
import type { Machine, Transitions } from '../machine.ts';

export type StoryState = 'draft' | 'submitted' | 'changes_requested' | 'scheduled' | 'listed' | 'archived' | 'removed';

export type StoryCommand =
  | 'submit'
  | 'withdraw'
  | 'approve'
  | 'requestChanges'
  | 'schedule'
  | 'publish'
  | 'revise'
  | 'revert'
  | 'archive'
  | 'restore'
  | 'remove';

/**
 * - `byMaker`, `byModerator`: who asks. `complete`: title, main video ready and text are there.
 * - `shown`: an approved version is in the feed while this one is written or looked at.
 * - `publishLater`: the maker chose a time that is still to come. `due`: that time has come.
 */
export type StoryGuard = 'byMaker' | 'byModerator' | 'complete' | 'shown' | 'publishLater' | 'due';

export const transitions = {
  draft: {
    submit: [{ to: 'submitted', when: ['byMaker', 'complete'] }],
    revert: [{ to: 'listed', when: ['byMaker', 'shown'] }],
    archive: [{ to: 'draft', when: ['byMaker', 'shown'] }],
    remove: [{ to: 'removed', when: ['byModerator', 'shown'] }],
  },
  submitted: {
    withdraw: [{ to: 'draft', when: ['byMaker'] }],
    approve: [
      { to: 'scheduled', when: ['byModerator', 'publishLater'] },
      { to: 'listed', when: ['byModerator'] },
    ],
    requestChanges: [{ to: 'changes_requested', when: ['byModerator'] }],
    schedule: [{ to: 'submitted', when: ['byMaker'] }],
    revert: [{ to: 'listed', when: ['byMaker', 'shown'] }],
    archive: [{ to: 'draft', when: ['byMaker', 'shown'] }],
    remove: [{ to: 'removed', when: ['byModerator'] }],
  },
  changes_requested: {
    submit: [{ to: 'submitted', when: ['byMaker', 'complete'] }],
    withdraw: [{ to: 'draft', when: ['byMaker'] }],
    revert: [{ to: 'listed', when: ['byMaker', 'shown'] }],
    archive: [{ to: 'draft', when: ['byMaker', 'shown'] }],
    remove: [{ to: 'removed', when: ['byModerator'] }],
  },
  scheduled: {
    publish: [
      { to: 'listed', when: ['byMaker'] },
      { to: 'listed', when: ['due'] },
    ],
    schedule: [{ to: 'scheduled', when: ['byMaker'] }],
    revise: [{ to: 'submitted', when: ['byMaker', 'complete'] }],
    withdraw: [{ to: 'draft', when: ['byMaker'] }],
    remove: [{ to: 'removed', when: ['byModerator'] }],
  },
  listed: {
    revise: [
      { to: 'submitted', when: ['byMaker', 'complete'] },
      { to: 'draft', when: ['byMaker'] },
    ],
    archive: [{ to: 'archived', when: ['byMaker'] }],
    remove: [{ to: 'removed', when: ['byModerator'] }],
  },
  archived: {
    restore: [{ to: 'listed', when: ['byMaker'] }],
    revise: [{ to: 'draft', when: ['byMaker'] }],
    remove: [{ to: 'removed', when: ['byModerator'] }],
  },
  removed: {},
} as const satisfies Transitions<StoryState, StoryCommand, StoryGuard>;

export const storyMachine: Machine<StoryState, StoryCommand, StoryGuard> = {
  name: 'story',
  initial: 'draft',
  transitions,
};
