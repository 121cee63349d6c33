import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    alter table media
      add column purpose text not null default 'video' check (purpose in ('video', 'audio', 'image')),
      -- Who may watch. What is for everybody has the class public, all else private with a grant of its own.
      add column visibility text not null default 'private'
        check (visibility in ('private', 'unlisted', 'followers', 'public')),
      add column edits jsonb not null default '{"trim": null, "coverMs": null}',
      add column chapters jsonb not null default '[]',
      -- What the probe found; null before.
      add column source_duration_ms integer,
      -- What a picture was made into; the package is that of what plays.
      add column image jsonb,
      -- Where an import comes from; null for what was uploaded.
      add column source_url text`.execute(db);
  await sql`update media set visibility = 'public' where class = 'public'`.execute(db);
  await sql`
    create table media_captions (
      media_id uuid not null references media on delete cascade,
      language text not null,
      label text not null,
      -- WebVTT; the file that players fetch is written from it.
      body text not null,
      -- Counts saves; it is in the file's name, so that no cache shows an old one.
      revision integer not null,
      updated_at timestamptz not null,
      primary key (media_id, language)
    )`.execute(db);
};
