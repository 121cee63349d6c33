// The SQL of sessions.
import type { Role } from '@videowindow/contract';
import type { SessionWay } from '@videowindow/contract/api/identity';
import { randomToken, sha256 } from '#platform/crypto';
import { type Reader, sql, type Tx } from '#platform/database';

export const insertSession = async (
  tx: Tx,
  session: {
    id: string;
    userId: string;
    /** Of the cookie; null for an app's, which is kept by tokens. */
    tokenHash: string | null;
    way: SessionWay;
    now: Date;
    expiresAt: Date;
    userAgent: string | null;
    address: string;
    visitorHash: string;
    strong: boolean;
  },
): Promise<void> => {
  await sql`
    insert into sessions (id, user_id, token_hash, way, created_at, last_seen_at, proved_at, expires_at, user_agent,
                          address, visitor_hash, strong)
    values (${session.id}, ${session.userId}, ${session.tokenHash}, ${session.way}, ${session.now}, ${session.now},
            ${session.now}, ${session.expiresAt}, ${session.userAgent}, ${session.address},
            ${session.visitorHash}, ${session.strong})`.execute(tx);
};

/** Ends the running sessions of a person: `only` that one, or all `but` one. @returns their ids. */
export const endSessions = async (
  tx: Tx,
  userId: string,
  which: { only?: string; but?: string | null } = {},
): Promise<string[]> => {
  const { rows } = await sql<{ id: string }>`
    update sessions set ended_at = app_now()
    where user_id = ${userId} and ended_at is null
      and id = coalesce(${which.only ?? null}::uuid, id) and id is distinct from ${which.but ?? null}::uuid
    returning id`.execute(tx);
  return rows.map(({ id }) => id);
};

export type LiveSession = { sessionId: string; userId: string; roles: Role[]; strong: boolean; lastSeenAt: Date };

const live = async (db: Reader, which: ReturnType<typeof sql>): Promise<LiveSession | null> =>
  (
    await sql<LiveSession>`
      select s.id as "sessionId", u.id as "userId", u.roles, s.strong, s.last_seen_at as "lastSeenAt"
      from sessions s
      join users u on u.id = s.user_id
      where ${which} and s.ended_at is null and s.expires_at > app_now() and u.status = 'active'`.execute(db)
  ).rows[0] ?? null;

/** The running session behind a cookie and its user's roles; null when ended, expired or its user is not active. */
export const liveSession = (db: Reader, tokenHash: string): Promise<LiveSession | null> =>
  live(db, sql`s.token_hash = ${tokenHash}`);

/** The same by its id, for who has proved otherwise that it is theirs. */
export const liveSessionById = (db: Reader, id: string): Promise<LiveSession | null> => live(db, sql`s.id = ${id}`);

/** One more token by which the session of an app goes on. @returns the token, which is nowhere else. */
export const makeRefreshToken = async (tx: Tx, sessionId: string, expiresAt: Date): Promise<string> => {
  const token = randomToken();
  await sql`
    insert into refresh_tokens (token_hash, session_id, expires_at)
    values (${sha256(token)}, ${sessionId}, ${expiresAt})`.execute(tx);
  return token;
};

/** Notes that a session is in use and lets it live on. */
export const touchSession = async (db: Reader, id: string, now: Date, expiresAt: Date): Promise<void> => {
  await sql`update sessions set last_seen_at = ${now}, expires_at = ${expiresAt} where id = ${id}`.execute(db);
};

export type SessionRow = {
  id: string;
  way: SessionWay;
  startedAt: Date;
  lastSeenAt: Date;
  userAgent: string | null;
  address: string | null;
};

/** Where somebody is signed in, the latest used first. */
export const runningSessions = async (db: Reader, userId: string): Promise<SessionRow[]> =>
  (
    await sql<SessionRow>`
      select id, way, created_at as "startedAt", last_seen_at as "lastSeenAt", user_agent as "userAgent", address
      from sessions
      where user_id = ${userId} and ended_at is null and expires_at > app_now()
      order by last_seen_at desc, id desc
      limit 200`.execute(db)
  ).rows;

/** Whose session it is or was; null when there is none. */
export const ownerOfSession = async (db: Reader, id: string): Promise<string | null> =>
  (await sql<{ userId: string }>`select user_id as "userId" from sessions where id = ${id}`.execute(db)).rows[0]
    ?.userId ?? null;

export type Freshness = { userId: string; isFresh: boolean; strong: boolean; isStaff: boolean };

/** Whose session it is, and whether it has proved a factor since `ms` ago; null when there is none. */
export const freshness = async (db: Reader, id: string, ms: number): Promise<Freshness | null> =>
  (
    await sql<Freshness>`
      select s.user_id as "userId", s.strong, u.roles && array['moderator', 'admin'] as "isStaff",
             coalesce(s.proved_at > app_now() - make_interval(secs => ${ms / 1000}), false) as "isFresh"
      from sessions s join users u on u.id = s.user_id
      where s.id = ${id}`.execute(db)
  ).rows[0] ?? null;

/** Notes that a session has just proved a factor; `strong`: with what it was opened by, that makes two. */
export const noteProof = async (tx: Tx, id: string, strong: boolean): Promise<void> => {
  await sql`
    update sessions set proved_at = app_now(), strong = strong or ${strong}
    where id = ${id} and ended_at is null`.execute(tx);
};
