// What rooms hold of people. Each names its tables: which rows are a person's, what they may take along of them, and what
// becomes of them when the person goes for good. One place carries it out; a test compares it with the schema.
import { type Reader, type SqlFragment, sql, type Tx } from '#platform/database';

/** How one kind of rows is cared for. Columns are written with spaces between them. */
export type Care = {
  /** Columns that name the person, any of them; or the rows that belong to theirs. */
  of: string | ((personId: string) => SqlFragment);
  /** What they may take along. */
  hand?: string;
  /** Text that is not handed out: states, keys, words of others. */
  plain?: string;
  /** Rows go, columns are written over, or it all stays, for the reason given. */
  erase: 'delete' | Readonly<Record<string, SqlFragment>> | { because: string };
};

/** Something that has to come to its end before a person can go: `kind` is for words, `also` for closing the account a while. */
export type Matter = { kind: string; count: number; also: boolean };

/** A file that goes into a person's archive. */
export type PersonalFile = { name: string; open(): Promise<NodeJS.ReadableStream> };

export type Personal = {
  tables: Readonly<Record<string, Care | readonly Care[]>>;
  /** What is still going on. */
  open?(db: Reader, personId: string): Promise<Matter[]>;
  /** What SQL alone does not do; before the tables. */
  erase?(tx: Tx, personId: string): Promise<void>;
  /** What they may take along besides the tables: opened seals, by name. */
  more?(db: Reader, personId: string): Promise<Record<string, unknown>>;
  files?(db: Reader, personId: string): Promise<PersonalFile[]>;
};

const words = (columns: string | undefined): string[] => columns?.split(/\s+/).filter(Boolean) ?? [];

export const caresOf = (personal: Personal): [string, Care][] =>
  Object.entries(personal.tables).flatMap(([table, care]) =>
    (Array.isArray(care) ? (care as readonly Care[]) : [care as Care]).map((one): [string, Care] => [table, one]),
  );

/** Every column that a care speaks of. */
export const namedColumns = ({ of, hand, plain, erase }: Care): string[] => [
  ...(typeof of === 'string' ? words(of) : []),
  ...words(hand),
  ...words(plain),
  ...(typeof erase === 'object' && !('because' in erase) ? Object.keys(erase) : []),
];

const theirs = ({ of }: Care, personId: string): SqlFragment =>
  typeof of === 'function'
    ? of(personId)
    : sql`(${sql.join(
        words(of).map((column) => sql`${sql.ref(column)} = ${personId}`),
        sql` or `,
      )})`;

/** What a person may take along of a room, by table. */
export const handOver = async (db: Reader, personal: Personal, personId: string): Promise<Record<string, unknown>> => {
  const found: Record<string, unknown[]> = {};
  for (const [table, care] of caresOf(personal)) {
    const columns = words(care.hand);
    if (columns.length === 0) continue;
    const { rows } = await sql`
      select ${sql.join(columns.map((column) => sql.ref(column)))}
      from ${sql.table(table)} where ${theirs(care, personId)}`.execute(db);
    if (rows.length > 0) found[table] = [...(found[table] ?? []), ...rows];
  }
  return { ...found, ...(await personal.more?.(db, personId)) };
};

/** Erases a person from a room. Safe to repeat. */
export const forget = async (tx: Tx, personal: Personal, personId: string): Promise<void> => {
  await personal.erase?.(tx, personId);
  for (const [table, care] of caresOf(personal)) {
    const { erase } = care;
    if (erase === 'delete') await sql`delete from ${sql.table(table)} where ${theirs(care, personId)}`.execute(tx);
    else if (!('because' in erase)) {
      const changes = Object.entries(erase).map(([column, value]) => sql`${sql.ref(column)} = ${value}`);
      await sql`
        update ${sql.table(table)} set ${sql.join(changes)} where ${theirs(care, personId)}`.execute(tx);
    }
  }
};
