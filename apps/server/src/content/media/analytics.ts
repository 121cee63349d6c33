// What objects take: all of them are counted every night, by whose they are, what they are and how old.
import type { PersonSummary } from '@videowindow/contract/api/people';
import { type objectKinds, storageApi } from '@videowindow/contract/api/storage';
import type { Database, Reader } from '#platform/database';
import { implement } from '#platform/http';
import type { Jobs } from '#platform/jobs';
import type { Room } from '#platform/room';
import type { Storage } from '#platform/storage';
import * as store from './analytics-store.ts';
import { type Egress, egressDays } from './egress.ts';

export type AnalyticsDeps = {
  database: Database;
  jobs: Jobs;
  storage: Storage;
  people(db: Reader, ids: readonly string[]): Promise<ReadonlyMap<string, PersonSummary>>;
  egress: Pick<Egress, 'flush'>;
};

type Kind = (typeof objectKinds)[number];
const AGES = [0, 7, 30, 90, 365] as const;
const DAY_MS = 24 * 3_600_000;
/** So many pieces of media are looked up at once. */
const BATCH = 5000;
const PEOPLE = 50;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export const createMediaAnalytics = (deps: AnalyticsDeps): { room: Room } => ({
  room: {
    routes: [
      implement(storageApi, {
        'GET /admin/storage': () => report(deps),
        'POST /admin/storage/measure': async () => {
          await deps.database.transaction((tx) => deps.jobs.enqueue(tx, 'media.measure', {}, { key: 'media.measure' }));
          return { state: 'measuring' as const };
        },
      }),
    ],
    jobs: { 'media.measure': { cron: '17 4 * * *', handle: () => measure(deps) } },
  },
});

/** What an object is, by its key. */
export const kindOf = (key: string): { kind: Kind; rendition: string | null } => {
  if (key.startsWith('originals/')) return { kind: 'original', rendition: null };
  const file = /^media\/[^/]+\/[^/]+\/(.+)$/.exec(key)?.[1] ?? '';
  const [top = '', name = ''] = file.split('/');
  if (/^([av]\d+|audio)$/.test(top)) return { kind: 'stream', rendition: top };
  if (file.endsWith('.m3u8')) return { kind: 'stream', rendition: null };
  if (top === 'mp4') return { kind: 'mp4', rendition: name.replace(/\.mp4$/, '') };
  if (top === 'captions') return { kind: 'captions', rendition: null };
  // A storyboard is pictures and the text that says where in them which moment is.
  return { kind: /\.(jpe?g|webp|avif|png|gif|vtt)$/.test(file) ? 'picture' : 'other', rendition: null };
};

/** Counts every object once. Memory holds a batch of media at a time, and a row for each person and kind. */
const measure = async (deps: AnalyticsDeps): Promise<void> => {
  const { database } = deps;
  await deps.egress.flush();
  const now = await database.now(database.db);
  const rows = new Map<string, store.StorageRow>();
  const ages = AGES.map((fromDays) => ({ fromDays, objects: 0, bytes: 0 }));
  const total = { objects: 0, bytes: 0 };

  let batch: { id: string; key: string; bytes: number }[] = [];
  let ids = new Set<string>();
  const count = async () => {
    const known = await store.mediaFacts(database.db, [...ids]);
    for (const { id, key, bytes } of batch) {
      const media = known.get(id);
      const days = media && (now.getTime() - media.createdAt.getTime()) / DAY_MS;
      const row = { ownerId: media?.ownerId ?? null, ...kindOf(key), objects: 0, bytes: 0 };
      const name = `${row.ownerId} ${row.kind} ${row.rendition}`;
      const sums = [
        total,
        rows.get(name) ?? row,
        days === undefined ? null : ages.findLast((age) => age.fromDays <= days),
      ];
      if (!rows.has(name)) rows.set(name, row);
      for (const sum of sums) {
        if (!sum) continue;
        sum.objects++;
        sum.bytes += bytes;
      }
    }
    batch = [];
    ids = new Set();
  };
  for await (const { key, bytes } of deps.storage.scan()) {
    const id = key.split('/')[1] ?? '';
    batch.push({ id, key, bytes });
    if (UUID.test(id)) ids.add(id);
    if (ids.size >= BATCH || batch.length >= BATCH * 20) await count();
  }
  await count();
  await database.transaction((tx) => store.replaceMeasure(tx, { measuredAt: now, ...total, ages }, [...rows.values()]));
};

const report = async (deps: AnalyticsDeps) => {
  const { db } = deps.database;
  const [growth, latest, byKind, owners, orphans] = [
    await store.measuredDays(db),
    await store.latestMeasure(db),
    await store.byKind(db),
    await store.byOwner(db, PEOPLE),
    await store.orphans(db),
  ];
  const people = await deps.people(
    db,
    owners.map(({ ownerId }) => ownerId),
  );
  return {
    measuredAt: latest?.measuredAt.toISOString() ?? null,
    objects: latest?.objects ?? 0,
    bytes: latest?.bytes ?? 0,
    byKind,
    byPerson: owners.flatMap(({ ownerId, objects, bytes }) => {
      const person = people.get(ownerId);
      return person ? [{ person, objects, bytes }] : [];
    }),
    byAge: latest?.ages ?? [],
    orphans,
    growth,
    egress: await egressDays(db),
  };
};
