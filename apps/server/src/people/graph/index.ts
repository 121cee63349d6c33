// graph: how people stand to each other. Who blocked whom, who follows whom.
import { DomainError } from '@videowindow/contract';
import { graphApi } from '@videowindow/contract/api/people';
import type { Identity } from '#people/identity';
import { recordAudit } from '#platform/audit';
import { type Database, type Reader, sql, type Tx } from '#platform/database';
import type { Events } from '#platform/events';
import { implement, personId } from '#platform/http';
import type { Room } from '#platform/room';

export type Graph = ReturnType<typeof createGraph>;

export const createGraph = ({
  database,
  events,
  identity,
}: {
  database: Database;
  events: Events;
  identity: Identity;
}) => {
  /** Who among `others` blocked `person` or was blocked by them: neither may see the other. */
  const blockedAmong = async (db: Reader, person: string | null, others: readonly string[]): Promise<Set<string>> => {
    if (person === null || others.length === 0) return new Set();
    const { rows } = await sql<{ other: string }>`
      select blocked as other from blocks where blocker = ${person} and blocked = any(${[...others]}::uuid[])
      union
      select blocker as other from blocks where blocked = ${person} and blocker = any(${[...others]}::uuid[])`.execute(
      db,
    );
    return new Set(rows.map((row) => row.other));
  };

  /** For each pair, in their order: whether one of them blocked the other. */
  const arePairsApart = async (db: Reader, pairs: readonly (readonly [string, string])[]): Promise<boolean[]> => {
    const { rows } = await sql<{ apart: boolean }>`
      select exists (
        select from blocks where (blocker, blocked) in ((pair.one, pair.other), (pair.other, pair.one))
      ) as apart
      from unnest(${pairs.map(([one]) => one)}::uuid[], ${pairs.map(([, other]) => other)}::uuid[])
        with ordinality as pair (one, other, place)
      order by place`.execute(db);
    return rows.map((row) => row.apart);
  };

  /** One person blocks another, who is there; twice is once. */
  const block = async (tx: Tx, me: string, other: string, requestId: string): Promise<void> => {
    await lockPair(tx, me, other);
    await sql`
      delete from follows
      where (follower = ${me} and followed = ${other}) or (follower = ${other} and followed = ${me})`.execute(tx);
    const added = await sql`
      insert into blocks (blocker, blocked) values (${me}, ${other}) on conflict do nothing returning 1`.execute(tx);
    if (added.rows.length === 0) return;
    await events.emit(tx, 'user.blocked', me, { userId: me, blockedId: other });
    await recordAudit(tx, { actor: me, action: 'person.blocked', subject: other, requestId });
  };

  const room: Room = {
    routes: [
      implement(graphApi, {
        'PUT /users/:id/block': async ({ params, context }) => {
          const me = personId(context.actor);
          const other = params.id === me ? null : await identity.user(database.db, params.id);
          if (!other) throw new DomainError('not_found');
          await database.transaction((tx) => block(tx, me, other.id, context.requestId));
        },
        'DELETE /users/:id/block': async ({ params, context }) => {
          await sql`delete from blocks where blocker = ${personId(context.actor)} and blocked = ${params.id}`.execute(
            database.db,
          );
        },
        'PUT /users/:id/follow': async ({ params, context }) => {
          const me = personId(context.actor);
          const other = params.id === me ? null : await identity.user(database.db, params.id);
          if (!other) throw new DomainError('not_found');
          await database.transaction(async (tx) => {
            await lockPair(tx, me, other.id);
            if ((await blockedAmong(tx, me, [other.id])).size > 0) throw new DomainError('not_found');
            await sql`
              insert into follows (follower, followed) values (${me}, ${other.id}) on conflict do nothing`.execute(tx);
          });
        },
        'DELETE /users/:id/follow': async ({ params, context }) => {
          await sql`delete from follows where follower = ${personId(context.actor)} and followed = ${params.id}`.execute(
            database.db,
          );
        },
        'GET /users/me/blocks': async ({ context }) => {
          const { rows } = await sql<{ blocked: string }>`
            select blocked from blocks where blocker = ${personId(context.actor)} order by created_at desc`.execute(
            database.db,
          );
          const people = await identity.users(
            database.db,
            rows.map((row) => row.blocked),
          );
          const byId = new Map(people.map((person) => [person.id, person]));
          return {
            items: rows.flatMap(({ blocked }) => {
              const person = byId.get(blocked);
              if (!person) return [];
              const { id, handle, displayName, city } = person;
              return [{ id, handle, displayName, city, avatarUrl: null }]; // whom one blocked, one need not look at
            }),
          };
        },
      }),
    ],
  };
  return {
    room,
    blockedAmong,
    arePairsApart,
    block,
    /** Everybody whom `person` blocked or who blocked them. */
    async apartFrom(db: Reader, person: string | null): Promise<string[]> {
      if (person === null) return [];
      const { rows } = await sql<{ other: string }>`
        select blocked as other from blocks where blocker = ${person}
        union
        select blocker as other from blocks where blocked = ${person}`.execute(db);
      return rows.map((row) => row.other);
    },
    /** Whether one of the two blocked the other. */
    areApart: async (db: Reader, a: string | null, b: string): Promise<boolean> =>
      (await blockedAmong(db, a, [b])).size > 0,
    /** Whether `follower` follows `followed`. */
    async follows(db: Reader, follower: string | null, followed: string): Promise<boolean> {
      if (follower === null) return false;
      const { rows } = await sql`
        select 1 from follows where follower = ${follower} and followed = ${followed}`.execute(db);
      return rows.length > 0;
    },
    /** How many follow a person, and how many they follow. */
    async followCounts(db: Reader, person: string): Promise<{ followers: number; following: number }> {
      const { rows } = await sql<{ followers: number; following: number }>`
        select (select count(*) from follows where followed = ${person}) as followers,
               (select count(*) from follows where follower = ${person}) as following`.execute(db);
      return rows[0] ?? { followers: 0, following: 0 };
    },
    /** Whether `blocker` blocked `blocked`. */
    async hasBlocked(db: Reader, blocker: string, blocked: string): Promise<boolean> {
      const { rows } = await sql`select 1 from blocks where blocker = ${blocker} and blocked = ${blocked}`.execute(db);
      return rows.length > 0;
    },
  };
};

/** What two people do about each other happens in turn: nobody follows across a block that comes at the same moment. */
const lockPair = async (tx: Tx, one: string, other: string): Promise<void> => {
  const pair = [one, other].sort().join(' ');
  await sql`select pg_advisory_xact_lock(hashtextextended(${`graph ${pair}`}, 0))`.execute(tx);
};
