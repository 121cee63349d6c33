import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table notifications (
      id uuid primary key,
      user_id uuid not null references users,
      event_id uuid not null,
      kind text not null,
      title text not null,
      body text not null,
      href text not null,
      created_at timestamptz not null,
      read_at timestamptz,
      unique (user_id, event_id, kind)
    )`.execute(db);
  await sql`create index notifications_newest on notifications (user_id, created_at desc, id desc)`.execute(db);
  await sql`create index notifications_unread on notifications (user_id) where read_at is null`.execute(db);
};
