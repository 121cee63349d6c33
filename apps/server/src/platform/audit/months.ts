// The log lies in monthly partitions, made two months ahead.
import { type Database, sql } from '#platform/database';

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
