import { type Kysely, sql } from 'kysely';

/** The words and pictures by which a piece was sold, whatever becomes of them later. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table order_pieces (
      order_id uuid primary key references orders,
      piece jsonb not null,
      pictures uuid[] not null,
      sold_at timestamptz not null
    )`.execute(db);
  await sql`create index order_pieces_pictures on order_pieces using gin (pictures)`.execute(db);
};
