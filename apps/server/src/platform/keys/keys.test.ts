// Keys of what is sealed at rest, in a real database, by two processes that know each other through it only.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createKeyring, keyIdOf, newId } from '#platform/crypto';
import { type Database, openDatabase, sql } from '#platform/database';
import { createJobs } from '#platform/jobs';
import { openKeys } from '#platform/keys';
import { createTelemetry } from '#platform/telemetry';
import { type TestDatabase, testDatabase } from '../../testing/database.ts';

const SECRET = 'the secret of this installation, 32+';
const NEXT_SECRET = 'another secret of it, some years later';
const PHONES = { table: 'phones', column: 'phone_sealed', purpose: 'phone', key: 'owner_id' };

let own: TestDatabase;
let database: Database;
const { log } = createTelemetry({ level: 'silent', role: 'test' });
const opened: { close(): void }[] = [];

beforeAll(async () => {
  own = await testDatabase();
  database = openDatabase({ url: own.url, poolSize: 8, statementTimeoutMs: 5000, idleTransactionTimeoutMs: 5000 });
  await createJobs(database, log).migrate();
  await sql`create table phones (owner_id uuid primary key, phone_sealed text, phone_index text unique)`.execute(
    database.db,
  );
});
beforeEach(async () => {
  await sql`truncate phones`.execute(database.db);
  await sql`truncate sealing_keys cascade`.execute(database.db);
});
afterEach(() => {
  for (const keys of opened.splice(0)) keys.close();
});
afterAll(async () => {
  await database.close();
  await own.drop();
});

/** A process of the product, as far as keys go. */
const startProcess = async (secret = SECRET, previousSecret?: string) => {
  const keyring = createKeyring(secret, previousSecret);
  const keys = await openKeys({ database, jobs: createJobs(database, log), keyring, secret, previousSecret, log });
  keys.seals([PHONES]);
  opened.push(keys);
  const reseal = (signal = new AbortController().signal) =>
    keys.jobs['keys.reseal'].handle({}, { jobId: '1', attempt: 1, lastAttempt: false, log, signal });
  return { keyring, keys, reseal };
};
type Process = Awaited<ReturnType<typeof startProcess>>;

const write = async ({ keyring }: Process, phone: string): Promise<string> => {
  const id = newId();
  await sql`
    insert into phones values (${id}, ${keyring.encrypt('phone', phone, id)}, ${keyring.blindIndex('phone', phone)})`.execute(
    database.db,
  );
  return id;
};
const sealedOf = async (id: string): Promise<string> =>
  (await sql<{ value: string }>`select phone_sealed as value from phones where owner_id = ${id}`.execute(database.db))
    .rows[0]?.value ?? '';
const read = async ({ keyring }: Process, id: string) => keyring.decrypt('phone', await sealedOf(id), id);

/** As if the minute had gone by in which everybody hears of a new key. */
const letKeysSeal = async (age = '1 minute') => {
  await sql`update sealing_keys set seals_from = clock_timestamp() - ${age}::interval where id > 1`.execute(
    database.db,
  );
};

test('what was sealed before there were several keys is opened by the first', async () => {
  const sealed = createKeyring(SECRET).encrypt('phone', '+351910000000', 'row');

  const { keyring, keys } = await startProcess();

  expect(keyring.decrypt('phone', sealed, 'row')).toBe('+351910000000');
  expect(await keys.list()).toMatchObject([{ id: 1, seals: true, columns: [] }]);
});

test('a new key is known everywhere before it seals, and then takes over everything, row by row', async () => {
  const [one, two] = [await startProcess(), await startProcess()];
  const ids = await Promise.all(['+1', '+2', '+3'].map((phone) => write(one, phone)));
  const index = one.keyring.blindIndex('phone', '+1');

  expect(await one.keys.rotate()).toBe(2);
  await two.keys.load();
  expect(two.keyring.sealingKey()).toBe(1);
  await letKeysSeal();
  await two.keys.load();
  // The other process has not looked yet: it goes on with the old key and opens what it can know.
  const late = await write(one, '+4');
  ids.push(late, await write(two, '+5'));
  await one.keys.load();
  await one.reseal();

  const seals = await Promise.all(ids.map(sealedOf));
  expect(seals.map(keyIdOf)).toEqual([2, 2, 2, 2, 2]);
  expect(await Promise.all(ids.map((id) => read(two, id)))).toEqual(['+1', '+2', '+3', '+4', '+5']);
  expect(two.keyring.blindIndex('phone', '+1')).toBe(index);
});

test('resealing that was cut off goes on, and leaves alone what was changed meanwhile', async () => {
  const one = await startProcess();
  await sql`
    insert into phones select gen_random_uuid(), null, n::text from generate_series(1, 450) n`.execute(database.db);
  const { rows } = await sql<{ id: string }>`select owner_id as id from phones`.execute(database.db);
  for (const { id } of rows)
    await sql`update phones set phone_sealed = ${one.keyring.encrypt('phone', id, id)} where owner_id = ${id}`.execute(
      database.db,
    );
  await one.keys.rotate();
  await letKeysSeal();
  await one.keys.load();

  const stopping = new AbortController();
  const cutOff = one.reseal(stopping.signal);
  const changed = rows[0]?.id ?? '';
  await sql`
    update phones set phone_sealed = ${one.keyring.encrypt('phone', 'changed', changed)} where owner_id = ${changed}`.execute(
    database.db,
  );
  stopping.abort();
  await cutOff;
  const halfway = await one.keys.list();
  await one.reseal();

  expect(halfway[0]?.columns).toEqual(['phones.phone_sealed']);
  expect((await one.keys.list()).map(({ columns }) => columns)).toEqual([[], ['phones.phone_sealed']]);
  expect(await read(one, changed)).toBe('changed');
  expect(await read(one, rows.at(-1)?.id ?? '')).toBe(rows.at(-1)?.id);
});

test('a key is destroyed only when nothing needs it any more', async () => {
  const one = await startProcess();
  const id = await write(one, '+1');
  expect(await one.keys.drop(1)).toContain('in use');
  await one.keys.rotate();
  await letKeysSeal();
  await one.keys.load();
  expect(await one.keys.drop(1)).toContain('phones.phone_sealed');
  await one.reseal();
  expect(await one.keys.drop(1)).toContain('tomorrow');
  await letKeysSeal('2 days');

  expect(await one.keys.drop(1)).toBeNull();

  expect(await read(one, id)).toBe('+1');
  expect(await one.keys.drop(0)).toContain('no key');
});

test('the secret itself is exchanged by naming the one before; without that nobody starts', async () => {
  const old = await startProcess();
  const id = await write(old, '+1');
  const signature = old.keyring.sign('grant', 'clip');

  await expect(startProcess(NEXT_SECRET)).rejects.toThrow('SECRET_KEY_PREVIOUS');
  const between = await startProcess(NEXT_SECRET, SECRET);
  const after = await startProcess(NEXT_SECRET);

  expect(between.keyring.verify('grant', 'clip', signature)).toBe(true);
  expect(after.keyring.verify('grant', 'clip', signature)).toBe(false);
  expect(await read(after, id)).toBe('+1');
  expect(after.keyring.blindIndex('phone', '+1')).toBe(old.keyring.blindIndex('phone', '+1'));
  await expect(startProcess()).rejects.toThrow('SECRET_KEY');
});

test('a blind index tells the same text from another, for its purpose only, and not what it is', () => {
  const { blindIndex } = createKeyring(SECRET);

  expect(blindIndex('phone', '+351910000000')).toBe(blindIndex('phone', '+351910000000'));
  expect(blindIndex('phone', '+351910000000')).not.toBe(blindIndex('phone', '+351910000001'));
  expect(blindIndex('phone', '+351910000000')).not.toBe(blindIndex('other', '+351910000000'));
  expect(createKeyring(NEXT_SECRET).blindIndex('phone', '+351910000000')).not.toBe(
    blindIndex('phone', '+351910000000'),
  );
});
