// what admins look after: people, the audit log, what keeps the place safe
import { type Static, Type } from 'typebox';
import { defineApi } from '../endpoint.ts';
import { roles } from '../permissions.ts';
import { Id, Instant, Nullable, OneOf, Page, PageQuery, Strict } from '../schema.ts';
import { PersonSummary } from './people.ts';

const statuses = ['active', 'suspended', 'banned', 'deactivated', 'deleted'] as const;
export type AccountStatus = (typeof statuses)[number];

/** A person as admins see them in a list. */
const UserRow = Strict({
  ...PersonSummary.properties,
  email: Type.String(),
  roles: Type.Array(OneOf(roles)),
  status: OneOf(statuses),
  suspendedUntil: Nullable(Instant),
  joinedAt: Instant,
});
export type UserRow = Static<typeof UserRow>;

/** One row of the audit log. */
const AuditEntry = Strict({
  id: Id,
  seq: Nullable(Type.Integer({ description: 'Its place in the sealed chain; null in the second before it is sealed' })),
  at: Instant,
  action: Type.String(),
  actor: Nullable(PersonSummary),
  actorId: Nullable(Id),
  subject: Nullable(Id),
  requestId: Nullable(Type.String()),
  address: Nullable(Type.String()),
  facts: Type.String({ description: 'What explains it, as JSON' }),
  personal: Nullable(Type.String({ description: 'What is personal of it, as JSON; null when that person was erased' })),
});
export type AuditEntry = Static<typeof AuditEntry>;

const Reason = Type.String({ minLength: 3, maxLength: 1000, pattern: '\\S' });

const AuditFilter = {
  person: Type.Optional({ ...Id, description: 'Who did it, or to whom it was done' }),
  subject: Type.Optional(Id),
  action: Type.Optional(Type.String({ pattern: '^[a-z_]+(\\.[a-z_]+)?$', maxLength: 60 })),
  requestId: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  from: Type.Optional(Instant),
  to: Type.Optional(Instant),
};

const Problem = Strict({
  kind: OneOf(['changed', 'missing', 'out_of_line']),
  from: Type.Integer(),
  to: Type.Integer(),
  id: Nullable(Id),
});

/** One line of the security register. */
const Measure = Strict({
  name: Type.String(),
  state: OneOf(['good', 'check', 'off']),
  words: Type.String(),
});
export type Measure = Static<typeof Measure>;

/** What was found weak, or a trial break-in. */
const Finding = Strict({
  id: Id,
  kind: OneOf(['finding', 'pen_test']),
  severity: OneOf(['low', 'medium', 'high', 'critical']),
  state: OneOf(['open', 'fixed', 'accepted', 'done']),
  title: Type.String(),
  note: Type.String(),
  notedAt: Instant,
  dueAt: Nullable({ ...Instant, description: 'Until when it has to be mended' }),
  closedAt: Nullable(Instant),
  outcome: Type.String(),
});
export type Finding = Static<typeof Finding>;

export const adminApi = defineApi({
  'GET /admin/users': {
    summary: 'People: by name, handle, address or id, by role and state; the newest first',
    action: 'user.manage',
    query: Strict({
      ...PageQuery.properties,
      q: Type.Optional(Type.String({ maxLength: 200 })),
      role: Type.Optional(OneOf(['maker', 'moderator', 'admin'])),
      status: Type.Optional(OneOf(statuses)),
    }),
    response: Page(UserRow),
  },
  'GET /admin/users/:id': {
    summary: 'One person, and where they are signed in',
    action: 'user.manage',
    response: Strict({
      user: UserRow,
      possible: Type.Array(OneOf(['suspend', 'ban', 'reinstate'])),
      closedFor: Nullable(Type.String({ description: 'Why the account is suspended or banned' })),
      secondFactor: Nullable(
        Strict({
          since: Instant,
          releaseAt: Nullable({ ...Instant, description: 'When it goes, unless it is shown before' }),
        }),
      ),
      sessions: Type.Array(
        Strict({
          id: Id,
          device: Type.String(),
          place: Type.String(),
          startedAt: Instant,
          lastSeenAt: Instant,
        }),
      ),
    }),
  },
  'POST /admin/users/:id/roles': {
    summary: 'Give a role, or take it. Ends their sessions',
    action: 'user.manage',
    stepUp: true,
    body: Strict({ role: OneOf(['maker', 'moderator', 'admin']), held: Type.Boolean(), reason: Reason }),
    response: UserRow,
    errors: ['own_content'],
  },
  'POST /admin/users/:id/suspend': {
    summary: 'Close an account until a moment. It opens again by itself',
    action: 'user.manage',
    body: Strict({ until: Instant, reason: Reason }),
    response: UserRow,
    errors: ['own_content', 'invalid_transition'],
  },
  'POST /admin/ban-user': {
    summary: 'Close an account for good',
    action: 'user.manage',
    body: Strict({ userId: Id, reason: Reason }),
    response: UserRow,
    errors: ['own_content', 'invalid_transition'],
  },
  'POST /admin/users/:id/reinstate': {
    summary: 'Open an account that was suspended or banned',
    action: 'user.manage',
    body: Strict({ reason: Reason }),
    response: UserRow,
    errors: ['invalid_transition'],
  },
  'POST /admin/users/:id/end-sessions': {
    summary: 'Sign a person out everywhere',
    action: 'user.manage',
    body: Strict({ reason: Reason }),
    response: Strict({ ended: Type.Integer() }),
    errors: ['own_content'],
  },
  'POST /admin/users/:id/release-second-factor': {
    summary: 'Let somebody in again who lost their second factor: in a day, unless it is shown before. They are told',
    action: 'user.manage',
    stepUp: true,
    body: Strict({ reason: Reason }),
    errors: ['own_content', 'invalid_transition'],
  },
  'POST /admin/users/:id/view-as': {
    summary: 'See the place as this person does, for a quarter of an hour; nothing can be changed meanwhile',
    action: 'user.manage',
    stepUp: true,
    body: Strict({ reason: Reason }),
    errors: ['own_content'],
  },
  'DELETE /admin/view-as': { summary: 'See it with your own eyes again', action: 'view.end' },
  'GET /admin/audit': {
    summary: 'The audit log, newest first',
    action: 'audit.read',
    query: Strict({ ...PageQuery.properties, ...AuditFilter }),
    response: Page(AuditEntry),
  },
  'GET /admin/audit/file': {
    summary: 'The same as a file, a JSON object a line; at most 50,000 entries',
    action: 'audit.read',
    query: Strict(AuditFilter),
    file: 'application/x-ndjson',
    rateLimit: { max: 10, windowS: 60 },
  },
  'POST /admin/audit/verify': {
    summary: 'Prove that nothing in the audit log was changed or taken out',
    action: 'audit.read',
    response: Strict({ entries: Type.Integer(), head: Type.String(), problems: Type.Array(Problem) }),
    rateLimit: { max: 10, windowS: 60 },
  },
  'GET /admin/security': {
    summary: 'What keeps this place safe: what is on, what is off, what to look at',
    action: 'security.read',
    response: Strict({ version: Type.String(), measures: Type.Array(Measure), findings: Type.Array(Finding) }),
  },
  'POST /admin/security/findings': {
    summary: 'Note what was found weak (it is due in 48 hours to 90 days, by how bad it is), or a trial break-in',
    action: 'security.keep',
    body: Strict({
      kind: Finding.properties.kind,
      severity: Finding.properties.severity,
      title: Type.String({ minLength: 3, maxLength: 200, pattern: '\\S' }),
      note: Type.String({ maxLength: 4000 }),
    }),
    status: 201,
    response: Finding,
  },
  'POST /admin/security/findings/:id/close': {
    summary: 'Close a finding: mended, or lived with, and why',
    action: 'security.keep',
    body: Strict({ state: OneOf(['fixed', 'accepted']), reason: Reason }),
    response: Finding,
    errors: ['invalid_transition'],
  },
});
