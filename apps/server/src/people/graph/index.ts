// graph: how people stand to each other. Who blocked whom, who follows whom.
import { DomainError } from '@videowindow/contract';
import { graphApi, type PersonSummary } from '@videowindow/contract/api/people';
import type { RawBuilder } from 'kysely';
import type { Identity } from '#people/identity';
import { recordAudit } from '#platform/audit';
import { type Database, type Reader, sql, type Tx } from '#platform/database';
import type { Events } from '#platform/events';
import { implement, personId } from '#platform/http';
import type { Room } from '#platform/room';
import { personal } from './personal.ts';

export type Graph = ReturnType<typeof createGraph>;

export const createGraph = ({
  database,
  events,
  identity,
  isPrivate,
}: {
  database: Database;
  events: Events;
  identity: Identity;
  /** Whether followers of a person need their approval. */
  isPrivate(db: Reader, person: string): Promise<boolean>;
}) => {
  /** For each pair, in their order: whether one of them blocked the other. */
  const arePairsApart = async (db: Reader, pairs: readonly (readonly [string, string])[]): Promise<boolean[]> => {
    const { rows } = await sql<{ apart: boolean }>`
      select ${isApart(sql`pair.one`, sql`pair.other`)} as apart
      from unnest(${pairs.map(([one]) => one)}::uuid[], ${pairs.map(([, other]) => other)}::uuid[])
        with ordinality as pair (one, other, place)
      order by place`.execute(db);
    return rows.map((row) => row.apart);
  };

  /** Who among `others` blocked `person` or was blocked by them: neither may see the other. */
  const blockedAmong = async (db: Reader, person: string | null, others: readonly string[]): Promise<Set<string>> => {
    if (person === null || others.length === 0) return new Set();
    const apart = await arePairsApart(
      db,
      others.map((other) => [person, other]),
    );
    return new Set(others.filter((_other, index) => apart[index]));
  };

  /** One person blocks another, who is there; twice is once. */
  const block = async (tx: Tx, me: string, other: string, requestId: string): Promise<void> => {
    await lockPair(tx, me, other);
    await sql`
      delete from follows
      where (follower = ${me} and followed = ${other}) or (follower = ${other} and followed = ${me})`.execute(tx);
    await sql`
      delete from follow_requests
      where (follower = ${me} and followed = ${other}) or (follower = ${other} and followed = ${me})`.execute(tx);
    const added = await sql`
      insert into blocks (blocker, blocked) values (${me}, ${other}) on conflict do nothing returning 1`.execute(tx);
    if (added.rows.length === 0) return;
    await events.emit(tx, 'user.blocked', me, { userId: me, blockedId: other });
    await recordAudit(tx, { actor: me, action: 'person.blocked', subject: other, requestId });
  };

  /** @returns false when they follow already */
  const follow = async (tx: Tx, follower: string, followed: string): Promise<boolean> => {
    const { rows } = await sql`
      insert into follows (follower, followed) values (${follower}, ${followed}) on conflict do nothing
      returning 1`.execute(tx);
    return rows.length > 0;
  };

  /**
   * Where the account is private, what was just a follow becomes a question. The new row's foreign key waits for whoever
   * closes or opens the account, who has locked the person: nobody slips in, and no question is left behind.
   */
  const askInstead = async (tx: Tx, follower: string, followed: string): Promise<void> => {
    if (!(await isPrivate(tx, followed))) return;
    await sql`delete from follows where follower = ${follower} and followed = ${followed}`.execute(tx);
    const asked = await sql`
      insert into follow_requests (follower, followed) values (${follower}, ${followed}) on conflict do nothing
      returning 1`.execute(tx);
    const user = asked.rows.length > 0 ? await identity.user(tx, follower) : null;
    if (user)
      await events.emit(tx, 'follow.asked', followed, {
        followerId: follower,
        followedId: followed,
        name: user.displayName,
      });
  };

  /** People in the order of `ids`, without pictures: profiles lie above, and here one decides by name. */
  const small = async (ids: readonly string[]): Promise<PersonSummary[]> => {
    const people = new Map((await identity.users(database.db, ids)).map((person) => [person.id, person]));
    return ids.flatMap((one) => {
      const person = people.get(one);
      if (!person) return [];
      const { id, handle, displayName, city } = person;
      return [{ id, handle, displayName, city, avatarUrl: null, avatarThumbhash: null }];
    });
  };

  const room: Room = {
    personal,
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
            if (await follow(tx, me, other.id)) await askInstead(tx, me, other.id);
          });
        },
        'DELETE /users/:id/follow': async ({ params, context }) => {
          const me = personId(context.actor);
          await database.transaction(async (tx) => {
            await lockPair(tx, me, params.id);
            await sql`delete from follows where follower = ${me} and followed = ${params.id}`.execute(tx);
            await sql`delete from follow_requests where follower = ${me} and followed = ${params.id}`.execute(tx);
          });
        },
        'GET /users/me/follow-requests': async ({ context }) => {
          const { rows } = await sql<{ follower: string }>`
            select follower from follow_requests where followed = ${personId(context.actor)}
            order by created_at desc limit 100`.execute(database.db);
          return { items: await small(rows.map(({ follower }) => follower)) };
        },
        'PUT /users/:id/follow-request': async ({ params, context }) => {
          const me = personId(context.actor);
          await database.transaction(async (tx) => {
            await lockPair(tx, me, params.id);
            const { rows } = await sql`
              delete from follow_requests where follower = ${params.id} and followed = ${me} returning 1`.execute(tx);
            if (rows.length === 0) throw new DomainError('not_found');
            await follow(tx, params.id, me);
            const user = await identity.user(tx, me);
            if (user)
              await events.emit(tx, 'follow.approved', me, {
                followerId: params.id,
                followedId: me,
                handle: user.handle,
                name: user.displayName,
              });
          });
        },
        'DELETE /users/:id/follow-request': async ({ params, context }) => {
          const me = personId(context.actor);
          await sql`delete from follow_requests where follower = ${params.id} and followed = ${me}`.execute(
            database.db,
          );
        },
        'DELETE /users/:id/follower': async ({ params, context }) => {
          const me = personId(context.actor);
          await sql`delete from follows where follower = ${params.id} and followed = ${me}`.execute(database.db);
        },
        'GET /users/me/blocks': async ({ context }) => {
          const { rows } = await sql<{ blocked: string }>`
            select blocked from blocks where blocker = ${personId(context.actor)} order by created_at desc`.execute(
            database.db,
          );
          return { items: await small(rows.map(({ blocked }) => blocked)) };
        },
      }),
    ],
  };
  return {
    room,
    blockedAmong,
    arePairsApart,
    isApart,
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
    /** Whether `follower` waits for an answer of `followed`. */
    async hasAsked(db: Reader, follower: string | null, followed: string): Promise<boolean> {
      if (follower === null) return false;
      const { rows } = await sql`
        select 1 from follow_requests where follower = ${follower} and followed = ${followed}`.execute(db);
      return rows.length > 0;
    },
    /** The account is open to everybody now: who waits for an answer follows. */
    async acceptAll(tx: Tx, person: string): Promise<void> {
      await sql`
        with asked as (delete from follow_requests where followed = ${person} returning follower, followed)
        insert into follows (follower, followed) select follower, followed from asked on conflict do nothing`.execute(
        tx,
      );
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

/** SQL: whether one of two people blocked the other, for a statement about many of them. */
const isApart = (one: RawBuilder<string>, other: RawBuilder<string>) => sql<boolean>`
  exists (select from blocks where (blocker, blocked) in ((${one}, ${other}), (${other}, ${one})))`;

/** What two people do about each other happens in turn: nobody follows across a block that comes at the same moment. */
const lockPair = async (tx: Tx, one: string, other: string): Promise<void> => {
  const pair = [one, other].sort().join(' ');
  await sql`select pg_advisory_xact_lock(hashtextextended(${`graph ${pair}`}, 0))`.execute(tx);
};
