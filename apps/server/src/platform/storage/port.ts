// What every place for objects can do. Keys are made by the server: segments of a-z 0-9 . _ - parted by slashes.
import type { Readable } from 'node:stream';

export type ObjectStat = { bytes: number; modifiedAt: Date };
export type StoredObject = ObjectStat & { key: string };

export type Storage = {
  /** Moves a finished local file to `key`, replacing what is there. Atomic: readers see the old or the new one. */
  putFile(key: string, file: string): Promise<void>;
  /** Moves a finished local file to `key` unless an object is there: false then. The file is gone in any case. */
  addFile(key: string, file: string): Promise<boolean>;
  /** As `putFile`, for what is in memory. */
  put(key: string, content: string | Uint8Array): Promise<void>;
  /** The object's bytes from `start` to `end`, both included. Rejects with the code ENOENT when there is none. */
  read(key: string, range?: { start: number; end: number }): Promise<Readable>;
  stat(key: string): Promise<ObjectStat | null>;
  /** The key itself and those below it, any order. */
  list(prefix: string): Promise<string[]>;
  /** The same with their sizes, one after the other; without a prefix the whole store. */
  scan(prefix?: string): AsyncIterable<StoredObject>;
  /** Gives an object a second key without moving its bytes through this process. Atomic; ENOENT when there is none. */
  copy(from: string, to: string): Promise<void>;
  /** Deletes the key itself and everything below it, and makes sure that nothing is left. */
  deletePrefix(prefix: string): Promise<void>;
  /** A path on this machine, for programs that need one: the object's own place, or a download into `folder`. Read only. */
  localFile(key: string, folder: string): Promise<string>;
  /** Free bytes, and all; null where there is no bound to know of. */
  space(): Promise<{ free: number; total: number } | null>;
  /** Takes out what interrupted writes left behind, when it is older than this moment. @returns how many */
  sweep(olderThan: Date): Promise<number>;
};

/** Segments begin with a letter or digit, so that none is `.`, `..` or hidden. */
const KEY = /^[a-zA-Z0-9][a-zA-Z0-9._-]*(\/[a-zA-Z0-9][a-zA-Z0-9._-]*)*$/;

/** @throws Error for what is not a key */
export const assertKey = (key: string): string => {
  if (!KEY.test(key)) throw new Error(`${key} is not an object key`);
  return key;
};

/** What `read` and `copy` reject with when there is no such object. */
export const missingObject = (key: string): NodeJS.ErrnoException =>
  Object.assign(new Error(`there is no object ${key}`), { code: 'ENOENT' });
