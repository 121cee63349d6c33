import { type Kysely, sql } from 'kysely';

/** After a dispute that was won a maker's part goes out once more: a transfer says what it is for. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    alter table transfers
      add column purpose text not null default 'sale',
      drop constraint transfers_payment_id_maker_id_key`.execute(db);
  await sql`create unique index transfers_once on transfers (payment_id, maker_id, purpose)`.execute(db);
  await sql`create index payments_charge on payments (charge_id) where charge_id is not null`.execute(db);
};
