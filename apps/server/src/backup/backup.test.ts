// A backup is made of a server that works, and brought back into places of every kind; then everything is compared.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type Answer, uploadVideo } from '@videowindow/client';
import { type ServedS3, serveS3 } from '@videowindow/sandbox/s3';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { readSettings } from '#platform/config';
import { migrate, migrateClient, migrationNames, openDatabase, sql, startEmbedded } from '#platform/database';
import { createJobs } from '#platform/jobs';
import { openStorage, type Storage } from '#platform/storage';
import { createTelemetry } from '#platform/telemetry';
import { createApp, roleNames } from '../app.ts';
import { makeClip, temporaryFolder } from '../content/media/test-clips.ts';
import { settings as settingTable } from '../settings.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { eventually } from '../testing/eventually.ts';
import { type Person, signIn } from '../testing/people.ts';
import { freePort } from '../testing/ports.ts';
import { backup, restore, verify } from './index.ts';
import type { Manifest } from './manifest.ts';

const KEY = { accessKeyId: 'sandbox', secretAccessKey: 'only the tests know' };
const SECRET = 'a secret that only the tests know, 32+';
type Playback = Answer<'GET /media/:id/playback'>;
const QUIET = { PORT: '0', METRICS_PORT: '0', LOG_LEVEL: 'error' };

/** The programs of a PostgreSQL of the machine's own that is older than ours. */
const olderPostgres = ['15', '16', '17'].map((major) => `/usr/lib/postgresql/${major}/bin`).find(existsSync);

const folder = temporaryFolder();
const at = (...names: string[]) => join(folder.path, ...names);
let s3: ServedS3;
let inS3: Record<string, string>;
let app: TestApp;
let clip: Buffer;
let maker: Person;
let played: string;
let waiting: string;
let outside: Awaited<ReturnType<typeof startEmbedded>>;
const databases: string[] = [];

const execute = async (url: string, ...statements: string[]) => {
  const client = new pg.Client(url);
  await client.connect();
  try {
    let rows: Record<string, unknown>[] = [];
    for (const statement of statements) rows = (await client.query(statement)).rows;
    return rows;
  } finally {
    await client.end();
  }
};
const shared = (name: string) => {
  const url = new URL(inject('postgresUrl'));
  url.pathname = `/${name}`;
  return url.href;
};
/** A database with nothing in it, in the cluster of the run. */
const emptyDatabase = async () => {
  const name = `restored_${crypto.randomUUID().replaceAll('-', '')}`;
  await execute(shared('postgres'), `create database ${name}`);
  databases.push(name);
  return shared(name);
};
const settingsOf = (env: Record<string, string> = {}) => readSettings(settingTable, { ...QUIET, ...env });
const source = () => ({
  settings: settingsOf(inS3),
  dataFolder: app.dataFolder,
  secretKey: SECRET,
  databaseUrl: app.database.url,
});
/** A fresh place: a folder for the objects, a database. */
const target = (name: string, databaseUrl: string, env: Record<string, string> = {}) => {
  mkdirSync(at(name), { recursive: true });
  return { settings: settingsOf(env), dataFolder: at(name), secretKey: SECRET, databaseUrl };
};

const upload = async (): Promise<string> => {
  const { mediaId } = await uploadVideo({
    client: maker.client,
    data: clip,
    file: { name: 'clip.mp4', size: clip.length },
    headers: { cookie: maker.cookie() },
  });
  await app.settle();
  return mediaId;
};

beforeAll(async () => {
  s3 = await serveS3({ dir: at('s3'), bucket: 'clips', ...KEY });
  inS3 = {
    LOG_LEVEL: 'fatal', // a deletion that has to wait is a job that fails
    ...{ STORAGE: 's3', S3_BUCKET: 'clips', S3_ENDPOINT: s3.url },
    ...{ S3_ACCESS_KEY_ID: KEY.accessKeyId, S3_SECRET_ACCESS_KEY: KEY.secretAccessKey },
  };
  [outside, app] = await Promise.all([
    startEmbedded({ dir: at('outside'), settings: { fsync: 'off' } }),
    startTestApp({ env: inS3 }),
  ]);
  clip = readFileSync(makeClip(folder.path, 'clip.mp4', { size: '180x320', rate: '10', seconds: 1 }));
  maker = await signIn(app, 'ines', ['maker']);
  played = await upload();
});
afterAll(async () => {
  await app.stop();
  for (const name of databases) await execute(shared('postgres'), `drop database ${name} with (force)`);
  await outside.stop();
  await s3.close();
  folder[Symbol.dispose]();
});

test('a backup of a server at work holds every object that its rows rely on, and deletions come after it', async () => {
  const goes = await upload();
  const stays = await upload();
  let asked: Promise<unknown> | null = null;
  s3.chaos.onRequest((request) => {
    // The first object that the backup reads: its tables are written, its objects are not.
    if (request.method !== 'GET' || !request.url?.startsWith('/clips/') || request.url.includes('list-type') || asked)
      return;
    asked = maker.client.call('DELETE /media/:id', { params: { id: goes } });
    return asked.then(() => undefined);
  });

  await backup(source(), at('at work'));
  s3.chaos.onRequest(null);
  await asked;
  const place = target('at work restored', await emptyDatabase());
  await restore(place, at('at work'));
  await sql`update graphile_worker._private_jobs set run_at = now() where attempts > 0`.execute(app.database.db);
  await app.settle();

  const rows = await execute(place.databaseUrl, `select id, state from media order by id`);
  expect(rows).toEqual([played, goes, stays].toSorted().map((id) => ({ id, state: 'ready' })));
  const restored = openStorage(place.settings, place.dataFolder);
  for (const id of [played, goes, stays]) expect(await restored.stat(`media/${id}/private-1/master.m3u8`)).toBeTruthy();
  const left = openStorage(settingsOf(inS3), app.dataFolder);
  expect([...(await left.list(`media/${goes}`)), ...(await left.list(`originals/${goes}`))]).toEqual([]);
  await expect(maker.client.call('GET /media/:id', { params: { id: goes } })).rejects.toMatchObject({ status: 404 });
}, 60_000);

describe('a backup of everything', () => {
  beforeAll(async () => {
    const { mediaId } = await maker.client.call('POST /media/uploadSession', {
      body: { purpose: 'video', filename: 'late.mp4', bytes: clip.length },
    });
    waiting = mediaId;
    await app.close();
    // As a server leaves it that was killed: the last byte has come, a worker has the job, nothing has been moved.
    writeFileSync(join(app.dataFolder, 'uploads', waiting), clip);
    const id = crypto.randomUUID();
    await execute(
      app.database.url,
      `update media set state = 'uploaded' where id = '${waiting}'`,
      `select graphile_worker.add_job('media.process', json_build_object('id', '${waiting}'::text), queue_name => 'media.0')`,
      `update graphile_worker._private_jobs set locked_at = now(), locked_by = 'dead' where payload ->> 'id' = '${waiting}'`,
      `update graphile_worker._private_job_queues set locked_at = now(), locked_by = 'dead'`,
      'begin',
      `insert into ledger_entries (id, key, kind, digest, at) values ('${id}', 'k', 'test', 'd', now())`,
      `insert into ledger_lines (entry_id, line_no, account, currency, amount)
       values ('${id}', 1, 'clearing', 'USD', 500), ('${id}', 2, 'fee_revenue', 'USD', -500)`,
      'commit',
      `insert into outbox (id, type, aggregate, payload, at)
       values ('${id}', 'test.future', '${id}', '{"text": "tab\\t, line\\n, back\\\\slash, Grüße 🏺"}', now() + interval '3 days')`,
    );
    await backup(source(), at('whole'));
  }, 60_000);

  /** Each table's rows, whatever their order. */
  const contents = async (url: string) => {
    const tables = await execute(
      url,
      `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = 'public' and c.relkind in ('r', 'p')
         and c.relname not in ('kysely_migration', 'kysely_migration_lock', 'job_workers') order by 1`,
    );
    const sums = tables.map(
      ({ name }) =>
        `select '${name}' as name, count(*)::int as rows, md5(coalesce(string_agg(row, '|' order by row), '')) as sum
         from (select to_jsonb(t)::text as row from ${name} t) x`,
    );
    return execute(url, `set timezone = 'UTC'`, `${sums.join(' union all ')} order by name`);
  };
  const sequences = (url: string) =>
    execute(
      url,
      `select schemaname, sequencename, last_value from pg_sequences
       where schemaname = 'public' order by 1, 2`,
    );
  /** Jobs that still have tries, as whoever enqueued them meant them; nobody has them. */
  const jobs = (url: string) =>
    execute(
      url,
      `select t.identifier, j.payload, q.queue_name, j.run_at, j.key, j.priority,
              least(j.max_attempts, j.max_attempts - j.attempts + (j.locked_at is not null)::int) as tries
       from graphile_worker._private_jobs j
       join graphile_worker._private_tasks t on t.id = j.task_id
       left join graphile_worker._private_job_queues q on q.id = j.job_queue_id
       where j.attempts < j.max_attempts or j.locked_at is not null
       order by 1, 2::text, 4`,
    );
  /** What holds for rows to come: keys, checks, triggers. */
  const rules = (url: string) =>
    execute(
      url,
      `select conrelid::regclass::text as on_table, conname as name, pg_get_constraintdef(oid) as rule
       from pg_constraint where connamespace = 'public'::regnamespace
       union all
       select tgrelid::regclass::text, tgname, tgenabled::text || ' ' || pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
       union all
       select tablename, indexname, regexp_replace(indexdef, ' ON (ONLY )?.*USING', ' USING') from pg_indexes where schemaname = 'public'
       order by 1, 2, 3`,
    );
  const objects = async (storage: Storage) => {
    const sums: Record<string, string> = {};
    for await (const { key } of storage.scan())
      sums[key] = createHash('sha256')
        .update(await buffer(await storage.read(key)))
        .digest('hex');
    return Object.entries(sums).toSorted();
  };
  const expectSame = async (place: ReturnType<typeof target>) => {
    expect(await contents(place.databaseUrl)).toEqual(await contents(app.database.url));
    expect(await sequences(place.databaseUrl)).toEqual(await sequences(app.database.url));
    expect(await jobs(place.databaseUrl)).toEqual(await jobs(app.database.url));
    const { settings, dataFolder } = source();
    const expected = await objects(openStorage(settings, dataFolder));
    // The finished upload is an original in the backup already.
    expected.push([`originals/${waiting}`, createHash('sha256').update(clip).digest('hex')]);
    expect(await objects(openStorage(place.settings, place.dataFolder))).toEqual(expected.toSorted());
  };

  test('says what it holds, and holds much', async () => {
    const manifest = await verify(at('whole'));

    expect(manifest.tables.length).toBeGreaterThan(30);
    expect(manifest.objects.count).toBeGreaterThan(10);
    expect(manifest.migrations).toEqual(await migrationNames());
    expect(readdirSync(at('whole')).toSorted()).toEqual([
      ...['manifest.json', 'objects', 'objects.jsonl', 'secret', 'tables'],
    ]);
  });

  test('comes back as it was into an outside PostgreSQL of another cluster, by somebody who is no superuser there', async () => {
    const url = new URL(outside.url);
    await execute(
      url.href,
      `create role tenant login password 'tenant' nosuperuser`,
      'create database tenancy owner tenant',
    );
    Object.assign(url, { username: 'tenant', password: 'tenant', pathname: '/tenancy' });
    const place = target('into outside', url.href);

    await restore(place, at('whole'));

    await expectSame(place);
    expect(await rules(place.databaseUrl)).toEqual(await rules(app.database.url));
    await expect(execute(place.databaseUrl, 'delete from ledger_entries')).rejects.toThrow('append-only');
  }, 60_000);

  test('comes back into a bucket', async () => {
    const other = await serveS3({ dir: at('s3 other'), bucket: 'clips', ...KEY });
    const place = target('into bucket', await emptyDatabase(), { ...inS3, S3_ENDPOINT: other.url });

    await restore(place, at('whole'));

    await expectSame(place);
    await other.close();
  }, 60_000);

  test('comes back by the command into an empty folder, with a database and the secret of its own, and works there', async () => {
    const main = (...words: string[]) =>
      promisify(execFile)(
        process.execPath,
        [join(import.meta.dirname, '..', 'main.ts'), ...words, '--data', at('new home')],
        {
          env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE },
        },
      );
    const { stdout } = await main('restore', at('whole'));
    const again = await main('restore', at('whole')).catch((error) => error);
    const postgres = await startEmbedded({ dir: at('new home', 'postgres') });
    const home = { ...target('new home', postgres.url), secretKey: readFileSync(at('new home', 'secret'), 'utf8') };
    await expectSame(home);
    const server = await createApp({ ...home, roles: roleNames, demo: false });
    await server.start();
    const get = (path: string) => fetch(`${server.url()}${path}`, { headers: { cookie: maker.cookie() } });

    const { media, tokenPrefix } = (await (await get(`/api/v1/media/${played}/playback`)).json()) as Playback;
    const master = await fetch(`${server.url()}${tokenPrefix}${media.hlsUrl}`);
    await eventually(async () => {
      expect(await (await get(`/api/v1/media/${waiting}`)).json()).toMatchObject({ state: 'ready' });
    }, 30_000);
    await server.close();
    await postgres.stop();

    expect(stdout).toMatch(/^Restored \d+ tables with \d+ rows, \d+ objects/);
    expect(again.stderr).toContain('not empty');
    expect(master.status).toBe(200);
  }, 90_000);

  test('comes back whatever version its job queue had, with every job that was to be done', async () => {
    cpSync(at('whole'), at('other queue'), { recursive: true });
    const { manifest } = JSON.parse(readFileSync(at('other queue', 'manifest.json'), 'utf8')) as { manifest: Manifest };
    // Another version has columns that this one does not know, and not all that this one has.
    for (const table of manifest.tables.filter(({ schema }) => schema === 'graphile_worker')) {
      const file = at('other queue', 'tables', `${table.schema}.${table.name}.copy.gz`);
      const [drop, add] = [table.columns.indexOf('updated_at'), 'colour'];
      const rows = gunzipSync(readFileSync(file)).toString('utf8').split('\n').slice(0, -1);
      const changed = rows
        .map((row) => [...row.split('\t').filter((_, n) => n !== drop), 'green\n'].join('\t'))
        .join('');
      table.columns = [...table.columns.filter((_, n) => n !== drop), add];
      const packed = gzipSync(changed);
      writeFileSync(file, packed);
      Object.assign(table, { bytes: packed.length, sha256: createHash('sha256').update(packed).digest('hex') });
    }
    manifest.queue = 7;
    const sum = createHash('sha256').update(JSON.stringify(manifest)).digest('hex');
    writeFileSync(at('other queue', 'manifest.json'), JSON.stringify({ sha256: sum, manifest }));
    const place = target('from other queue', await emptyDatabase());

    await restore(place, at('other queue'));

    await expectSame(place);
    const found = await jobs(place.databaseUrl);
    expect(found.find(({ payload }) => (payload as { id?: string }).id === waiting)).toMatchObject({
      ...{ identifier: 'media.process', queue_name: 'media.0', tries: 25 },
    });
  }, 60_000);

  describe('that is broken', () => {
    const rewrite = (name: string, change: (manifest: Manifest) => void, sum = true) => {
      const file = at(name, 'manifest.json');
      const { sha256, manifest } = JSON.parse(readFileSync(file, 'utf8'));
      change(manifest);
      const now = createHash('sha256').update(JSON.stringify(manifest)).digest('hex');
      writeFileSync(file, JSON.stringify({ sha256: sum ? now : sha256, manifest }));
    };
    const object = (name: string) => at(name, 'objects', 'originals', played);
    const flip = (file: string) => {
      const bytes = readFileSync(file);
      bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 1, bytes.length >> 1);
      writeFileSync(file, bytes);
    };
    const damages: [string, (name: string) => void, RegExp][] = [
      [
        'a table of which one bit changed',
        (name) => flip(at(name, 'tables', 'public.users.copy.gz')),
        /users.*damaged/,
      ],
      ['a table that is missing', (name) => rmSync(at(name, 'tables', 'public.media.copy.gz')), /media.*missing/],
      ['an object of which one bit changed', (name) => flip(object(name)), /originals.*damaged/],
      ['an object that is cut short', (name) => writeFileSync(object(name), clip.subarray(1)), /originals.*damaged/],
      ['an object that is missing', (name) => rmSync(object(name)), /originals.*missing/],
      [
        'a list of objects that lacks its end',
        (name) => writeFileSync(at(name, 'objects.jsonl'), ''),
        /objects.jsonl is damaged/,
      ],
      ['no manifest, as a killed backup leaves it', (name) => rmSync(at(name, 'manifest.json')), /not finished/],
      [
        'a manifest that was changed',
        (name) => rewrite(name, (m) => Object.assign(m, { createdAt: 'x' }), false),
        /manifest.json is damaged/,
      ],
      [
        'a manifest that is no JSON',
        (name) => writeFileSync(at(name, 'manifest.json'), '{"sha'),
        /manifest.json is damaged/,
      ],
      ['a newer format', (name) => rewrite(name, (m) => Object.assign(m, { format: 2 })), /format 2/],
      [
        'a manifest that lacks something',
        (name) => rewrite(name, (m) => delete (m as Partial<Manifest>).tables),
        /not one that/,
      ],
      [
        'names that are no names',
        (name) => rewrite(name, (m) => Object.assign(m, { sequences: [{ schema: 'x"', name: 'y', value: 1 }] })),
        /not one that/,
      ],
      [
        'a schema of a newer program',
        (name) => rewrite(name, ({ migrations }) => migrations.push('209901010000_x')),
        /newer program/,
      ],
      [
        'a job queue that is kept in another way',
        (name) =>
          rewrite(name, ({ tables }) => {
            const table = tables.find(({ name: named }) => named === '_private_jobs');
            table?.columns.splice(table.columns.indexOf('payload'), 1, 'content');
          }),
        /job queue/,
      ],
      ['another secret', (name) => rewrite(name, (m) => Object.assign(m, { secret: 'x' })), /another secret/],
      [
        'a wrong number of rows',
        (name) => rewrite(name, ({ tables }) => Object.assign(tables.at(-1) ?? {}, { rows: 99_999 })),
        /instead of 99999/,
      ],
    ];
    let broken: string;
    beforeAll(async () => {
      broken = await emptyDatabase();
    });

    test.each(damages)('by %s is refused, and leaves the place as empty as it was', async (what, damage, words) => {
      cpSync(at('whole'), at(what), { recursive: true });
      damage(what);
      const place = target(`place of ${what}`, broken);

      await expect(restore(place, at(what))).rejects.toMatchObject({
        name: 'BackupError',
        message: expect.stringMatching(words),
      });

      expect(await execute(broken, `select relname from pg_class where relnamespace = 'public'::regnamespace`)).toEqual(
        [],
      );
      expect(await execute(broken, `select nspname from pg_namespace where nspname = 'graphile_worker'`)).toEqual([]);
      expect(await openStorage(place.settings, place.dataFolder).scan()[Symbol.asyncIterator]().next()).toMatchObject({
        done: true,
      });
    });
  });

  test('is not brought back over something, nor made over something', async () => {
    const inUse = target('in use', app.database.url);
    const hasObjects = target('has objects', await emptyDatabase());
    await openStorage(hasObjects.settings, hasObjects.dataFolder).put('media/x', 'precious');

    await expect(restore(inUse, at('whole'))).rejects.toThrow('The database is not empty');
    await expect(restore(hasObjects, at('whole'))).rejects.toThrow('it has media/x');
    await expect(backup(source(), at('whole'))).rejects.toThrow('is not empty');

    expect(readFileSync(at('has objects', 'objects', 'media', 'x'), 'utf8')).toBe('precious');
    await verify(at('whole'));
  });
});

test.skipIf(olderPostgres === undefined)(
  'a backup of an older PostgreSQL, outside of ours, comes back into the newer one',
  async () => {
    const older = await startOlder(olderPostgres ?? '', at('older'));
    const database = openDatabase({ url: older.url, poolSize: 2, statementTimeoutMs: 0, idleTransactionTimeoutMs: 0 });
    await createJobs(database, createTelemetry({ level: 'fatal', role: 'test' }).log).migrate();
    await migrate(database.db);
    await sql`insert into users (id, handle, email, display_name)
      values ('01900000-0000-7000-8000-000000000001', 'ines', 'ines@people.test', 'Grüße 🏺')`.execute(database.db);
    await sql`select graphile_worker.add_job('media.sweep', '{"from": "before"}')`.execute(database.db);
    await database.close();
    const manifest = await backup(target('on older', older.url), at('older backup'));
    await older.stop();
    const place = target('on newer', await emptyDatabase());

    await restore(place, at('older backup'));

    const [{ server_version: newer }] = (await execute(place.databaseUrl, 'show server_version')) as [
      { server_version: string },
    ];
    expect(Number.parseInt(manifest.postgres, 10)).toBeLessThan(Number.parseInt(newer, 10));
    expect(await execute(place.databaseUrl, 'select handle, display_name from users')).toEqual([
      { handle: 'ines', display_name: 'Grüße 🏺' },
    ]);
    expect(await execute(place.databaseUrl, 'select payload from graphile_worker._private_jobs')).toEqual([
      { payload: { from: 'before' } },
    ]);
  },
  90_000,
);

/** Runs it on a free port, as somebody who is not root. */
async function startOlder(bin: string, dir: string): Promise<{ url: string; stop(): Promise<void> }> {
  const isRoot = process.getuid?.() === 0;
  const as = isRoot ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--'] : [];
  const run = ([command = '', ...args]: string[]) => execFileSync(command, args, { cwd: '/', stdio: 'ignore' });
  mkdirSync(dir, { mode: 0o700 });
  if (isRoot) for (let path = dir; path !== '/'; path = dirname(path)) passable(path, dir);
  const home = join(dir, 'data');
  run([
    ...as,
    join(bin, 'initdb'),
    '-D',
    home,
    '-U',
    'old',
    '--auth=trust',
    '--encoding=UTF8',
    '--locale=C',
    '--no-sync',
  ]);
  const port = await freePort();
  const settings = ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', '-c', 'fsync=off'];
  const [command = '', ...args] = [...as, join(bin, 'postgres'), '-D', home, '-p', String(port), ...settings];
  const child = spawn(command, args, { cwd: '/', stdio: 'ignore' });
  const url = `postgres://old@127.0.0.1:${port}/postgres`;
  await eventually(async () => expect(await execute(url, 'select 1 as up')).toEqual([{ up: 1 }]), 20_000);
  return {
    url,
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGINT');
      await ended;
    },
  };
}

/** The folder is its own, and those above let it through. */
function passable(path: string, own: string): void {
  if (path === own) chownSync(path, 65_534, 65_534);
  else if (path.startsWith(folder.path)) chmodSync(path, 0o755);
}

test('a backup of an older program comes back with its own migrations, and is then brought up to date', async () => {
  const first = (await migrationNames()).filter((name) => name < '20261122');
  const url = await emptyDatabase();
  const database = openDatabase({ url, poolSize: 2, statementTimeoutMs: 0, idleTransactionTimeoutMs: 0 });
  await (await import('graphile-worker')).runMigrations({ pgPool: database.pool });
  const client = await database.pool.connect();
  await client.query('begin');
  await migrateClient(client, first);
  await client.query(
    `insert into users (id, handle, email, display_name)
     values ('01900000-0000-7000-8000-000000000001', 'ines', 'ines@people.test', 'Ines')`,
  );
  await client.query(`
    insert into media (id, owner_id, state, filename, bytes, progress, created_at, expires_at)
    values ('01900000-0000-7000-8000-000000000002', '01900000-0000-7000-8000-000000000001', 'rejected', 'old.mp4', 7, '{}', now(), now())`);
  await client.query('commit');
  client.release();
  await database.close();
  await backup(target('old', url), at('old backup'));
  const place = target('old restored', await emptyDatabase());

  await restore(place, at('old backup'));

  const names = await execute(place.databaseUrl, 'select name from kysely_migration order by 1');
  expect(names.map(({ name }) => name)).toEqual(await migrationNames());
  expect(first.length).toBeLessThan(names.length);
  expect(await execute(place.databaseUrl, 'select filename, visibility from media')).toEqual([
    { filename: 'old.mp4', visibility: 'private' },
  ]);
}, 60_000);
