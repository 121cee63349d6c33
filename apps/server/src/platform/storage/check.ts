// For the doctor: an object is written, read and taken out again, and nobody without a key may read it.
import { text } from 'node:stream/consumers';
import { DomainError } from '@videowindow/contract';
import { newId } from '#platform/crypto';
import { openStorage, readS3 } from './open.ts';
import type { StorageSettings } from './settings.ts';

/** @returns whether objects can be kept there, and words for the operator. */
export const checkStorage = async (
  settings: StorageSettings,
  dataFolder: string,
): Promise<{ ok: boolean; words: string }> => {
  const storage = openStorage(settings, dataFolder);
  const place = settings.STORAGE === 's3' ? `bucket ${settings.S3_BUCKET}` : 'a folder below the data';
  const key = `doctor/${newId()}`;
  try {
    await storage.put(key, key);
    const same = (await text(await storage.read(key))) === key;
    const open = settings.STORAGE === 's3' && (await isOpen(settings, key));
    await storage.deletePrefix(key);
    if (!same) return { ok: false, words: `${place} gives back something else than was put there` };
    if (open)
      return { ok: false, words: `${place} can be read by anybody, past every grant. Take public access off it` };
    return { ok: true, words: place };
  } catch (error) {
    return { ok: false, words: `${place} cannot be used: ${reason(error)}` };
  }
};

/** Whether somebody without a key gets the object. */
const isOpen = async (settings: StorageSettings, key: string): Promise<boolean> => {
  const { bucket, endpoint = `https://s3.${settings.S3_REGION}.amazonaws.com`, forcePathStyle } = readS3(settings);
  const url = new URL(forcePathStyle ? `/${bucket}/${key}` : `/${key}`, endpoint);
  if (!forcePathStyle) url.hostname = `${bucket}.${url.hostname}`;
  return (await fetch(url, { signal: AbortSignal.timeout(10_000) })).ok;
};

/** What the store said, with its own name for it, such as AccessDenied or NoSuchBucket. */
const reason = (error: unknown): string => {
  if (error instanceof DomainError && error.cause !== undefined) return reason(error.cause);
  if (!(error instanceof Error)) return String(error);
  const code = (error as NodeJS.ErrnoException).code;
  return [error.name === 'Error' ? (code ?? '') : error.name, error.message].filter(Boolean).join(': ');
};
