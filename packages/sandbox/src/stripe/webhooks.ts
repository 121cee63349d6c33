// Signed webhooks to the two endpoints, kept in the store until they are answered 2xx, with knobs to misbehave.
import { createHmac } from 'node:crypto';
import type Stripe from 'stripe';
import type { Store } from '../store.ts';

export type EndpointName = 'platform' | 'connect';

export interface WebhookEndpoint {
  readonly url: string;
  /** whsec_… */
  readonly secret: string;
}

/** Where events go: the platform's own to `platform`, connected accounts' to `connect`. */
export type WebhookEndpoints = Readonly<Record<EndpointName, WebhookEndpoint>>;

/** What goes wrong with the next `times` deliveries (each knob counts down on its own; 'always' until cleared). */
export interface WebhookChaos {
  /** Types it concerns; left out: every type. */
  readonly types?: readonly string[];
  readonly times: number | 'always';
  readonly fault:
    | { readonly kind: 'drop' }
    | { readonly kind: 'duplicate'; readonly copies: number }
    | { readonly kind: 'delay'; readonly ms: number }
    /** Held back until `hold` of them have gathered, then sent newest first. */
    | { readonly kind: 'reorder'; readonly hold: number }
    /** Signed with a time stamp ten minutes old: the SDK refuses it. */
    | { readonly kind: 'stale' }
    /** Signed with a secret that nobody has. */
    | { readonly kind: 'forged' };
}

/** Seconds of real time between the tries of one delivery; the last is repeated until they are used up (about three days). */
const BACK_OFF = [1, 2, 5, 10, 30, 60, 300, 1800, 3600];
const MOST_TRIES = 80;
const LEASE_MS = 15_000;
const ANSWER_MS = 10_000;
const LOOK_ROUND_MS = 250;

/** Stripe's scheme: t=<seconds>,v1=<HMAC-SHA256 of "t.body">, one v1 for each secret in force. */
function signatureHeader(body: string, secrets: readonly string[], atSeconds: number): string {
  const signatures = secrets.map((secret) => createHmac('sha256', secret).update(`${atSeconds}.${body}`).digest('hex'));
  return [`t=${atSeconds}`, ...signatures.map((signature) => `v1=${signature}`)].join(',');
}

export interface Deliveries {
  /** Queues an event for its endpoint; call it in the transaction that made the event. */
  queue(event: Stripe.EventBase): void;
  /** Starts sending, and goes on by itself until `stop`. */
  start(): void;
  stop(): Promise<void>;
  /** Resolves when nothing that is due now is unsent. What is delayed, held or waiting for its next try doesn't count. */
  settled(): Promise<void>;
  /** Makes everything unsent (delayed, held, failed) due now, and sends it. */
  flush(): Promise<void>;
  setChaos(chaos: readonly WebhookChaos[]): void;
  /** From now on signs with `secret`; with `keep` also with the old one, as Stripe does while a secret is rolled. */
  rotateSecret(endpoint: EndpointName, secret: string, keep: boolean): void;
  log(limit: number): DeliveryRow[];
}

export interface DeliveryRow {
  readonly id: number;
  readonly event: string;
  readonly endpoint: string;
  readonly state: string;
  readonly tries: number;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
}

interface Settings {
  chaos: WebhookChaos[];
  secrets: Partial<Record<EndpointName, string[]>>;
}

interface Due {
  readonly id: number;
  readonly event: string;
  readonly endpoint: EndpointName;
  readonly state: string;
  readonly tries: number;
}

/**
 * @param endpoints is asked for each delivery, so that a port found out late is fine; undefined: webhooks wait.
 * Delivery runs on real time, not on the sandbox's clock: freshness of a signature is about the wire.
 */
export function createDeliveries(
  store: Store,
  endpoints: () => WebhookEndpoints | undefined,
  warn: (details: object, message: string) => void,
): Deliveries {
  let timer: NodeJS.Timeout | undefined;
  let running = false;
  let woken = false;
  let pass: Promise<void> = Promise.resolve();
  const stopping = new AbortController();

  const add = store.sql.prepare('INSERT INTO deliveries (event, endpoint, state, due_at) VALUES (?, ?, ?, ?)');
  const claim = store.sql.prepare(
    `UPDATE deliveries SET leased_until = ?1, tries = tries + 1
     WHERE endpoint = ?2 AND state IN ('due', 'stale', 'forged') AND due_at <= ?3 AND leased_until < ?3
       AND event = (SELECT event FROM deliveries
                    WHERE endpoint = ?2 AND state IN ('due', 'stale', 'forged') AND due_at <= ?3 AND leased_until < ?3
                    ORDER BY due_at, id LIMIT 1)
     RETURNING id, event, endpoint, state, tries`,
  );
  const finish = store.sql.prepare(
    'UPDATE deliveries SET state = ?, due_at = ?, leased_until = 0, last_status = ?, last_error = ? WHERE id = ?',
  );
  const lastDue = store.sql.prepare(
    `SELECT count(*) AS n FROM deliveries WHERE state IN ('due', 'stale', 'forged') AND due_at <= ?`,
  );

  function settings(): Settings {
    return store.get<Settings>('webhook_settings', 'webhooks') ?? { chaos: [], secrets: {} };
  }

  function queue(event: Stripe.EventBase): void {
    const endpoint: EndpointName = event.account === undefined ? 'platform' : 'connect';
    const state = settings();
    const chaos = takeChaos(state, event.type);
    if (chaos !== undefined) store.put('webhook_settings', 'webhooks', state);
    const now = Date.now();
    wake();
    switch (chaos?.fault.kind) {
      case undefined:
        add.run(event.id, endpoint, 'due', now);
        break;
      case 'drop':
        add.run(event.id, endpoint, 'dropped', now);
        break;
      case 'duplicate':
        for (let copy = 0; copy <= chaos.fault.copies; copy++) add.run(event.id, endpoint, 'due', now);
        break;
      case 'delay':
        add.run(event.id, endpoint, 'due', now + chaos.fault.ms);
        break;
      case 'reorder':
        add.run(event.id, endpoint, 'held', now);
        releaseHeld(store, endpoint, chaos.fault.hold, now);
        break;
      case 'stale':
      case 'forged':
        add.run(event.id, endpoint, chaos.fault.kind, now);
        break;
    }
  }

  async function send(due: Due, endpoint: WebhookEndpoint): Promise<void> {
    const event = store.get<Stripe.EventBase>('event', due.event);
    if (event === undefined) throw new Error(`delivery ${due.id} names no event`);
    // Stripe's bodies are pretty-printed: who signs or re-serialises a parsed body finds out here.
    const body = JSON.stringify(event, null, 2);
    const secrets = due.state === 'forged' ? ['whsec_nobody'] : (settings().secrets[due.endpoint] ?? [endpoint.secret]);
    const at = Math.floor(Date.now() / 1000) - (due.state === 'stale' ? 600 : 0);
    const outcome = await post(endpoint.url, body, signatureHeader(body, secrets, at), stopping.signal);
    if (stopping.signal.aborted && !outcome.ok) return;
    if (outcome.ok) {
      finish.run('sent', Date.now(), outcome.status, null, due.id);
      return;
    }
    warn(
      { endpoint: due.endpoint, event: due.event, type: event.type, status: outcome.status, reason: outcome.error },
      'webhook not taken',
    );
    // A stale or forged one is for showing that it is refused; the next try is a good one.
    const wait = (BACK_OFF[Math.min(due.tries, BACK_OFF.length) - 1] ?? 1) * 1000;
    finish.run(due.tries >= MOST_TRIES ? 'failed' : 'due', Date.now() + wait, outcome.status, outcome.error, due.id);
  }

  async function sendAll(endpointName: EndpointName): Promise<void> {
    for (;;) {
      const endpoint = endpoints()?.[endpointName];
      if (endpoint === undefined || stopping.signal.aborted) return;
      const now = Date.now();
      // Copies of one event come at the same moment, as when two of a provider's machines tell of it.
      const rows = claim.all(now + LEASE_MS, endpointName, now);
      if (rows.length === 0) return;
      await Promise.all(
        rows.map((row) =>
          send(
            {
              id: Number(row.id),
              event: String(row.event),
              endpoint: endpointName,
              state: String(row.state),
              tries: Number(row.tries),
            },
            endpoint,
          ),
        ),
      );
    }
  }

  /** Sends soon: after the running transaction, which is synchronous, has been committed. */
  function wake(): void {
    if (!running || woken) return;
    woken = true;
    setImmediate(() => {
      woken = false;
      run().catch(passFailed);
    });
  }

  function passFailed(error: unknown): void {
    warn({ error: String(error) }, 'webhook pass failed');
  }

  function run(): Promise<void> {
    // One pass after the other: an endpoint gets its events in order unless a knob says otherwise.
    const next = pass
      .catch(() => undefined)
      .then(async () => {
        await Promise.all([sendAll('platform'), sendAll('connect')]);
      });
    pass = next;
    return next;
  }

  return {
    queue,
    start() {
      if (running) return;
      running = true;
      // What this process queues is sent at once; the look round is for retries and for what other processes queue.
      const turn = () => {
        run()
          .catch(passFailed)
          .finally(() => {
            if (running) timer = setTimeout(turn, LOOK_ROUND_MS);
          });
      };
      turn();
    },
    async stop() {
      running = false;
      clearTimeout(timer);
      stopping.abort();
      await pass.catch(() => undefined);
    },
    async settled() {
      do {
        await run();
      } while (endpoints() !== undefined && !stopping.signal.aborted && Number(lastDue.get(Date.now())?.n) > 0);
    },
    async flush() {
      // After the running pass: what it holds must not be sent twice.
      await pass.catch(() => undefined);
      store.sql
        .prepare(
          `UPDATE deliveries SET state = 'due', due_at = ?, leased_until = 0 WHERE state IN ('due', 'held', 'failed')`,
        )
        .run(Date.now());
      await run();
    },
    setChaos(chaos) {
      store.put('webhook_settings', 'webhooks', { ...settings(), chaos: [...chaos] });
    },
    rotateSecret(endpoint, secret, keep) {
      const state = settings();
      const old = state.secrets[endpoint] ?? [endpoints()?.[endpoint].secret].filter((known) => known !== undefined);
      state.secrets[endpoint] = keep ? [secret, ...old] : [secret];
      store.put('webhook_settings', 'webhooks', state);
    },
    log(limit) {
      const rows = store.sql
        .prepare(
          'SELECT id, event, endpoint, state, tries, last_status, last_error FROM deliveries ORDER BY id DESC LIMIT ?',
        )
        .all(limit);
      return rows.map((row) => ({
        id: Number(row.id),
        event: String(row.event),
        endpoint: String(row.endpoint),
        state: String(row.state),
        tries: Number(row.tries),
        lastStatus: row.last_status === null ? null : Number(row.last_status),
        lastError: row.last_error === null ? null : String(row.last_error),
      }));
    },
  };
}

/** The first knob that concerns this type; one use of it is taken off. */
function takeChaos(state: Settings, type: string): WebhookChaos | undefined {
  const index = state.chaos.findIndex((chaos) => chaos.types === undefined || chaos.types.includes(type));
  const chaos = state.chaos[index];
  if (chaos === undefined || chaos.times === 'always') return chaos;
  if (chaos.times <= 1) state.chaos.splice(index, 1);
  else state.chaos[index] = { ...chaos, times: chaos.times - 1 };
  return chaos;
}

function releaseHeld(store: Store, endpoint: EndpointName, hold: number, now: number): void {
  const held = store.sql
    .prepare(`SELECT id FROM deliveries WHERE endpoint = ? AND state = 'held' ORDER BY id DESC`)
    .all(endpoint);
  if (held.length < hold) return;
  const release = store.sql.prepare(`UPDATE deliveries SET state = 'due', due_at = ? WHERE id = ?`);
  // The newest becomes due first: all of them before now, a millisecond apart.
  held.forEach((row, index) => {
    release.run(now - held.length + index, Number(row.id));
  });
}

type Outcome = { ok: true; status: number } | { ok: false; status: number | null; error: string };

async function post(url: string, body: string, signature: string, stopped: AbortSignal): Promise<Outcome> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      body,
      redirect: 'manual',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
        'stripe-signature': signature,
      },
      signal: AbortSignal.any([AbortSignal.timeout(ANSWER_MS), stopped]),
    });
    await answer.body?.cancel();
    if (answer.ok) return { ok: true, status: answer.status };
    return { ok: false, status: answer.status, error: `answered ${answer.status}` };
  } catch (error) {
    return { ok: false, status: null, error: error instanceof Error ? error.message : String(error) };
  }
}
