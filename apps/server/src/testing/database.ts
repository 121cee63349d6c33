/** A database of its own for each test file. */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';

export interface TestDatabase {
  readonly url: string;
  /** Also closes what is still connected. */
  drop(): Promise<void>;
}

/**
 * A fresh, migrated database in the PostgreSQL that the whole run shares; some 50 ms. Drop it in `afterAll`. Its files are
 * copied: by its log, as is the default, each of its 700 relations would cost more.
 */
export async function testDatabase(): Promise<TestDatabase> {
  const template = new URL(inject('postgresUrl'));
  const admin = new URL(template);
  admin.pathname = '/postgres';
  const own = new URL(template);
  own.pathname = `/test_${randomUUID().replaceAll('-', '')}`;
  const [name, from] = [own.pathname.slice(1), template.pathname.slice(1)];
  await execute(admin, `CREATE DATABASE ${name} TEMPLATE ${from} STRATEGY FILE_COPY`);
  return { url: own.href, drop: () => execute(admin, `DROP DATABASE ${name} WITH (FORCE)`) };
}

async function execute(url: URL, sql: string): Promise<void> {
  const client = new pg.Client(url.href);
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
