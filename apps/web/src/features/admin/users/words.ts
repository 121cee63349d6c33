// How accounts, roles and measures are called on admins' pages.
import type { AccountStatus, Finding, Measure, UserRow } from '@videowindow/contract/api/admin';
import type { Tone } from '@videowindow/ui';
import { dateTime } from '../../../lib/dates.ts';

export const statusNames: Record<AccountStatus, string> = {
  active: 'Open',
  suspended: 'Suspended',
  banned: 'Banned',
  deactivated: 'Put away by its owner',
  deleted: 'Deleted',
};
export const statusTones: Record<AccountStatus, Tone> = {
  active: 'good',
  suspended: 'due',
  banned: 'bad',
  deactivated: 'plain',
  deleted: 'plain',
};

/** 'Suspended until Mon 16 Nov, 18:12'. */
export const standingOf = ({ status, suspendedUntil }: Pick<UserRow, 'status' | 'suspendedUntil'>): string =>
  suspendedUntil === null ? statusNames[status] : `${statusNames[status]} until ${dateTime(suspendedUntil)}`;

export const grantable = ['maker', 'moderator', 'admin'] as const;
export type Grantable = (typeof grantable)[number];
export const roleNames: Record<Grantable, string> = { maker: 'Maker', moderator: 'Moderator', admin: 'Admin' };
export const roleNotes: Record<Grantable, string> = {
  maker: 'Shows how things are made, and sells them',
  moderator: 'Decides on stories, reports and issues',
  admin: 'Looks after money, people and this log',
};

export const measureTones: Record<Measure['state'], Tone> = { good: 'good', check: 'due', off: 'plain' };
export const measureNames: Record<Measure['state'], string> = { good: 'Good', check: 'Look at this', off: 'Off' };

export const kindNames: Record<Finding['kind'], string> = { finding: 'A weakness', pen_test: 'A trial break-in' };
export const severityNames: Record<Finding['severity'], string> = {
  low: 'Small: mended within 90 days',
  medium: 'Middling: within 30 days',
  high: 'Grave: within 7 days',
  critical: 'Open door: within 48 hours',
};
export const findingStates: Record<Finding['state'], string> = {
  open: 'Open',
  fixed: 'Mended',
  accepted: 'Lived with',
  done: 'Done',
};
export const findingTones: Record<Finding['state'], Tone> = {
  open: 'due',
  fixed: 'good',
  accepted: 'plain',
  done: 'good',
};
