// How accounts, roles and measures are called on admins' pages.
import type { AccountStatus, Measure, UserRow } from '@videowindow/contract/api/admin';
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
