// The SQL of devices that ask to be let in.
import { type Reader, sql, type Tx } from '#platform/database';

export type DeviceRequest = {
  number: number;
  numbers: number[];
  userAgent: string | null;
  address: string;
  askedAt: Date;
  expiresAt: Date;
};

export const insertRequest = async (
  db: Reader,
  request: {
    id: string;
    codeHash: string;
    browserHash: string;
    number: number;
    numbers: readonly number[];
    userAgent: string | null;
    address: string;
    lifeS: number;
  },
): Promise<Date> => {
  const { rows } = await sql<{ expiresAt: Date }>`
    insert into device_requests (id, code_hash, browser_hash, number, numbers, user_agent, address, asked_at, expires_at)
    values (${request.id}, ${request.codeHash}, ${request.browserHash}, ${request.number},
            ${[...request.numbers]}::integer[], ${request.userAgent}, ${request.address}, app_now(),
            app_now() + make_interval(secs => ${request.lifeS}))
    returning expires_at as "expiresAt"`.execute(db);
  return rows[0]?.expiresAt ?? new Date(0);
};

/** One that still waits for an answer. */
export const openRequest = async (db: Reader, codeHash: string): Promise<DeviceRequest | null> =>
  (
    await sql<DeviceRequest>`
      select number, numbers, user_agent as "userAgent", address, asked_at as "askedAt", expires_at as "expiresAt"
      from device_requests
      where code_hash = ${codeHash} and answered_at is null and expires_at > app_now()`.execute(db)
  ).rows[0] ?? null;

/** Answers it: of several answers the first counts. @returns whether it was allowed; null when it waits no more */
export const answerRequest = async (
  tx: Tx,
  codeHash: string,
  userId: string,
  number: number | null,
): Promise<boolean | null> =>
  (
    await sql<{ allowed: boolean }>`
      update device_requests
      set answered_at = app_now(), allowed_by = case when number = ${number} then ${userId}::uuid end
      where code_hash = ${codeHash} and answered_at is null and expires_at > app_now()
      returning allowed_by is not null as allowed`.execute(tx)
  ).rows[0]?.allowed ?? null;

/** Where it stands, to the browser that asked; null when it is over. */
export const requestState = async (
  db: Reader,
  id: string,
  browserHash: string,
): Promise<'waiting' | 'allowed' | 'declined' | null> =>
  (
    await sql<{ state: 'waiting' | 'allowed' | 'declined' }>`
      select case when answered_at is null then 'waiting' when allowed_by is null then 'declined' else 'allowed' end
        as state
      from device_requests where id = ${id} and browser_hash = ${browserHash} and expires_at > app_now()`.execute(db)
  ).rows[0]?.state ?? null;

/** Ends an allowed one: of many at once exactly one gets it. @returns who allowed it */
export const redeemRequest = async (tx: Tx, id: string, browserHash: string): Promise<string | null> =>
  (
    await sql<{ userId: string }>`
      delete from device_requests
      where id = ${id} and browser_hash = ${browserHash} and allowed_by is not null and expires_at > app_now()
      returning allowed_by as "userId"`.execute(tx)
  ).rows[0]?.userId ?? null;

/** Forgets what is over. */
export const sweepRequests = async (db: Reader): Promise<void> => {
  await sql`delete from device_requests where expires_at < app_now() - interval '1 hour'`.execute(db);
};
