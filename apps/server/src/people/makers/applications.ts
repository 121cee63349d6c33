// Who wants to sell here, where admins look at each new maker first: asked for by one, decided by another, with a reason.
import { type Actor, DomainError } from '@videowindow/contract';
import type { Application, ApplicationForReview } from '@videowindow/contract/api/makers';
import type { PersonSummary } from '@videowindow/contract/api/people';
import { apply, possibleCommands } from '@videowindow/contract/machine';
import {
  type ApplicationCommand,
  type ApplicationGuard,
  type ApplicationState,
  applicationMachine,
} from '@videowindow/contract/machines/application';
import type { Identity } from '#people/identity';
import { recordAudit } from '#platform/audit';
import { newId } from '#platform/crypto';
import { type Database, type Reader, sql, type Tx } from '#platform/database';
import type { Events } from '#platform/events';
import { authorize, cutPage, decodeCursor, personId } from '#platform/http';

export type ApplicationsDeps = {
  database: Database;
  events: Events;
  identity: Identity;
  people(db: Reader, ids: readonly string[]): Promise<Map<string, PersonSummary>>;
  /** Makes a maker of somebody. */
  join(tx: Tx, userId: string, by: string): Promise<void>;
};

type Row = {
  id: string;
  personId: string;
  about: string;
  link: string | null;
  state: ApplicationState;
  reason: string | null;
  appliedAt: Date;
  decidedAt: Date | null;
};
const COLUMNS = sql.raw(
  'id, person_id as "personId", about, link, state, reason, applied_at as "appliedAt", decided_at as "decidedAt"',
);

const view = (row: Row, guard: ApplicationGuard): Application => ({
  id: row.id,
  about: row.about,
  link: row.link,
  state: row.state,
  reason: row.reason,
  appliedAt: row.appliedAt.toISOString(),
  decidedAt: row.decidedAt?.toISOString() ?? null,
  possible: possibleCommands(applicationMachine, row.state, { [guard]: true }),
});

/** The latest that a person asked; null when they never did. */
export const latestApplication = async ({ database }: ApplicationsDeps, person: string) => {
  const { rows } = await sql<Row>`
    select ${COLUMNS} from maker_applications where person_id = ${person}
    order by applied_at desc, id desc limit 1`.execute(database.db);
  return rows[0] ? view(rows[0], 'byApplicant') : null;
};

/** @throws DomainError application_waits when one waits already, also of two sent at once */
export const applyAsMaker = (
  { database, events, identity }: ApplicationsDeps,
  person: string,
  said: { about: string; link: string | null },
  requestId: string,
) =>
  database.transaction(async (tx) => {
    const id = newId();
    const { rows } = await sql`
      insert into maker_applications (id, person_id, about, link, state, applied_at)
      values (${id}, ${person}, ${said.about.trim()}, ${said.link}, ${applicationMachine.initial}, app_now())
      on conflict (person_id) where state = 'waiting' do nothing
      returning 1`.execute(tx);
    if (rows.length === 0) throw new DomainError('application_waits');
    await recordAudit(tx, { actor: person, action: 'maker.applied', subject: id, requestId });
    const user = await identity.user(tx, person);
    await events.emit(tx, 'maker.applied', id, {
      applicationId: id,
      personId: person,
      name: user?.displayName ?? '',
      adminIds: [...(await identity.withRole(tx, 'admin'))].filter((admin) => admin !== person),
    });
  });

/** @throws DomainError not_found when nothing waits */
export const withdrawApplication = ({ database }: ApplicationsDeps, person: string, requestId: string) =>
  database.transaction(async (tx) => {
    const { rows } = await sql<Row>`
      select ${COLUMNS} from maker_applications where person_id = ${person}
      order by applied_at desc, id desc limit 1 for update`.execute(tx);
    const row = rows[0];
    if (!row) throw new DomainError('not_found');
    await move(tx, row, 'withdraw', 'byApplicant', { by: person, reason: null });
    await recordAudit(tx, { actor: person, action: 'maker.application_withdrawn', subject: row.id, requestId });
  });

/** An admin decides, never about their own. @throws DomainError not_found, own_content, invalid_transition */
export const decideApplication = (
  deps: ApplicationsDeps,
  actor: Actor,
  id: string,
  command: 'approve' | 'decline',
  reason: string,
  requestId: string,
) =>
  deps.database.transaction(async (tx) => {
    authorize(actor, 'maker.review');
    const by = personId(actor);
    const { rows } = await sql<Row>`select ${COLUMNS} from maker_applications where id = ${id} for update`.execute(tx);
    const row = rows[0];
    if (!row) throw new DomainError('not_found');
    if (row.personId === by) throw new DomainError('own_content');
    const said = reason.trim();
    const to = await move(tx, row, command, 'byAdmin', { by, reason: said });
    await recordAudit(tx, {
      actor: by,
      action: `maker.application_${to}`,
      subject: row.personId,
      requestId,
      facts: { applicationId: id, reason: said },
      before: { state: row.state },
      after: { state: to },
    });
    if (to === 'approved') await deps.join(tx, row.personId, by);
    await deps.events.emit(tx, 'maker.application_decided', id, {
      applicationId: id,
      personId: row.personId,
      approved: to === 'approved',
      reason: said,
    });
  });

const move = async (
  tx: Tx,
  row: Row,
  command: ApplicationCommand,
  guard: ApplicationGuard,
  { by, reason }: { by: string; reason: string | null },
): Promise<ApplicationState> => {
  const moved = apply(applicationMachine, row.state, command, { [guard]: true });
  if (!moved.ok)
    throw new DomainError('invalid_transition', { from: row.state, command, possible: [...moved.possible] });
  await sql`
    update maker_applications set state = ${moved.to}, decided_at = app_now(), decided_by = ${by}, reason = ${reason}
    where id = ${row.id}`.execute(tx);
  return moved.to;
};

/** Those that wait, oldest first; or all, newest first. */
export const applicationsPage = async (
  deps: ApplicationsDeps,
  query: { show?: 'waiting' | 'all'; cursor?: string; limit?: number },
): Promise<{ items: ApplicationForReview[]; next: string | null }> => {
  const limit = query.limit ?? 20;
  const after = decodeCursor(query.cursor, ['instant', 'uuid']);
  const all = query.show === 'all';
  const which = all ? sql`` : sql`and state = 'waiting'`;
  const order = sql.raw(all ? 'desc' : 'asc');
  const behind = after
    ? sql`and (applied_at, id) ${sql.raw(all ? '<' : '>')} (${new Date(after[0])}, ${after[1]})`
    : sql``;
  const { rows } = await sql<Row>`
    select ${COLUMNS} from maker_applications where true ${which} ${behind}
    order by applied_at ${order}, id ${order} limit ${limit + 1}`.execute(deps.database.db);
  const { shown, next } = cutPage(rows, limit, ({ appliedAt, id }) => [appliedAt.toISOString(), id]);
  return { items: await forReview(deps, shown), next };
};

/** @throws DomainError not_found */
export const applicationById = async (deps: ApplicationsDeps, id: string): Promise<ApplicationForReview> => {
  const { rows } = await sql<Row>`select ${COLUMNS} from maker_applications where id = ${id}`.execute(deps.database.db);
  const [found] = await forReview(deps, rows);
  if (!found) throw new DomainError('not_found');
  return found;
};

const forReview = async (deps: ApplicationsDeps, rows: readonly Row[]): Promise<ApplicationForReview[]> => {
  const { db } = deps.database;
  const people = await deps.people(db, [...new Set(rows.map((row) => row.personId))]);
  const { rows: before } = await sql<{ id: string; earlier: number }>`
    select one.id, count(other.id)::int as earlier
    from maker_applications one
    left join maker_applications other
      on other.person_id = one.person_id and (other.applied_at, other.id) < (one.applied_at, one.id)
    where one.id = any (${rows.map(({ id }) => id)}::uuid[])
    group by one.id`.execute(db);
  return rows.map((row) => ({
    ...view(row, 'byAdmin'),
    person: people.get(row.personId) ?? null,
    earlier: before.find(({ id }) => id === row.id)?.earlier ?? 0,
  }));
};
