// Cursors: opaque to clients, a small JSON value to us.
import { DomainError } from '@videowindow/contract';

export const encodeCursor = (value: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(value)).toString('base64url');

/**
 * Cuts a list's page out of rows of which one more than `limit` was asked for, and tells where the next page begins.
 * @param cursorOf the values of a row that the list is ordered by, for {@link decodeCursor} to read back
 */
export const cutPage = <T>(
  rows: readonly T[],
  limit: number,
  cursorOf: (last: T) => readonly (string | number)[],
): { shown: T[]; next: string | null } => {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { shown, next: rows.length > limit && last !== undefined ? encodeCursor(cursorOf(last)) : null };
};

/**
 * The values of a cursor made by `encodeCursor`, by their types (`'string'`, `'number'`, `'uuid'`, `'instant'`).
 * @throws DomainError validation_failed when it is not one.
 */
export const decodeCursor = <const T extends readonly ('string' | 'number' | 'uuid' | 'instant')[]>(
  cursor: string | undefined,
  types: T,
): { [I in keyof T]: T[I] extends 'number' ? number : string } | null => {
  if (cursor === undefined) return null;
  const values = parse(cursor);
  const fits =
    Array.isArray(values) && values.length === types.length && types.every((type, i) => FITS[type](values[i]));
  if (!fits)
    throw new DomainError('validation_failed', {
      fields: [{ path: 'cursor', message: 'is not a cursor of this list' }],
    });
  return values as { [I in keyof T]: T[I] extends 'number' ? number : string }; // each was just checked
};

const parse = (cursor: string): unknown => {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
};

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** As Date.toISOString writes it, years 1 to 9999. */
const INSTANT = /^(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

const isInstant = (value: string): boolean => {
  const at = Date.parse(value);
  return INSTANT.test(value) && !Number.isNaN(at) && new Date(at).toISOString() === value;
};

/** What PostgreSQL will take too: a cursor that it refused would be our error, not the client's. */
const FITS = {
  string: (value: unknown) =>
    typeof value === 'string' && value.length <= 200 && value.isWellFormed() && !value.includes('\0'),
  number: (value: unknown) => Number.isSafeInteger(value),
  uuid: (value: unknown) => typeof value === 'string' && UUID.test(value),
  instant: (value: unknown) => typeof value === 'string' && isInstant(value),
} as const;
