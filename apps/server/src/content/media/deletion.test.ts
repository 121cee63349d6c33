// Deletion proves itself: nothing is left in the store, CloudFront says that its copies are gone, an audit row tells what was.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { uploadVideo } from '@videowindow/client';
import { type ServedCloudFront, serveCloudFront } from '@videowindow/sandbox/cloudfront';
import { type ServedS3, serveS3 } from '@videowindow/sandbox/s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readSettings } from '#platform/config';
import { sql } from '#platform/database';
import { openStorage } from '#platform/storage';
import { settings as settingTable } from '../../settings.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { eventually } from '../../testing/eventually.ts';
import { type Person, signIn } from '../../testing/people.ts';
import { makeClip, temporaryFolder } from './test-clips.ts';

const KEY = { accessKeyId: 'sandbox', secretAccessKey: 'only the tests know' };
const room = temporaryFolder();
let s3: ServedS3;
let cloudFront: ServedCloudFront;
let env: Record<string, string>;
let app: TestApp;
let ines: Person;
let clip: Buffer;

beforeAll(async () => {
  s3 = await serveS3({ dir: join(room.path, 's3'), bucket: 'clips', ...KEY });
  cloudFront = await serveCloudFront({ distribution: 'EDFDVBD6EXAMPLE', ...KEY });
  env = {
    LOG_LEVEL: 'fatal', // jobs fail here on purpose
    ...{ STORAGE: 's3', S3_BUCKET: 'clips', S3_ENDPOINT: s3.url },
    ...{ S3_ACCESS_KEY_ID: KEY.accessKeyId, S3_SECRET_ACCESS_KEY: KEY.secretAccessKey },
    ...{ CLOUDFRONT_DISTRIBUTION_ID: 'EDFDVBD6EXAMPLE', CLOUDFRONT_ENDPOINT: cloudFront.url },
    ...{ CLOUDFRONT_ACCESS_KEY_ID: KEY.accessKeyId, CLOUDFRONT_SECRET_ACCESS_KEY: KEY.secretAccessKey },
  };
  app = await startTestApp({ env });
  ines = await signIn(app, 'ines', ['maker']);
  clip = readFileSync(makeClip(room.path, 'clip.mp4', { size: '160x120', rate: '10', seconds: 1 }));
}, 60_000);
afterAll(async () => {
  await app.stop();
  await s3.close();
  await cloudFront.close();
  room[Symbol.dispose]();
});

const upload = async (): Promise<string> => {
  const headers = { cookie: ines.cookie(), origin: app.url() };
  const file = { name: 'a.mp4', size: clip.length };
  const { mediaId } = await uploadVideo({ client: ines.client, data: clip, file, headers });
  await app.settle();
  return mediaId;
};
const remove = (id: string) => ines.client.call('DELETE /media/:id', { params: { id } });
const objectsOf = async (id: string) => {
  const storage = openStorage(readSettings(settingTable, env), app.dataFolder);
  return [...(await storage.list(`media/${id}`)), ...(await storage.list(`originals/${id}`))];
};
const stateOf = async (id: string) =>
  (await sql<{ state: string }>`select state from media where id = ${id}`.execute(app.database.db)).rows[0]?.state;
const auditOf = async (id: string) =>
  (
    await sql<{ facts: unknown }>`
      select facts from audit_log where action = 'media.deleted' and subject = ${id}`.execute(app.database.db)
  ).rows.map(({ facts }) => facts);
const asked = (id: string) => cloudFront.invalidations.filter(({ paths }) => paths.some((path) => path.includes(id)));
/** What waits for its time is due. */
const hasten = () =>
  sql`update graphile_worker._private_jobs set run_at = now() where locked_at is null`.execute(app.database.db);

it('waits until CloudFront has said that its copies are gone too', async () => {
  const id = await upload();
  const objects = (await objectsOf(id)).length;

  await remove(id);
  await app.settle();
  await hasten();
  await app.settle();
  const [during, before] = [await stateOf(id), await auditOf(id)];
  cloudFront.complete();
  await hasten();
  await app.settle();

  expect(objects).toBeGreaterThan(10);
  expect(await objectsOf(id)).toEqual([]);
  expect([during, before]).toEqual(['deleting', []]);
  // Asked for once, however often it was looked at.
  expect(asked(id)).toMatchObject([{ paths: [`/media/public/${id}/*`, `/media/private/${id}/*`] }]);
  expect(await stateOf(id)).toBeUndefined();
  const [{ bytes, ...facts }] = (await auditOf(id)) as [{ bytes: number }];
  expect(facts).toEqual({ objects, left: 0, invalidation: asked(id)[0]?.id });
  expect(bytes).toBeGreaterThan(clip.length);
});

it('goes on after an object refused to go, and after its tries were used up', async () => {
  const id = await upload();
  const objects = (await objectsOf(id)).length;
  s3.chaos.refuseDelete((key) => key.endsWith('poster.jpg'));

  await remove(id);
  await app.settle();
  const left = await objectsOf(id);
  const [during, early] = [await stateOf(id), asked(id)];
  await sql`delete from graphile_worker._private_jobs where payload ->> 'id' = ${id}`.execute(app.database.db);
  s3.chaos.refuseDelete(null);
  cloudFront.refuse(3);
  await app.media.sweep();
  await app.settle();
  const refused = await stateOf(id);
  await app.media.sweep();
  await app.settle();
  cloudFront.complete();
  await app.media.sweep();
  await app.settle();

  expect(left.map((key) => key.split('/').at(-1))).toEqual(['poster.jpg']);
  expect([during, early]).toEqual(['deleting', []]);
  expect(refused).toBe('deleting');
  expect(await objectsOf(id)).toEqual([]);
  expect(await stateOf(id)).toBeUndefined();
  expect(await auditOf(id)).toMatchObject([{ objects, left: 0 }]);
});

it('killed in the middle is done to its end by another worker, which tells of all that was there', async () => {
  const id = await upload();
  const objects = (await objectsOf(id)).length;
  await app.jobs.stop();
  const first = startWorker();
  let deletions = 0;
  s3.chaos.onRequest((request) => {
    if (request.method === 'POST' && request.url?.includes('delete')) deletions++;
    // The clip's files are gone, its original is not: there it stays.
    return deletions === 2 ? new Promise(() => {}) : undefined;
  });

  await remove(id);
  await eventually(() => expect(deletions).toBe(2), 30_000);
  await kill(first);
  s3.chaos.onRequest(null);
  const left = await objectsOf(id);
  await sql`update job_workers set seen_at = seen_at - interval '1 minute'`.execute(app.database.db);
  await sql`update graphile_worker._private_jobs set locked_at = locked_at - interval '1 minute'`.execute(
    app.database.db,
  );
  const second = startWorker();
  await eventually(async () => {
    cloudFront.complete();
    await hasten();
    expect(await stateOf(id)).toBeUndefined();
  }, 30_000);
  await kill(second);

  expect(left).toEqual([`originals/${id}`]);
  expect(await objectsOf(id)).toEqual([]);
  expect(await auditOf(id)).toMatchObject([{ objects, left: 0 }]);
}, 90_000);

/** The program itself, which does nothing but work. */
function startWorker(): ChildProcess {
  const main = join(import.meta.dirname, '..', '..', 'main.ts');
  const own = {
    DATABASE_URL: app.database.url,
    SECRET_KEY: 'a secret that only the tests know, 32+',
    METRICS_PORT: '0',
  };
  const child = spawn(process.execPath, [main, 'start', '--data', app.dataFolder, '--role', 'worker', '--no-demo'], {
    env: { ...process.env, ...env, ...own },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  child.stderr.pipe(process.stderr); // inherited, an orphan would hold it open
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
