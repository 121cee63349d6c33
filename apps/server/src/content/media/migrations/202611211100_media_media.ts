import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table media (
      id uuid primary key,
      owner_id uuid not null references users,
      state text not null check (state in ('uploading', 'uploaded', 'processing', 'ready', 'rejected', 'failed', 'deleting')),
      filename text not null,
      bytes bigint not null check (bytes > 0),
      -- Who may watch: everybody, or only those a grant names. It is in every path, so it changes with the version.
      class text not null default 'private' check (class in ('private', 'public')),
      version integer not null default 1,
      progress jsonb not null,
      -- Rises with every change that the owner sees; orders what is published.
      seq integer not null default 0,
      -- Of the worker that may write the outcome; another one took over when it is not ours any more.
      claim text,
      failures integer not null default 0,
      rejection jsonb,
      package jsonb,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      rejected_at timestamptz,
      original_deleted_at timestamptz
    )`.execute(db);
  await sql`create index media_owner on media (owner_id, id desc)`.execute(db);
  await sql`create index media_unfinished on media (state, expires_at) where state in ('uploading', 'rejected', 'deleting')`.execute(
    db,
  );
};
