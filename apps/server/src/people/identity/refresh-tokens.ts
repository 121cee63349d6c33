// Refresh tokens of apps. Each is used once and gives the next; all of one session are a family. A token that comes twice
// was copied by somebody: nobody can tell which of the two is the person, so the whole family ends and they are told.
import { DomainError } from '@videowindow/contract';
import { sha256 } from '#platform/crypto';
import { type Reader, sql, type Tx } from '#platform/database';
import { tellOfChange } from './changes.ts';
import { type IdentityDeps, leave, type RequestOrigin, SESSION_LIFE_MS, settle } from './enter.ts';
import { liveSessionById, makeRefreshToken, touchSession } from './session-store.ts';

export type Refreshed = { userId: string; sessionId: string; refreshToken: string };

/** Uses a token and makes the next one. @throws DomainError refresh_invalid */
export const refresh = (deps: IdentityDeps, token: string, origin: RequestOrigin): Promise<Refreshed> =>
  settle(deps.database, async (tx) => {
    const hash = sha256(token);
    const { rows } = await sql<{ sessionId: string }>`
      update refresh_tokens set used_at = app_now()
      where token_hash = ${hash} and used_at is null and expires_at > app_now()
      returning session_id as "sessionId"`.execute(tx);
    const session = rows[0] && (await liveSessionById(tx, rows[0].sessionId));
    if (!session) {
      if (!rows[0]) await endFamilyOf(deps, tx, hash, origin);
      return new DomainError('refresh_invalid');
    }
    const now = await deps.database.now(tx);
    const expiresAt = new Date(now.getTime() + SESSION_LIFE_MS);
    await touchSession(tx, session.sessionId, now, expiresAt);
    const refreshToken = await makeRefreshToken(tx, session.sessionId, expiresAt);
    return { userId: session.userId, sessionId: session.sessionId, refreshToken };
  });

/** When the token was used before: ends its session, once, and tells the person. */
const endFamilyOf = async (deps: IdentityDeps, tx: Tx, hash: string, origin: RequestOrigin): Promise<void> => {
  const { rows } = await sql<{ sessionId: string; userId: string }>`
    select s.id as "sessionId", s.user_id as "userId"
    from refresh_tokens r join sessions s on s.id = r.session_id
    where r.token_hash = ${hash} and r.used_at is not null and r.expires_at > app_now()`.execute(tx);
  const family = rows[0];
  if (!family) return;
  const by = { actor: null, address: origin.address, requestId: origin.requestId };
  const ended = await leave(deps, tx, family.userId, { only: family.sessionId }, by);
  if (ended > 0) await tellOfChange(deps, tx, family.userId, 'token_reused', origin);
};

/** Forgets what is over. */
export const sweepRefreshTokens = async (db: Reader): Promise<void> => {
  await sql`delete from refresh_tokens where expires_at < app_now()`.execute(db);
};
