// Objects by key, in a folder on disk. What is being written lies in a hidden folder until one rename puts it in place.
import { createReadStream } from 'node:fs';
import { copyFile, link, mkdir, readdir, rename, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { randomToken } from '#platform/crypto';
import { assertKey, missingObject, type Storage } from './port.ts';

/** No key begins with a dot. */
const UNFINISHED = '.unfinished';

export const createFolderStorage = (root: string): Storage => {
  const folder = resolve(root);
  const unfinished = join(folder, UNFINISHED);
  const pathOf = (key: string) => join(folder, assertKey(key));

  /** Prepares a file out of sight, then puts it in place. */
  const place = async (key: string, write: (path: string) => Promise<void>, put = intoPlace) => {
    const path = pathOf(key);
    const beside = join(unfinished, randomToken(9));
    await mkdir(unfinished, { recursive: true });
    try {
      await write(beside);
      await put(beside, path);
    } finally {
      // rename() of one link over another of the same file does nothing, by POSIX: the first one is then still there.
      await rm(beside, { force: true });
    }
  };

  async function* scan(prefix?: string) {
    const top = prefix === undefined ? folder : pathOf(prefix);
    const self = prefix === undefined ? null : await fileStat(top);
    if (prefix !== undefined && self) yield { key: prefix, ...self };
    const folders = self ? [] : [top];
    for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
      for (const entry of await readdir(next, { withFileTypes: true }).catch(emptyWhenMissing)) {
        if (entry.name.startsWith('.')) continue;
        const path = join(next, entry.name);
        if (entry.isDirectory()) folders.push(path);
        const found = entry.isFile() ? await fileStat(path) : null;
        if (found) yield { key: relative(folder, path), ...found };
      }
    }
  }

  const list = async (prefix: string): Promise<string[]> => {
    const top = pathOf(prefix);
    const entries = await readdir(top, { recursive: true, withFileTypes: true }).catch(emptyWhenMissing);
    if (entries.length === 0 && (await fileStat(top))) return [prefix];
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  };

  return {
    async putFile(key, file) {
      await intoPlace(file, pathOf(key)).catch(acrossFileSystems(() => place(key, (path) => copyFile(file, path))));
      await rm(file, { force: true });
    },
    async addFile(key, file) {
      let added = true;
      const prepare = (path: string) => rename(file, path).catch(acrossFileSystems(() => copyFile(file, path)));
      await place(key, prepare, async (beside, path) => {
        await mkdir(dirname(path), { recursive: true });
        // A link, unlike a move, does not replace what is there.
        await link(beside, path).catch(async (error: NodeJS.ErrnoException) => {
          if (error.code === 'EEXIST' || (await fileStat(path))) added = false;
          else await intoPlace(beside, path); // a file system without links
        });
      });
      await rm(file, { force: true });
      return added;
    },
    put: (key, content) => place(key, (path) => writeFile(path, content)),
    read: (key, range) =>
      new Promise<Readable>((done, failed) => {
        const stream = createReadStream(pathOf(key), range);
        stream.once('error', failed).once('open', () => done(stream.off('error', failed)));
      }),
    stat: async (key) => fileStat(pathOf(key)),
    list,
    scan,
    async copy(from, to) {
      const [source] = [pathOf(from), assertKey(to)];
      if (!(await fileStat(source))) throw missingObject(from);
      // Hard links cost no bytes and no time; some file systems have none, or no more of them.
      await place(to, (path) => link(source, path).catch(() => copyFile(source, path)));
    },
    async deletePrefix(prefix) {
      await rm(pathOf(prefix), { recursive: true, force: true, maxRetries: 3 });
      const left = await list(prefix);
      if (left.length > 0) throw new Error(`${left.length} objects are left below ${prefix}`);
    },
    async localFile(key) {
      const path = pathOf(key);
      if (!(await fileStat(path))) throw missingObject(key);
      return path;
    },
    space: () => folderSpace(folder),
    async sweep(olderThan) {
      let swept = 0;
      for (const name of await readdir(unfinished).catch(emptyWhenMissing)) {
        const path = join(unfinished, name);
        const found = await fileStat(path);
        if (!found || found.modifiedAt >= olderThan) continue;
        await rm(path, { force: true });
        swept++;
      }
      return swept;
    },
  };
};

/** Free bytes, and all, of the disk that a folder lies on. */
export const folderSpace = async (folder: string): Promise<{ free: number; total: number }> => {
  await mkdir(folder, { recursive: true });
  const { bavail, blocks, bsize } = await statfs(folder);
  return { free: bavail * bsize, total: blocks * bsize };
};

/** A folder that has just been emptied may be taken away between its making and the move into it: then once more. */
const intoPlace = async (file: string, path: string): Promise<void> => {
  for (let triesLeft = 3; ; triesLeft--) {
    await mkdir(dirname(path), { recursive: true });
    try {
      return await rename(file, path);
    } catch (error) {
      const gone = (error as NodeJS.ErrnoException).code === 'ENOENT';
      if (!gone || triesLeft === 0 || !(await fileStat(file))) throw error;
    }
  }
};

/** A move is a copy where the file lies on another file system. */
const acrossFileSystems = (copy: () => Promise<void>) => async (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EXDEV') throw error;
  await copy();
};

const fileStat = async (path: string) => {
  const found = await stat(path).catch(() => null);
  return found?.isFile() ? { bytes: found.size, modifiedAt: found.mtime } : null;
};

const emptyWhenMissing = (error: NodeJS.ErrnoException) => {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
  throw error;
};
