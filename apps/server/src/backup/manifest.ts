// What a backup says about itself. It is written last: a folder without it is no backup.
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { Check } from 'typebox/value';

/** Of the folder's layout. A newer one is refused. */
export const FORMAT = 1;
const FILE = 'manifest.json';

const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });
const Count = Type.Integer({ minimum: 0 });
/** Names go into SQL quoted; the pattern keeps them what we make. */
const Name = Type.String({ pattern: '^[a-z_][a-z0-9_]*$' });
const Contents = Type.Object({
  format: Type.Integer(),
  createdAt: Type.String(),
  postgres: Type.String(),
  /** Applied when it was made, by name: the tables are as these leave them. */
  migrations: Type.Array(Type.String()),
  /** The same of the job queue's own tables. */
  queue: Type.Integer(),
  /** Tells whether a secret is the one that this installation had. */
  secret: Type.String(),
  tables: Type.Array(
    Type.Object({ schema: Name, name: Name, columns: Type.Array(Name), rows: Count, bytes: Count, sha256: Sha256 }),
  ),
  partitions: Type.Array(Type.Object({ parent: Name, name: Name, bound: Type.String() })),
  sequences: Type.Array(Type.Object({ schema: Name, name: Name, value: Type.Integer() })),
  /** Of the list of objects. */
  objects: Type.Object({ count: Count, bytes: Count, sha256: Sha256 }),
});
export type Manifest = Static<typeof Contents>;

/** Why a backup can't be made or brought back, in a sentence for the operator. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}

const sumOf = (manifest: unknown): string => createHash('sha256').update(JSON.stringify(manifest)).digest('hex');

export const writeManifest = async (folder: string, manifest: Manifest): Promise<void> => {
  const text = JSON.stringify({ sha256: sumOf(manifest), manifest }, null, 1);
  await writeFile(join(folder, FILE), `${text}\n`, { mode: 0o600, flush: true });
};

/** @throws BackupError when there is none, or when it is not as it was written */
export const readManifest = async (folder: string): Promise<Manifest> => {
  const text = await readFile(join(folder, FILE), 'utf8').catch(() => null);
  if (text === null) throw new BackupError(`${folder} is no backup, or one that was not finished: it has no ${FILE}.`);
  const { sha256, manifest } = parse(text);
  if (manifest === undefined || sha256 !== sumOf(manifest))
    throw new BackupError(`${join(folder, FILE)} is damaged: it is not what was written.`);
  const format = (manifest as { format?: unknown } | null)?.format;
  if (typeof format === 'number' && format > FORMAT)
    throw new BackupError(`This backup has format ${format}; this program reads up to ${FORMAT}. Use a newer one.`);
  if (!Check(Contents, manifest)) throw new BackupError(`${join(folder, FILE)} is not one that this program writes.`);
  return manifest;
};

const parse = (text: string): { sha256?: unknown; manifest?: unknown } => {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
};

export const tableFile = (folder: string, { schema, name }: { schema: string; name: string }): string =>
  join(folder, 'tables', `${schema}.${name}.copy.gz`);
