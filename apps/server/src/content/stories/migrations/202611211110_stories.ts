import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table stories (
      id uuid primary key,
      maker_id uuid not null references users,
      state text not null check (state in
        ('draft', 'submitted', 'changes_requested', 'scheduled', 'listed', 'archived', 'removed')),
      version integer not null default 1,
      title text not null default '',
      caption text not null default '',
      category text,
      sections jsonb not null default '[]',
      media_id uuid,
      hashtags text[] not null default '{}',
      review jsonb,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      submitted_at timestamptz,
      listed_at timestamptz
    )`.execute(db);
  await sql`create index stories_feed on stories (listed_at desc, id desc) where state = 'listed'`.execute(db);
  await sql`create index stories_maker on stories (maker_id, updated_at desc, id desc)`.execute(db);
  await sql`create index stories_maker_listed on stories (maker_id, listed_at desc, id desc) where state = 'listed'`.execute(
    db,
  );
  await sql`create index stories_queue on stories (submitted_at, id) where state = 'submitted'`.execute(db);
  await sql`create index stories_media on stories (media_id)`.execute(db);
};
