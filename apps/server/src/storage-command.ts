// `storage move`: brings every object to where STORAGE says, from where it lay before.
import { join } from 'node:path';
import { ConfigError } from '#platform/config';
import { migrate, openDatabase } from '#platform/database';
import { moveObjects, openOtherPlace, openStorage, type Place } from '#platform/storage';
import { openInstallation } from './installation.ts';

const OTHER: Readonly<Record<Place, Place>> = { folder: 's3', s3: 'folder' };

export const storageCommand = async (
  place: { data: string; port?: string },
  [word]: readonly string[],
): Promise<void> => {
  if (word !== 'move')
    throw new ConfigError(['storage move: moves every object to where STORAGE says; there is no other word yet']);
  const installation = await openInstallation(place, true);
  const { settings, dataFolder, databaseUrl } = installation;
  const database = openDatabase({
    url: databaseUrl,
    poolSize: 16,
    statementTimeoutMs: 0,
    idleTransactionTimeoutMs: 0,
    applicationName: 'videowindow storage move',
  });
  try {
    await migrate(database.db);
    const target = settings.STORAGE;
    const other = openOtherPlace(settings, dataFolder);
    if (other === null) return console.log('There is nothing to move: no other place is named or there.');
    const { objects, bytes, conflicts } = await moveObjects({
      database,
      source: { name: OTHER[target], storage: other },
      target: { name: target, storage: openStorage(settings, dataFolder) },
      work: join(dataFolder, 'work', 'move'),
      onProgress: (moved) => moved.objects % 1000 === 0 && console.log(describe(moved)),
    });
    console.log(`Moved ${describe({ objects, bytes })} to ${target}.`);
    if (conflicts.length === 0) return;
    process.exitCode = 1;
    console.error(`Left ${conflicts.length} that lie in both places and are not the same, such as ${conflicts[0]}.`);
  } finally {
    await database.close();
    await installation.close();
  }
};

const describe = ({ objects, bytes }: { objects: number; bytes: number }): string =>
  `${objects} objects with ${(bytes / 2 ** 20).toFixed(1)} MiB`;
