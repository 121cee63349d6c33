// What carriers say of parcels: a signed webhook that any of them, or a program between, can call. Doubled, late and
// disordered news change nothing twice: each is kept by its id, and only forward counts.
import { createHmac } from 'node:crypto';
import { DomainError } from '@videowindow/contract';
import { CarrierNews } from '@videowindow/contract/api/commerce';
import { apply } from '@videowindow/contract/machine';
import { orderMachine } from '@videowindow/contract/machines/order';
import { Value } from 'typebox/value';
import { equalInConstantTime } from '#platform/crypto';
import { type Reader, sql, type Tx } from '#platform/database';
import type { OrdersDeps } from './parts.ts';
import { deliver } from './progress.ts';
import * as store from './store.ts';
import { isFromEasyPost, trackerNews } from './tracking.ts';

/** A signature older than this is somebody's copy. */
const TOLERANCE_S = 300;

export type Scan = { readonly status: CarrierNews['status']; readonly at: Date; readonly place: string | null };

/** Letters and figures only: people and carriers write the same number with different gaps. */
const plain = (trackingNumber: string): string => trackingNumber.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');

/**
 * Takes news of a parcel. Signed as `t=SECONDS,v1=HEX`, HMAC-SHA256 of `SECONDS.BODY` with a secret of the settings.
 * @throws DomainError capability_off, malformed_request
 */
export const takeNews = async (deps: OrdersDeps, body: unknown, signature: unknown): Promise<void> => {
  const { carrierSecrets, database } = deps;
  if (carrierSecrets.length === 0) throw new DomainError('capability_off', { capability: 'carriers' });
  const now = await database.now(database.db);
  if (!Buffer.isBuffer(body) || !isSigned(body, signature, carrierSecrets, now)) {
    throw new DomainError('malformed_request');
  }
  await hearNews(deps, readNews(body), now);
};

/**
 * Takes what EasyPost tells of a parcel whose label it sold. It signs no moment: what is told again is told already.
 * @throws DomainError capability_off, malformed_request
 */
export const takeTracking = async (deps: OrdersDeps, body: unknown, signature: unknown): Promise<void> => {
  const { trackerSecrets, database } = deps;
  if (trackerSecrets.length === 0) throw new DomainError('capability_off', { capability: 'labels' });
  if (!Buffer.isBuffer(body) || !isFromEasyPost(body, signature, trackerSecrets)) {
    throw new DomainError('malformed_request');
  }
  const news = trackerNews(body);
  if (news) await hearNews(deps, news, await database.now(database.db));
};

/** Each piece of news once, and every order that is on its way with this number. */
const hearNews = (deps: OrdersDeps, news: CarrierNews, now: Date): Promise<void> =>
  deps.database.transaction(async (tx) => {
    const number = plain(news.trackingNumber);
    const { rows } = await sql`
      insert into carrier_news (id, tracking_number, status, at, place, heard_at)
      values (${news.id}, ${number}, ${news.status}, ${new Date(news.at)}, ${news.place ?? null}, ${now})
      on conflict (id) do nothing returning 1`.execute(tx);
    if (rows.length === 0) return;
    for (const id of await store.shippedWith(tx, number)) await followCarrier(deps, tx, id);
  });

const isSigned = (body: Buffer, signature: unknown, secrets: readonly string[], now: Date): boolean => {
  const parts = /^t=(\d{9,11}),v1=([0-9a-f]{64})$/.exec(typeof signature === 'string' ? signature : '');
  const [, seconds = '', given = ''] = parts ?? [];
  if (Math.abs(now.getTime() / 1000 - Number(seconds)) > TOLERANCE_S) return false;
  return secrets.some((secret) =>
    equalInConstantTime(createHmac('sha256', secret).update(`${seconds}.`).update(body).digest('hex'), given),
  );
};

const readNews = (body: Buffer): CarrierNews => {
  try {
    const said: unknown = JSON.parse(body.toString('utf8'));
    if (Value.Check(CarrierNews, said) && plain(said.trackingNumber) !== '') return said;
  } catch {
    // Not JSON: told below.
  }
  throw new DomainError('malformed_request');
};

/** Does what the carrier says of a parcel by now. Locks the order. @returns it as it is then; null when nothing changed */
export const followCarrier = async (deps: OrdersDeps, tx: Tx, id: string): Promise<store.Order | null> => {
  const order = await store.lockOrder(tx, id);
  if (!order?.shipment) return null;
  // A number may have served another parcel: what is older than the payment is not of this one.
  const scans = (await scansOf(tx, [order])).get(id) ?? [];
  const delivered = scans.find(({ status }) => status === 'delivered');
  const moved = delivered && apply(orderMachine, order.state, 'deliver', { carrierSays: true });
  return moved?.ok ? await deliver(deps, tx, order, moved.to, 'scanned') : null;
};

/** What carriers said of some orders' parcels, newest first by the carrier's own clock. */
export const scansOf = (
  reader: Reader,
  orders: readonly Pick<store.Order, 'id' | 'shipment' | 'paidAt'>[],
): Promise<Map<string, Scan[]>> =>
  newsOf(
    reader,
    orders.flatMap(({ id, shipment, paidAt }) =>
      shipment ? [{ id, trackingNumber: shipment.trackingNumber, since: paidAt }] : [],
    ),
  );

/** The same of any parcels: what is older than `since` is of another one that had the number. */
export const newsOf = async (
  reader: Reader,
  parcels: readonly { id: string; trackingNumber: string; since: Date }[],
): Promise<Map<string, Scan[]>> => {
  if (parcels.length === 0) return new Map();
  const numbers = parcels.map(({ trackingNumber }) => plain(trackingNumber));
  const { rows } = await sql<Scan & { number: string }>`
    select tracking_number as number, status, at, place from carrier_news
    where tracking_number = any (${numbers}::text[]) order by at desc, id`.execute(reader);
  return new Map(
    parcels.map(({ id, since }, place) => [
      id,
      rows.filter(({ number, at }) => number === numbers[place] && at >= since),
    ]),
  );
};
