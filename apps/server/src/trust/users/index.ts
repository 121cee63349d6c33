// users: people as admins look after them, the audit log, and what keeps the place safe.
//
// Beyond the usual plan: `view-as` lets an admin read the place through somebody's eyes, `audit-file` writes the log out.

import { DomainError, type Role } from '@videowindow/contract';
import type { AccountStatus, AuditEntry, Measure, UserRow } from '@videowindow/contract/api/admin';
import { adminApi } from '@videowindow/contract/api/admin';
import type { PersonSummary } from '@videowindow/contract/api/people';
import { possibleCommands } from '@videowindow/contract/machine';
import { standingMachine } from '@videowindow/contract/machines/standing';
import type { User } from '#people/identity';
import { type Audit, type AuditFilter, type AuditRow, recordAudit } from '#platform/audit';
import type { Keyring } from '#platform/crypto';
import type { Reader } from '#platform/database';
import { authorize, cutPage, decodeCursor, implement, type RequestContext } from '#platform/http';
import type { Room } from '#platform/room';
import {
  type By,
  ban,
  endSessions,
  endSuspension,
  reinstate,
  releaseSecondFactor,
  SUSPENSION_ENDS,
  setRole,
  suspend,
  type UsersDeps,
} from './commands.ts';
import { closeFinding, findingMeasures, findings, noteFinding } from './findings.ts';
import { personal } from './personal.ts';
import * as store from './store.ts';
import { createViewAs, SHOWN_COOKIE, VIEW_S } from './view-as.ts';

export type { Measure } from '@videowindow/contract/api/admin';

export type UsersRoomDeps = UsersDeps & {
  audit: Audit;
  keyring: Keyring;
  https: boolean;
  version: string;
  people(reader: Reader, ids: readonly string[]): Promise<Map<string, PersonSummary>>;
  /** What the composition root knows of this installation's safety. */
  measures(): Promise<Measure[]>;
};

const DEFAULT_LIMIT = 20;
const FILE_LIMIT = 50_000;
const FILE_BATCH = 1000;

export const createUsers = (deps: UsersRoomDeps) => {
  const { database, identity, audit } = deps;
  const { db } = database;
  const viewAs = createViewAs(deps);
  const cookie = { path: '/', sameSite: 'strict', secure: deps.https } as const;

  const rows = async (users: readonly User[]): Promise<UserRow[]> => {
    const ids = users.map(({ id }) => id);
    const [people, closings] = await Promise.all([deps.people(db, ids), store.closingsOf(db, ids)]);
    return users.map((user) => ({
      id: user.id,
      handle: user.handle,
      displayName: user.displayName,
      city: user.city,
      avatarUrl: people.get(user.id)?.avatarUrl ?? null,
      avatarThumbhash: people.get(user.id)?.avatarThumbhash ?? null,
      email: user.email,
      roles: ['viewer' as Role, ...user.roles],
      status: user.status satisfies AccountStatus,
      suspendedUntil: user.status === 'suspended' ? (closings.get(user.id)?.until?.toISOString() ?? null) : null,
      joinedAt: user.createdAt.toISOString(),
    }));
  };
  const one = async (id: string) => {
    const user = await identity.user(db, id);
    const [row] = user ? await rows([user]) : [];
    if (!user || !row) throw new DomainError('not_found');
    return { user, row };
  };
  const byOf = ({ actor, requestId, address }: RequestContext): By => ({ actor, requestId, address });
  const possibleFor = (user: User, context: RequestContext): ('suspend' | 'ban' | 'reinstate')[] => {
    if (user.status === 'deleted' || user.id === context.actor.id) return [];
    const all = possibleCommands(standingMachine, user.status, { byAdmin: true });
    return (['suspend', 'ban', 'reinstate'] as const).filter((command) => all.includes(command));
  };

  const entries = async (found: readonly AuditRow[]): Promise<AuditEntry[]> => {
    const people = await deps.people(db, [...new Set(found.flatMap(({ actor }) => actor ?? []))]);
    return found.map(({ actor, at, facts, personal, ...row }) => ({
      ...row,
      at: at.toISOString(),
      actor: (actor && people.get(actor)) || null,
      actorId: actor,
      facts: JSON.stringify(facts),
      personal: personal && JSON.stringify(personal),
    }));
  };

  type AuditQuery = {
    person?: string;
    subject?: string;
    action?: string;
    requestId?: string;
    from?: string;
    to?: string;
  };
  const filterOf = ({ from, to, person, subject, action, requestId }: AuditQuery): AuditFilter => ({
    ...(person === undefined ? {} : { person }),
    ...(subject === undefined ? {} : { subject }),
    ...(action === undefined ? {} : { action }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(from === undefined ? {} : { from: new Date(from) }),
    ...(to === undefined ? {} : { to: new Date(to) }),
  });

  /** Page after page, so that no statement takes long. @throws DomainError validation_failed when it would be too much */
  const auditFile = async (filter: AuditFilter): Promise<{ bytes: Buffer; count: number }> => {
    const lines: string[] = [];
    for (let after: string | null = null; ; ) {
      const found: AuditRow[] = await audit.find(db, filter, { after, limit: FILE_BATCH });
      for (const row of found) lines.push(JSON.stringify(row));
      if (lines.length > FILE_LIMIT)
        throw new DomainError('validation_failed', {
          fields: [{ path: 'from', message: `choose a shorter time: a file holds ${FILE_LIMIT} entries` }],
        });
      after = found.at(-1)?.id ?? null;
      if (found.length < FILE_BATCH)
        return { bytes: Buffer.from(lines.map((line) => `${line}\n`).join('')), count: lines.length };
    }
  };

  const room: Room = {
    personal,
    timers: { [SUSPENSION_ENDS]: (tx, id) => endSuspension(deps, tx, id) },
    routes: [
      implement(adminApi, {
        'GET /admin/users': async ({ query, context }) => {
          authorize(context.actor, 'user.manage');
          const { cursor, limit = DEFAULT_LIMIT, ...filter } = query;
          const after = decodeCursor(cursor, ['uuid'])?.[0] ?? null;
          const found = await identity.search(db, filter, { after, limit: limit + 1 });
          const { shown, next } = cutPage(found, limit, ({ id }) => [id]);
          return { items: await rows(shown), next };
        },
        'GET /admin/users/:id': async ({ params, context }) => {
          authorize(context.actor, 'user.manage');
          const { user, row } = await one(params.id);
          const sessions = await identity.sessionsOf(db, user.id);
          const factor = await identity.secondFactor(db, user.id);
          return {
            user: row,
            possible: possibleFor(user, context),
            closedFor: (await store.closingsOf(db, [user.id])).get(user.id)?.reason ?? null,
            secondFactor: factor && {
              since: factor.since.toISOString(),
              releaseAt: factor.releaseAt?.toISOString() ?? null,
            },
            sessions: sessions.map(({ startedAt, lastSeenAt, ...session }) => ({
              ...session,
              startedAt: startedAt.toISOString(),
              lastSeenAt: lastSeenAt.toISOString(),
            })),
          };
        },
        'POST /admin/users/:id/roles': async ({ params, body, context }) => {
          await setRole(deps, byOf(context), params.id, body);
          return (await one(params.id)).row;
        },
        'POST /admin/users/:id/suspend': async ({ params, body, context }) => {
          await suspend(deps, byOf(context), params.id, body.reason, new Date(body.until));
          return (await one(params.id)).row;
        },
        'POST /admin/ban-user': async ({ body, context }) => {
          await ban(deps, byOf(context), body.userId, body.reason);
          return (await one(body.userId)).row;
        },
        'POST /admin/users/:id/reinstate': async ({ params, body, context }) => {
          await reinstate(deps, byOf(context), params.id, body.reason);
          return (await one(params.id)).row;
        },
        'POST /admin/users/:id/end-sessions': async ({ params, body, context }) => ({
          ended: await endSessions(deps, byOf(context), params.id, body.reason),
        }),
        'POST /admin/users/:id/release-second-factor': async ({ params, body, context }) => {
          await releaseSecondFactor(deps, byOf(context), params.id, body.reason);
        },
        'POST /admin/users/:id/view-as': async ({ params, body, context }) => {
          authorize(context.actor, 'user.manage');
          const { user } = await one(params.id);
          if (user.id === context.actor.id) throw new DomainError('own_content');
          if (context.sessionId === null) throw new DomainError('sign_in_required');
          await database.transaction((tx) =>
            recordAudit(tx, {
              actor: context.actor.id,
              action: 'user.viewed_as',
              subject: user.id,
              address: context.address,
              requestId: context.requestId,
              personal: { of: user.id, facts: { reason: body.reason } },
            }),
          );
          context.reply
            .setCookie(viewAs.cookieName, viewAs.issue(user.id, context.sessionId), {
              ...cookie,
              httpOnly: true,
              maxAge: VIEW_S,
            })
            .setCookie(SHOWN_COOKIE, user.handle, { ...cookie, maxAge: VIEW_S });
        },
        'DELETE /admin/view-as': async ({ context }) => {
          context.reply.clearCookie(viewAs.cookieName, { ...cookie, httpOnly: true }).clearCookie(SHOWN_COOKIE, cookie);
        },
        'GET /admin/audit': async ({ query, context }) => {
          authorize(context.actor, 'audit.read');
          const limit = query.limit ?? DEFAULT_LIMIT;
          const after = decodeCursor(query.cursor, ['uuid'])?.[0] ?? null;
          const found = await audit.find(db, filterOf(query), { after, limit: limit + 1 });
          const { shown, next } = cutPage(found, limit, ({ id }) => [id]);
          return { items: await entries(shown), next };
        },
        'GET /admin/audit/file': async ({ query, context }) => {
          authorize(context.actor, 'audit.read');
          const { bytes, count } = await auditFile(filterOf(query));
          await database.transaction((tx) =>
            recordAudit(tx, {
              actor: context.actor.id,
              action: 'audit.exported',
              address: context.address,
              requestId: context.requestId,
              facts: { count, filter: query },
            }),
          );
          return { name: `audit-${database.clock().toISOString().slice(0, 10)}.ndjson`, bytes };
        },
        'POST /admin/audit/verify': async ({ context }) => {
          authorize(context.actor, 'audit.read');
          const { entries: count, head, problems } = await audit.prove(context.actor.id);
          return {
            entries: count,
            head: `${head.seq}:${head.stamp}`,
            problems: problems.map((problem) =>
              problem.kind === 'missing'
                ? { ...problem, id: null }
                : { kind: problem.kind, from: problem.seq, to: problem.seq, id: problem.id },
            ),
          };
        },
        'GET /admin/security': async ({ context }) => {
          authorize(context.actor, 'security.read');
          const [measures, ours, found] = await Promise.all([
            deps.measures(),
            findingMeasures(database),
            findings(database),
          ]);
          return { version: deps.version, measures: [...measures, ...ours], findings: found };
        },
        'POST /admin/security/findings': async ({ body, context }) => {
          authorize(context.actor, 'security.keep');
          return await noteFinding(database, byOf(context), body);
        },
        'POST /admin/security/findings/:id/close': async ({ params, body, context }) => {
          authorize(context.actor, 'security.keep');
          return await closeFinding(database, byOf(context), params.id, body);
        },
      }),
    ],
  };
  return { room, viewing: viewAs.of };
};
