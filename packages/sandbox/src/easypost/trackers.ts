// EasyPost's trackers: each parcel that a label was bought for is on its way after a day and there when its carrier said, and a
// signed webhook tells of it until it is answered. Source: https://docs.easypost.com/docs/trackers
import { createHmac, randomBytes } from 'node:crypto';
import type { Store } from '../store.ts';

/** Where EasyPost's events go, and what they are signed with. */
export interface TrackerHook {
  readonly url: string;
  readonly secret: string;
}

type Status = 'pre_transit' | 'in_transit' | 'delivered';

interface Tracker {
  readonly id: string;
  readonly tracking_code: string;
  readonly carrier: string;
  readonly status: Status;
  /** Seconds since 1970. */
  readonly created: number;
  readonly delivered: number;
  readonly to: { readonly city: string; readonly country: string };
}

const KIND = 'easypost_tracker';
const DAY_S = 86_400;
const PATIENCE_MS = 5_000;

export function track(
  store: Store,
  parcel: Pick<Tracker, 'tracking_code' | 'carrier' | 'to'>,
  days: number,
  now: number,
) {
  const id = `trk_${randomBytes(16).toString('hex')}`;
  const tracker: Tracker = { ...parcel, id, status: 'pre_transit', created: now, delivered: now + (1 + days) * DAY_S };
  store.put(KIND, id, tracker);
}

/** Tells what has become of parcels by `now`, a step at a time; what is not answered with 2xx is told again at the next tick. */
export async function moveParcels(store: Store, now: number, hook: TrackerHook | undefined): Promise<void> {
  if (hook === undefined) return;
  const underWay = (['pre_transit', 'in_transit'] as const).flatMap((status) =>
    store.list<Tracker>(KIND, { where: { status } }).map(({ value }) => value),
  );
  for (const tracker of underWay) {
    const steps = [
      { status: 'in_transit', at: tracker.created + DAY_S },
      { status: 'delivered', at: tracker.delivered },
    ] as const;
    const due = steps.filter(({ at }) => at <= now).slice(tracker.status === 'pre_transit' ? 0 : 1);
    for (const { status, at } of due) {
      if (!(await tell(hook, { ...tracker, status }, at))) break;
      store.put(KIND, tracker.id, { ...tracker, status });
    }
  }
}

async function tell({ url, secret }: TrackerHook, tracker: Tracker, at: number): Promise<boolean> {
  const { id, tracking_code, carrier, status, to } = tracker;
  const datetime = new Date(at * 1000).toISOString();
  const body = JSON.stringify({
    // The same for each try.
    id: `evt_${id.slice(4)}_${status}`,
    object: 'Event',
    mode: 'test',
    description: 'tracker.updated',
    created_at: datetime,
    previous_attributes: { status: status === 'delivered' ? 'in_transit' : 'pre_transit' },
    result: {
      id,
      object: 'Tracker',
      mode: 'test',
      tracking_code,
      carrier,
      status,
      updated_at: datetime,
      tracking_details: [
        {
          object: 'TrackingDetail',
          status,
          message: status === 'delivered' ? 'DELIVERED' : 'IN TRANSIT',
          datetime,
          source: carrier,
          tracking_location: {
            object: 'TrackingLocation',
            city: status === 'delivered' ? to.city : null,
            state: null,
            country: to.country,
            zip: null,
          },
        },
      ],
    },
  });
  const signature = createHmac('sha256', secret.normalize('NFKD')).update(body).digest('hex');
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-hmac-signature': `hmac-sha256-hex=${signature}` },
      body,
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return answer.ok;
  } catch {
    return false;
  }
}
