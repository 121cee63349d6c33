// Objects by key, in a folder on disk. Keys are made by the server: segments of a-z 0-9 . _ - parted by slashes.
import { createReadStream, type ReadStream } from 'node:fs';
import { copyFile, mkdir, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { randomToken } from '#platform/crypto';

export type ObjectStat = { bytes: number; modifiedAt: Date };

export type Storage = {
  /** Moves a finished local file to `key`, replacing what is there. Atomic: readers see the old or the new one. */
  putFile(key: string, file: string): Promise<void>;
  /** The object's bytes from `start` to `end`, both included; throws ENOENT when there is none. */
  read(key: string, range?: { start: number; end: number }): ReadStream;
  stat(key: string): Promise<ObjectStat | null>;
  /** Keys below a prefix, any order. */
  list(prefix: string): Promise<string[]>;
  /** Deletes everything below a prefix and makes sure that nothing is left. */
  deletePrefix(prefix: string): Promise<void>;
  /** Where an object lies on this machine, for programs that need a path. */
  pathOf(key: string): string;
  /** Free bytes, and all. */
  space(): Promise<{ free: number; total: number }>;
};

/** Segments begin with a letter or digit, so that none is `.`, `..` or hidden. */
const KEY = /^[a-zA-Z0-9][a-zA-Z0-9._-]*(\/[a-zA-Z0-9][a-zA-Z0-9._-]*)*$/;

export const createFolderStorage = (root: string): Storage => {
  const folder = resolve(root);
  const pathOf = (key: string) => {
    if (!KEY.test(key)) throw new Error(`${key} is not an object key`);
    return join(folder, key);
  };
  const list = async (prefix: string): Promise<string[]> => {
    const entries = await readdir(pathOf(prefix), { recursive: true, withFileTypes: true }).catch(emptyWhenMissing);
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  };
  return {
    async putFile(key, file) {
      const path = pathOf(key);
      await mkdir(dirname(path), { recursive: true });
      await rename(file, path).catch(async (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EXDEV') throw error;
        const beside = `${path}.${randomToken(6)}.part`;
        try {
          await copyFile(file, beside);
          await rename(beside, path);
        } finally {
          await rm(beside, { force: true });
        }
        await rm(file);
      });
    },
    read: (key, range) => createReadStream(pathOf(key), range),
    async stat(key) {
      const found = await stat(pathOf(key)).catch(() => null);
      return found?.isFile() ? { bytes: found.size, modifiedAt: found.mtime } : null;
    },
    list,
    async deletePrefix(prefix) {
      await rm(pathOf(prefix), { recursive: true, force: true, maxRetries: 3 });
      const left = await list(prefix);
      if (left.length > 0) throw new Error(`${left.length} objects are left below ${prefix}`);
    },
    pathOf,
    async space() {
      await mkdir(folder, { recursive: true });
      const { bavail, blocks, bsize } = await statfs(folder);
      return { free: bavail * bsize, total: blocks * bsize };
    },
  };
};

const emptyWhenMissing = (error: NodeJS.ErrnoException) => {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
  throw error;
};
