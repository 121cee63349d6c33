import { type Kysely, sql } from 'kysely';

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create table media_films (
      media_id uuid primary key references media on delete cascade,
      -- Of the folder that it is written into.
      version integer not null,
      -- What all chunks agree on, and what was made once for all of them.
      film jsonb not null
    )`.execute(db);
  await sql`
    create table media_chunks (
      media_id uuid not null references media_films on delete cascade,
      n integer not null,
      -- Of the worker that may write what it made.
      claim text,
      -- While it is being made: seconds of it that are there, and seconds made in a second.
      made_seconds double precision not null default 0,
      speed double precision not null default 0,
      -- What it became; null until then. It is never made again after that.
      made jsonb,
      primary key (media_id, n)
    )`.execute(db);
};
