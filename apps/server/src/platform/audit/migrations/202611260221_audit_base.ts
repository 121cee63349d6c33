import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  // Where the chain begins since old months were taken away: the last entry that went, and our stamp on that.
  await sql`
    alter table audit_head
      add column base_seq bigint not null default 0,
      add column base_stamp text not null default '',
      add column base_proof text not null default ''`.execute(db);
};
