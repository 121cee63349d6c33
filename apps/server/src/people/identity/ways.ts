// The ways in that somebody has, and what a session can prove anew with.
import type { StepUpWay, Way } from '@videowindow/contract/api/identity';
import type { Reader } from '#platform/database';
import type { IdentityDeps } from './enter.ts';
import type { User } from './store.ts';

/** All of them, in the order in which they are shown. Every account has its mail address. */
export const waysOf = async (_db: Reader, user: User): Promise<Way[]> => [
  { kind: 'email', id: null, name: user.email, addedAt: user.createdAt.toISOString(), removable: false },
];

/** What this person could show now that it is them, the easiest first. */
export const stepUpWaysOf = async (deps: IdentityDeps, _db: Reader, _userId: string): Promise<StepUpWay[]> =>
  deps.mailAvailable ? ['email'] : [];
