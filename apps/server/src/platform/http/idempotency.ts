// Idempotency keys: a repeat of a money-moving request gets the first answer.
//
// The key's row is committed before the command runs, with a lease. A repeat while it runs gets
// idempotency_in_flight; after the lease (the first server died) a repeat may take it over, so commands themselves are
// safe to repeat. Refusals release the key: nothing happened, and the person may try again.
//
// Neither the row nor its answer waits for the disk: what the command commits takes the row along, and an answer that is
// lost when the database crashes is one more server that died.
import { DomainError } from '@videowindow/contract';
import { sha256 } from '#platform/crypto';
import { type Database, lazily, sql } from '#platform/database';

const KEPT_DAYS = 3;
/** 8 to 128 visible ASCII characters. */
export const KEY_FORMAT = /^[\x21-\x7e]{8,128}$/;

type Row = { request_hash: string; answer: unknown; done: boolean; running: boolean };

/** @param leaseS how long a request may take before another takes its server for dead */
export const createIdempotency = (database: Database, leaseS: number) => ({
  /** Runs `work` once for (actor, route, key) and repeats its answer afterwards. */
  async once<T>(
    call: { actor: string; route: string; key: string; body: unknown },
    work: () => Promise<T>,
  ): Promise<T> {
    const hash = sha256(JSON.stringify(call.body ?? null));
    const mine = await sql`
      insert into idempotency_keys (actor, route, key, request_hash, lease_until)
      select ${call.actor}::uuid, ${call.route}, ${call.key}, ${hash},
             clock_timestamp() + make_interval(secs => ${leaseS})
      from ${lazily}
      on conflict (actor, route, key) do update
      set lease_until = excluded.lease_until
      where idempotency_keys.status is null
        and idempotency_keys.request_hash = excluded.request_hash
        and idempotency_keys.lease_until < clock_timestamp()
      returning 1`.execute(database.db);
    if (mine.rows.length === 0) {
      const { rows } = await sql<Row>`
        select request_hash, answer, status is not null as done, lease_until > clock_timestamp() as running
        from idempotency_keys
        where actor = ${call.actor} and route = ${call.route} and key = ${call.key}`.execute(database.db);
      const row = rows[0];
      if (row && row.request_hash !== hash) throw new DomainError('idempotency_key_reused');
      if (row?.done) return row.answer as T; // what the same route answered before
      throw new DomainError('idempotency_in_flight', { retryAfterS: 1 });
    }
    try {
      const answer = await work();
      await sql`
        update idempotency_keys set status = 200, answer = ${JSON.stringify(answer ?? null)}, lease_until = null
        from ${lazily}
        where actor = ${call.actor} and route = ${call.route} and key = ${call.key}`.execute(database.db);
      return answer;
    } catch (error) {
      if (error instanceof DomainError) {
        await sql`
          delete from idempotency_keys
          where actor = ${call.actor} and route = ${call.route} and key = ${call.key}`.execute(database.db);
      }
      throw error;
    }
  },

  /** Forgets keys older than three days. */
  async sweep() {
    await sql`
      delete from idempotency_keys
      where created_at < clock_timestamp() - make_interval(days => ${KEPT_DAYS})`.execute(database.db);
  },
});
