// What EasyPost tells of parcels whose labels were bought there, as the news that any carrier may send.
// Source: docs.easypost.com/docs/trackers, docs.easypost.com/guides/webhooks-guide
import { createHmac } from 'node:crypto';
import { DomainError } from '@videowindow/contract';
import { CarrierNews } from '@videowindow/contract/api/commerce';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { equalInConstantTime } from '#platform/crypto';

/** Its words for where a parcel is, in ours; those left out say nothing that a carrier has done. */
const STATUSES: Readonly<Record<string, CarrierNews['status']>> = {
  in_transit: 'in_transit',
  available_for_pickup: 'in_transit',
  out_for_delivery: 'out_for_delivery',
  delivered: 'delivered',
  return_to_sender: 'returned',
  failure: 'failed',
  cancelled: 'failed',
  error: 'failed',
};

const Text = Type.Union([Type.String(), Type.Null()]);
/** What is used of an event; it says much more. */
const TrackerEvent = Type.Object({
  id: Type.String(),
  created_at: Type.String(),
  result: Type.Object({
    object: Type.Literal('Tracker'),
    tracking_code: Type.String(),
    status: Type.String(),
    tracking_details: Type.Optional(
      Type.Array(
        Type.Object({
          datetime: Text,
          tracking_location: Type.Optional(Type.Object({ city: Text, country: Text })),
        }),
      ),
    ),
  }),
});

/** `X-Hmac-Signature: hmac-sha256-hex=HEX` over the bytes that came; the secret is normalised as its own libraries do. */
export const isFromEasyPost = (body: Buffer, signature: unknown, secrets: readonly string[]): boolean => {
  const given = /^hmac-sha256-hex=([0-9a-f]{64})$/.exec(typeof signature === 'string' ? signature : '')?.[1] ?? '';
  return secrets.some((secret) =>
    equalInConstantTime(createHmac('sha256', secret.normalize('NFKD')).update(body).digest('hex'), given),
  );
};

/** The news in an event; null for one that is about something else. @throws DomainError malformed_request */
export const trackerNews = (body: Buffer): CarrierNews | null => {
  const said = read(body);
  if (!Value.Check(TrackerEvent, said)) return null;
  const { id, created_at, result } = said;
  const status = STATUSES[result.status];
  if (!status) return null;
  const newest = (result.tracking_details ?? []).reduce<Detail | null>(
    (latest, one) => ((one.datetime ?? '') >= (latest?.datetime ?? '') ? one : latest),
    null,
  );
  const place = [newest?.tracking_location?.city, newest?.tracking_location?.country].filter(Boolean).join(', ');
  const at = new Date(newest?.datetime ?? created_at);
  const news = {
    id,
    trackingNumber: result.tracking_code,
    status,
    at: Number.isNaN(at.getTime()) ? '' : at.toISOString(),
  };
  const told = place === '' ? news : { ...news, place: place.slice(0, 120) };
  if (!Value.Check(CarrierNews, told)) throw new DomainError('malformed_request');
  return told;
};

type Detail = { datetime: string | null; tracking_location?: { city: string | null; country: string | null } };

const read = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new DomainError('malformed_request');
  }
};
