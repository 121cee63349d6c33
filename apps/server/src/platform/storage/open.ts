// From the settings to the place where objects lie, or the two places between which they move.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '#platform/config';
import type { Database } from '#platform/database';
import { createFolderStorage } from './folder.ts';
import type { Storage } from './port.ts';
import { createS3Storage, type S3Options } from './s3.ts';
import type { StorageSettings } from './settings.ts';
import { createTwoPlaces, groupLock } from './two-places.ts';

/**
 * The place that the settings name; nothing is asked of it yet.
 * @throws ConfigError for settings that don't go together
 */
export const openStorage = (settings: StorageSettings, dataFolder: string): Storage =>
  settings.STORAGE === 's3' ? createS3Storage(readS3(settings)) : createFolderStorage(join(dataFolder, 'objects'));

/** The other place, where objects may still lie: a folder that is there, or a bucket that is named. */
export const openOtherPlace = (settings: StorageSettings, dataFolder: string): Storage | null => {
  const folder = join(dataFolder, 'objects');
  if (settings.STORAGE === 's3') return existsSync(folder) ? createFolderStorage(folder) : null;
  return settings.S3_BUCKET === undefined ? null : createS3Storage(readS3(settings));
};

/** Everything that this installation keeps, in one place or in two. */
export const openObjects = (settings: StorageSettings, dataFolder: string, database: Database): Storage => {
  const first = openStorage(settings, dataFolder);
  const second = openOtherPlace(settings, dataFolder);
  if (second === null) return first;
  return createTwoPlaces({ first, second, lock: groupLock(database), work: join(dataFolder, 'work', 'objects') });
};

/** @throws ConfigError naming everything that is missing */
export const readS3 = (settings: StorageSettings): S3Options => {
  const { S3_BUCKET: bucket, S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = settings;
  const problems: string[] = [];
  if (bucket === undefined) problems.push('S3_BUCKET is needed for objects in S3: the name of the bucket');
  if ((accessKeyId === undefined) !== (secretAccessKey === undefined)) {
    problems.push(
      'S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY belong together: set both, or none to use the machine’s role',
    );
  }
  if (bucket === undefined || problems.length > 0) throw new ConfigError(problems);
  return {
    bucket,
    region: settings.S3_REGION,
    endpoint: settings.S3_ENDPOINT,
    forcePathStyle: settings.S3_PATH_STYLE ?? settings.S3_ENDPOINT !== undefined,
    credentials: accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey } : undefined,
  };
};
