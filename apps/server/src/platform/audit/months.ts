// The log lies in monthly partitions, made two months ahead, and taken away when they are older than the operator keeps them.
import type { Keyring } from '#platform/crypto';
import { type Database, sql } from '#platform/database';
import { recordAudit } from './record.ts';

const MONTHS_AHEAD = 2;

/** Makes the partitions of this month and the next ones. Safe to repeat and with two runners. */
export const makeMonths = async (database: Database): Promise<void> => {
  await database.transaction(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended('audit partitions', 0))`.execute(tx);
    // Rows of a month that has begun without its partition lie in the default one, and that month stays there.
    await sql`
      do $$
      declare
        first timestamp;
        beyond timestamp;
        name text;
      begin
        for month in 0..${sql.lit(MONTHS_AHEAD)} loop
          first := date_trunc('month', now() at time zone 'UTC') + make_interval(months => month);
          beyond := first + interval '1 month';
          name := 'audit_entries_' || to_char(first, 'YYYYMM');
          continue when to_regclass(name) is not null;
          continue when exists (
            select from audit_entries_default where at >= first at time zone 'UTC' and at < beyond at time zone 'UTC');
          execute format('create table %I (like audit_entries including defaults including constraints)', name);
          execute format(
            'alter table audit_entries attach partition %I for values from (%L) to (%L)',
            name, first at time zone 'UTC', beyond at time zone 'UTC');
        end loop;
      end $$`.execute(tx);
  });
};

/** Our stamp on where the chain begins: whoever takes more away cannot say that we did. */
export const proofOfBase = (keyring: Keyring, seq: number, stamp: string): string =>
  keyring.stamp('audit-base', `${seq} ${stamp}`);

/**
 * Takes away months that ended more than `keepMonths` ago, whole partitions at a time, and notes where the chain begins
 * now. An act that took long at a month's end may have been sealed after some of the next month: such neighbours of the
 * border stay readable until their own month goes, and are no longer verified.
 * @returns the partitions that went
 */
export const dropOldMonths = async (database: Database, keyring: Keyring, keepMonths: number): Promise<string[]> =>
  await database.transaction(async (tx) => {
    await sql`select from audit_head for update`.execute(tx); // the sealer waits
    const { rows } = await sql<{ name: string }>`
      select c.relname as name
      from pg_inherits i
      join pg_class c on c.oid = i.inhrelid
      where i.inhparent = 'audit_entries'::regclass and c.relname ~ '^audit_entries_[0-9]{6}$'
        and right(c.relname, 6) < to_char(app_now() at time zone 'UTC' - make_interval(months => ${keepMonths}), 'YYYYMM')
      order by c.relname`.execute(tx);
    const names = rows.map(({ name }) => name);
    for (const name of names) {
      const { rows: lasts } = await sql<{ seq: number; stamp: string }>`
        select seq, stamp from ${sql.table(name)} order by seq desc limit 1`.execute(tx);
      const last = lasts[0];
      if (last)
        await sql`
          update audit_head
          set base_seq = ${last.seq}, base_stamp = ${last.stamp}, base_proof = ${proofOfBase(keyring, last.seq, last.stamp)}
          where base_seq < ${last.seq}`.execute(tx);
      await sql`drop table ${sql.table(name)}`.execute(tx);
    }
    if (names.length > 0)
      await recordAudit(tx, { actor: null, action: 'audit.months_dropped', facts: { partitions: names, keepMonths } });
    return names;
  });
