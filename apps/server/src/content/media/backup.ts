// What a backup has to know of media beside its tables and objects.
import { join } from 'node:path';
import { type Reader, sql } from '#platform/database';
import { uploadPath } from './commands.ts';
import { originalKey } from './media.ts';

/**
 * Uploads whose last byte has come while no job has yet moved them to where originals lie: the object that each will
 * be, and the names that its file has until then, in the order in which to look.
 */
export const finishedUploads = async (
  db: Reader,
  dataFolder: string,
): Promise<{ key: string; files: readonly string[] }[]> => {
  const { rows } = await sql<{ id: string }>`
    select id from media where state in ('uploaded', 'processing')`.execute(db);
  return rows.map(({ id }) => {
    const path = uploadPath({ uploadsFolder: join(dataFolder, 'uploads') }, id);
    return { key: originalKey(id), files: [path, `${path}.done`] };
  });
};
