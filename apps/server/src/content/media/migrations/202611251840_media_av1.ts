import { type Kysely, sql } from 'kysely';

/** Beside the film that is to play there may be one of the same media in AV1, which is added to what plays. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    alter table media_chunks
      add column codec text not null default 'h264',
      drop constraint media_chunks_media_id_fkey,
      drop constraint media_chunks_pkey`.execute(db);
  await sql`
    alter table media_films
      add column codec text not null default 'h264' check (codec in ('h264', 'av1')),
      drop constraint media_films_pkey,
      add primary key (media_id, codec)`.execute(db);
  await sql`
    alter table media_chunks
      add primary key (media_id, codec, n),
      add foreign key (media_id, codec) references media_films on delete cascade`.execute(db);
};
