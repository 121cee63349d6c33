// moderation: the queue of stories that wait for review, and reports. Thin: who may see what, and acting with a reason.
import { type Actor, DomainError } from '@videowindow/contract';
import { moderationApi, type Report } from '@videowindow/contract/api/trust';
import type { Orders } from '#commerce/orders';
import type { Stories } from '#content/stories';
import type { Identity } from '#people/identity';
import type { Profiles } from '#people/profiles';
import { recordAudit } from '#platform/audit';
import { newId } from '#platform/crypto';
import type { Database, Tx } from '#platform/database';
import type { Events } from '#platform/events';
import { authorize, cutPage, decodeCursor, encodeCursor, implement, personId } from '#platform/http';
import type { Room } from '#platform/room';
import { personal } from './personal.ts';
import * as store from './store.ts';

export type ModerationDeps = {
  database: Database;
  events: Events;
  stories: Stories;
  identity: Identity;
  profiles: Profiles;
  reviews: Orders['reviews'];
};

const DEFAULT_LIMIT = 20;

const assertReason = (reason: string): void => {
  if (reason.trim() === '')
    throw new DomainError('validation_failed', { fields: [{ path: 'reason', message: 'say why' }] });
};

export const createModeration = (deps: ModerationDeps): { room: Room } => {
  const { database, stories } = deps;

  /** What a report is about has to be there for the one who reports it. */
  const assertSubject = async (actor: Actor, kind: Report['kind'], id: string) => {
    const find = {
      story: () => stories.shownTo(database.db, actor, id),
      profile: () => deps.identity.user(database.db, id),
      review: () => deps.reviews.shown(database.db, id),
    };
    const found = await find[kind]();
    if (!found) throw new DomainError('not_found');
  };

  const views = async (rows: readonly store.ReportRow[]): Promise<Report[]> => {
    const subjectsOf = (kind: Report['kind']) => rows.filter((row) => row.kind === kind).map((row) => row.subjectId);
    const [titles, texts, people] = await Promise.all([
      stories.factsByIds(database.db, subjectsOf('story')),
      deps.reviews.texts(database.db, subjectsOf('review')),
      deps.profiles.summaries(database.db, [...rows.map((row) => row.reporterId), ...subjectsOf('profile')]),
    ]);
    return rows.flatMap((row) => {
      const reporter = people.get(row.reporterId);
      if (!reporter) return [];
      const subjectTitle = {
        story: titles.get(row.subjectId)?.title,
        profile: people.get(row.subjectId)?.displayName,
        review: texts.get(row.subjectId),
      }[row.kind];
      return [
        {
          id: row.id,
          kind: row.kind,
          subjectId: row.subjectId,
          subjectTitle: subjectTitle ?? '',
          reason: row.reason,
          note: row.note,
          reporter,
          state: row.state,
          createdAt: row.createdAt.toISOString(),
        },
      ];
    });
  };

  /** Whether a report is about something of the one who would decide on it. */
  const isOwn = async (tx: Tx, actor: Actor, { kind, subjectId }: store.ReportRow): Promise<boolean> => {
    if (kind === 'profile') return subjectId === actor.id;
    if (kind === 'story') return (await stories.facts(tx, subjectId))?.makerId === actor.id;
    return (await deps.reviews.sides(tx, subjectId)).includes(actor.id ?? '');
  };

  /** Closes a report. Removing closes every open report of the same subject, since it is gone for all of them. */
  const act = async (
    actor: Actor,
    given: { reportId: string; action: 'remove' | 'dismiss'; reason: string },
  ): Promise<Report> => {
    authorize(actor, 'moderation.decide');
    assertReason(given.reason);
    const decided = await database.transaction(async (tx) => {
      const report = await store.lockReport(tx, given.reportId);
      if (!report) throw new DomainError('not_found');
      if (await isOwn(tx, actor, report)) throw new DomainError('own_content');
      const state = given.action === 'remove' ? ('removed' as const) : ('dismissed' as const);
      if (report.state !== 'open' || (report.kind === 'profile' && state === 'removed')) {
        const possible = report.state === 'open' ? ['dismiss'] : [];
        throw new DomainError('invalid_transition', { from: report.state, command: given.action, possible });
      }
      if (state === 'removed' && report.kind === 'review') await deps.reviews.remove(tx, report.subjectId);
      if (state === 'removed' && report.kind === 'story') {
        const story = await stories.facts(tx, report.subjectId);
        if (story && story.state !== 'removed') {
          await stories.decide(tx, actor, report.subjectId, {
            decision: 'remove',
            reason: given.reason,
            version: null,
          });
        }
      }
      await store.closeReports(
        tx,
        { kind: report.kind, subjectId: report.subjectId, only: state === 'dismissed' ? report.id : null },
        { state, by: personId(actor), reason: given.reason },
      );
      await recordAudit(tx, {
        actor: actor.id,
        action: `report.${state}`,
        subject: report.id,
        facts: { kind: report.kind, about: report.subjectId, reason: given.reason },
        before: { state: report.state },
        after: { state },
      });
      return { ...report, state };
    });
    const [view] = await views([decided]);
    if (!view) throw new DomainError('not_found');
    return view;
  };

  /** Whoever tries to decide on what is theirs is refused, and that is written down. */
  const noteOwn = async <T>(actor: Actor, subject: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof DomainError && error.code === 'own_content') {
        await database.transaction((tx) =>
          recordAudit(tx, { actor: actor.id, action: 'moderation.own_refused', subject }),
        );
      }
      throw error;
    }
  };

  const positionOf = (cursor: string | undefined) => {
    const values = decodeCursor(cursor, ['instant', 'uuid']);
    return values ? { at: new Date(values[0]), id: values[1] } : null;
  };

  return {
    room: {
      personal,
      routes: [
        implement(moderationApi, {
          'GET /moderation/queue': async ({ query }) => {
            const { items, next } = await stories.queue(database.db, {
              after: positionOf(query.cursor),
              limit: query.limit ?? DEFAULT_LIMIT,
            });
            return { items, next: next ? encodeCursor([next.at.toISOString(), next.id]) : null };
          },
          'POST /moderation/stories/:id/decision': async ({ params, body, context }) => {
            if (body.decision !== 'approve') assertReason(body.reason);
            await noteOwn(context.actor, params.id, () =>
              database.transaction((tx) => stories.decide(tx, context.actor, params.id, body)),
            );
            return await stories.read(context.actor, params.id);
          },
          'POST /moderation/report': async ({ body, context }) => {
            await assertSubject(context.actor, body.kind, body.subjectId);
            return await database.transaction(async (tx) => {
              const { id, added } = await store.insertReport(tx, {
                ...body,
                id: newId(),
                reporterId: personId(context.actor),
              });
              if (added)
                await deps.events.emit(tx, 'report.made', id, {
                  reportId: id,
                  kind: body.kind,
                  subjectId: body.subjectId,
                });
              return { id };
            });
          },
          'GET /moderation/reports': async ({ query }) => {
            const limit = query.limit ?? DEFAULT_LIMIT;
            const rows = await store.openReports(database.db, { after: positionOf(query.cursor), limit: limit + 1 });
            const { shown, next } = cutPage(rows, limit, ({ createdAt, id }) => [createdAt.toISOString(), id]);
            return { items: await views(shown), next };
          },
          'POST /moderation/action': ({ body, context }) =>
            noteOwn(context.actor, body.reportId, () => act(context.actor, body)),
        }),
      ],
    },
  };
};
