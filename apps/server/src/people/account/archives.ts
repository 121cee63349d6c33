// Everything that a person has here in one file: what the rooms hold of them as JSON, and their films and pictures. Made
// by a job, kept for seven days, fetched by a signed address.
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DomainError } from '@videowindow/contract';
import type { Archive } from '@videowindow/contract/api/account';
import type { FastifyInstance } from 'fastify';
import { ZipFile } from 'yazl';
import { recordAudit } from '#platform/audit';
import { equalInConstantTime, type Keyring, newId } from '#platform/crypto';
import { type Database, type Reader, sql, type Tx } from '#platform/database';
import type { Events } from '#platform/events';
import type { Jobs } from '#platform/jobs';
import { handOver, type Personal } from '#platform/personal';
import type { Storage } from '#platform/storage';

const KEPT_DAYS = 7;
const GRANT_MS = 3_600_000;
const MAKE = 'account.make_archive';
const PURPOSE = 'archive';

export type ArchiveDeps = {
  database: Database;
  events: Events;
  jobs: Jobs;
  keyring: Keyring;
  /** A port: storage is opened after people. */
  storage: () => Storage;
  workFolder: string;
  /** What rooms hold of people. */
  personal: () => readonly Personal[];
};

type Row = {
  id: string;
  userId: string;
  state: Archive['state'];
  askedAt: Date;
  bytes: number | null;
  until: Date | null;
};
const ROW = sql`id, user_id as "userId", state, asked_at as "askedAt", bytes, until`;

const view = ({ id, state, askedAt, bytes, until }: Row): Archive => ({
  id,
  state,
  askedAt: askedAt.toISOString(),
  bytes,
  until: until?.toISOString() ?? null,
});

const keyOf = (id: string): string => `archives/${id}.zip`;

export const archivesOf = async (db: Reader, userId: string): Promise<Archive[]> =>
  (
    await sql<Row>`
      select ${ROW} from archives where user_id = ${userId} and (until is null or until > app_now())
      order by asked_at desc limit 5`.execute(db)
  ).rows.map(view);

/** Asks for one; while one is being made, that is the one. */
export const askForArchive = (deps: ArchiveDeps, userId: string): Promise<Archive> =>
  deps.database.transaction(async (tx) => {
    const added = await sql<Row>`
      insert into archives (id, user_id, state, asked_at) values (${newId()}, ${userId}, 'making', app_now())
      on conflict (user_id) where state = 'making' do nothing
      returning ${ROW}`.execute(tx);
    const mine = added.rows[0];
    if (mine) {
      await deps.jobs.enqueue(tx, MAKE, { id: mine.id }, { maxAttempts: 3 });
      await recordAudit(tx, { actor: userId, action: 'user.export_asked', subject: userId });
      return view(mine);
    }
    const { rows } = await sql<Row>`select ${ROW} from archives where user_id = ${userId} and state = 'making'`.execute(
      tx,
    );
    if (!rows[0]) throw new DomainError('not_found'); // it was finished this very moment
    return view(rows[0]);
  });

/** @throws DomainError not_found when it is another's, not ready, or over */
export const grantArchive = async (deps: ArchiveDeps, userId: string, id: string): Promise<string> => {
  const { rows } = await sql<Row>`
    select ${ROW} from archives
    where id = ${id} and user_id = ${userId} and state = 'ready' and until > app_now()`.execute(deps.database.db);
  if (!rows[0]) throw new DomainError('not_found');
  const until = deps.database.clock().getTime() + GRANT_MS;
  return `/archives/${id}?until=${until}&by=${deps.keyring.sign(PURPOSE, `${id} ${until}`)}`;
};

/** Outside the API: a file of gigabytes is streamed, not answered. */
export const mountArchives = (app: FastifyInstance, deps: ArchiveDeps): void => {
  app.get<{ Params: { id: string }; Querystring: { until?: string; by?: string } }>(
    '/archives/:id',
    { schema: { hide: true } },
    async (request, reply) => {
      const { id } = request.params;
      const { until = '', by = '' } = request.query;
      const isGood = equalInConstantTime(deps.keyring.sign(PURPOSE, `${id} ${until}`), by);
      if (!isGood || Number(until) < deps.database.clock().getTime()) throw new DomainError('not_found');
      const found = await deps.storage().stat(keyOf(id));
      if (!found) throw new DomainError('not_found');
      return reply
        .header('content-type', 'application/zip')
        .header('content-length', found.bytes)
        .header('content-disposition', 'attachment; filename="video-window-archive.zip"')
        .header('cache-control', 'private, no-store')
        .send(await deps.storage().read(keyOf(id)));
    },
  );
};

/** Puts it together on this machine, then into storage. Safe to repeat. */
const make = async (deps: ArchiveDeps, id: string): Promise<void> => {
  const { db } = deps.database;
  const { rows } = await sql<Row>`select ${ROW} from archives where id = ${id} and state = 'making'`.execute(db);
  const archive = rows[0];
  if (!archive) return;
  await mkdir(deps.workFolder, { recursive: true });
  const folder = await mkdtemp(join(deps.workFolder, 'archive-'));
  try {
    const path = join(folder, 'archive.zip');
    await write(deps, archive.userId, path);
    const { size } = await stat(path);
    await deps.storage().putFile(keyOf(id), path);
    await deps.database.transaction((tx) => finish(deps, tx, archive, size));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const write = async (deps: ArchiveDeps, userId: string, path: string): Promise<void> => {
  const zip = new ZipFile();
  const written = pipeline(zip.outputStream as unknown as Readable, createWriteStream(path));
  const held: Record<string, unknown> = {};
  for (const personal of deps.personal()) Object.assign(held, await handOver(deps.database.db, personal, userId));
  for (const [table, rows] of Object.entries(held))
    zip.addBuffer(Buffer.from(`${JSON.stringify(rows, null, 2)}\n`), `data/${table}.json`);
  // Films and pictures are as small as they get already.
  for (const { files } of deps.personal())
    for (const file of (await files?.(deps.database.db, userId)) ?? [])
      zip.addReadStreamLazy(file.name, { compress: false }, (done) => {
        file.open().then(
          (stream) => done(null, stream),
          (error: Error) => done(error, Readable.from([])),
        );
      });
  zip.end();
  await Promise.race([
    written,
    new Promise<never>((_, reject) => zip.on('error', reject)), // a file that cannot be read
  ]);
};

const finish = async (deps: ArchiveDeps, tx: Tx, { id, userId }: Row, bytes: number): Promise<void> => {
  const { rows } = await sql<{ until: Date }>`
    update archives
    set state = 'ready', ready_at = app_now(), until = app_now() + make_interval(days => ${KEPT_DAYS}), bytes = ${bytes}
    where id = ${id} and state = 'making'
    returning until`.execute(tx);
  if (rows[0])
    await deps.events.emit(tx, 'archive.ready', userId, { userId, archiveId: id, until: rows[0].until.toISOString() });
};

/** Deletes archives that are over, or whose person is gone, and gives up those that nobody makes any more. */
const sweep = async (deps: ArchiveDeps): Promise<void> => {
  const { db } = deps.database;
  await sql`
    update archives set state = 'failed', until = app_now() + interval '1 day'
    where state = 'making' and asked_at < app_now() - interval '1 day'`.execute(db);
  const { rows } = await sql<{ id: string }>`select id from archives where until <= app_now()`.execute(db);
  for (const { id } of rows) {
    await deps.storage().deletePrefix(keyOf(id));
    await sql`delete from archives where id = ${id}`.execute(db);
  }
};

export const archiveJobs = (deps: ArchiveDeps) => ({
  [MAKE]: { handle: ({ id }: { id: string }) => make(deps, id) },
  'account.sweep_archives': { cron: '47 * * * *', handle: () => sweep(deps) },
});
