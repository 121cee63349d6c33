// The SQL of storage analytics.
import type { objectKinds } from '@videowindow/contract/api/storage';
import { type Reader, sql, type Tx } from '#platform/database';

type Amount = { objects: number; bytes: number };
type Kind = (typeof objectKinds)[number];
export type StorageRow = Amount & { ownerId: string | null; kind: Kind; rendition: string | null };
export type Measure = Amount & { measuredAt: Date; ages: (Amount & { fromDays: number })[] };

/** Whose the media of these ids is, and since when; those that there are. */
export const mediaFacts = async (
  db: Reader,
  ids: readonly string[],
): Promise<Map<string, { ownerId: string; createdAt: Date }>> => {
  const { rows } = await sql<{ id: string; ownerId: string; createdAt: Date }>`
    select id, owner_id as "ownerId", created_at as "createdAt"
    from media where id = any(${[...ids]}::uuid[])`.execute(db);
  return new Map(rows.map((row) => [row.id, row]));
};

/** What was measured takes the place of what was before; of the days this one is written anew. */
export const replaceMeasure = async (tx: Tx, measure: Measure, rows: readonly StorageRow[]): Promise<void> => {
  await sql`lock table media_storage in exclusive mode`.execute(tx);
  await sql`delete from media_storage`.execute(tx);
  await sql`
    insert into media_storage (owner_id, kind, rendition, objects, bytes)
    select "ownerId", kind, rendition, objects, bytes
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as row ("ownerId" uuid, kind text, rendition text, objects bigint, bytes bigint)`.execute(tx);
  const { measuredAt, objects, bytes, ages } = measure;
  await sql`
    insert into media_storage_days (day, measured_at, objects, bytes, ages)
    values ((${measuredAt}::timestamptz at time zone 'UTC')::date, ${measuredAt}, ${objects}, ${bytes}, ${JSON.stringify(ages)})
    on conflict (day) do update
    set measured_at = excluded.measured_at, objects = excluded.objects, bytes = excluded.bytes, ages = excluded.ages`.execute(
    tx,
  );
};

export const latestMeasure = async (db: Reader): Promise<Measure | undefined> =>
  (
    await sql<Measure>`
      select measured_at as "measuredAt", objects, bytes, ages
      from media_storage_days order by day desc limit 1`.execute(db)
  ).rows[0];

/** The latest 90, oldest first. */
export const measuredDays = async (db: Reader): Promise<(Amount & { day: string })[]> =>
  (
    await sql<Amount & { day: string }>`
      select to_char(day, 'YYYY-MM-DD') as day, objects, bytes
      from (select * from media_storage_days order by day desc limit 90) as latest
      order by latest.day`.execute(db)
  ).rows;

export const byKind = async (db: Reader): Promise<Omit<StorageRow, 'ownerId'>[]> =>
  (
    await sql<Omit<StorageRow, 'ownerId'>>`
      select kind, rendition, sum(objects)::bigint as objects, sum(bytes)::bigint as bytes
      from media_storage where owner_id is not null
      group by kind, rendition order by bytes desc, kind, rendition`.execute(db)
  ).rows;

/** Those who keep most. */
export const byOwner = async (db: Reader, limit: number): Promise<(Amount & { ownerId: string })[]> =>
  (
    await sql<Amount & { ownerId: string }>`
      select owner_id as "ownerId", sum(objects)::bigint as objects, sum(bytes)::bigint as bytes
      from media_storage where owner_id is not null
      group by owner_id order by bytes desc, owner_id limit ${limit}`.execute(db)
  ).rows;

export const orphans = async (db: Reader): Promise<Amount> =>
  (
    await sql<Amount>`
      select coalesce(sum(objects), 0)::bigint as objects, coalesce(sum(bytes), 0)::bigint as bytes
      from media_storage where owner_id is null`.execute(db)
  ).rows[0] ?? { objects: 0, bytes: 0 };
