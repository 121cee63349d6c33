// Objects out of their place and back into one. In a backup they lie as a folder has them, beside a list of checksums.

import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { copyFile, mkdir, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { createFolderStorage, eachOf, type Storage } from '#platform/storage';
import { BackupError, type Manifest } from './manifest.ts';
import { sumFile, writeSummed } from './sums.ts';

const AT_ONCE = 4;
type Row = { key: string; bytes: number; sha256: string };

const listFile = (folder: string): string => join(folder, 'objects.jsonl');
const objectFile = (folder: string, key: string): string => join(folder, 'objects', key);

/** What lies in files beside the objects and belongs to them: the first of the names that there is. */
export type LooseObject = { key: string; files: readonly string[] };

/** Copies everything. Nothing may be deleted meanwhile; what is added may come along or not. */
export const copyObjectsOut = async (
  storage: Storage,
  loose: readonly LooseObject[],
  folder: string,
): Promise<Manifest['objects']> => {
  const list = createWriteStream(listFile(folder), { flags: 'wx', mode: 0o600, flush: true });
  const known = new Set<string>();
  let count = 0;
  let bytes = 0;
  const keep = async (key: string, content: Readable) => {
    const file = objectFile(folder, key);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const sum = await writeSummed(content, file);
    count++;
    bytes += sum.bytes;
    const row: Row = { key, ...sum };
    if (!list.write(`${JSON.stringify(row)}\n`)) await once(list, 'drain');
  };
  // Before the others: what is not here any more has become an object, and is found among those.
  for (const { key, files } of loose) {
    const content = await openFirst(files);
    if (content === null) continue;
    known.add(key);
    await keep(key, content);
  }
  await eachOf(storage.scan(), AT_ONCE, async ({ key }) => {
    if (!known.has(key)) await keep(key, await storage.read(key));
  });
  list.end();
  await once(list, 'close');
  const { sha256 } = (await sumFile(listFile(folder))) ?? { sha256: '' };
  return { count, bytes, sha256 };
};

const openFirst = async (files: readonly string[]): Promise<Readable | null> => {
  for (const file of files) {
    const handle = await open(file).catch(() => null);
    if (handle) return handle.createReadStream();
  }
  return null;
};

async function* rowsOf(folder: string): AsyncGenerator<Row> {
  // Its checksum has been compared: these are rows that `keep` wrote.
  for await (const line of createInterface({ input: createReadStream(listFile(folder)) }))
    yield JSON.parse(line) as Row;
}

/** @throws BackupError naming the first that is missing or changed */
export const verifyObjects = async (folder: string, { objects }: Manifest): Promise<void> => {
  if ((await sumFile(listFile(folder)))?.sha256 !== objects.sha256)
    throw new BackupError(`${listFile(folder)} is damaged: it is not what was written.`);
  await eachOf(rowsOf(folder), AT_ONCE, async ({ key, sha256 }) => {
    const sum = await sumFile(objectFile(folder, key));
    if (sum === null) throw new BackupError(`The object ${key} is missing in the backup.`);
    if (sum.sha256 !== sha256) throw new BackupError(`The object ${key} is damaged: it is not what was written.`);
  });
};

/** Puts every object of a verified backup into an empty place. `work` holds copies that are on their way. */
export const copyObjectsIn = async (folder: string, storage: Storage, work: string): Promise<void> => {
  const from = createFolderStorage(join(folder, 'objects'));
  await mkdir(work, { recursive: true });
  let number = 0;
  try {
    await eachOf(rowsOf(folder), AT_ONCE, async ({ key }) => {
      const copy = join(work, String(++number));
      await copyFile(await from.localFile(key, work), copy);
      await storage.putFile(key, copy);
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
};

/** Takes out again what `copyObjectsIn` put there. */
export const takeObjectsOut = async (folder: string, storage: Storage): Promise<void> => {
  const tops = new Set<string>();
  for await (const { key } of rowsOf(folder)) tops.add(key.split('/')[0] ?? key);
  for (const top of tops) await storage.deletePrefix(top);
};
