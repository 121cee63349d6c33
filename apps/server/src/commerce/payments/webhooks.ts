// What the provider tells us. The route keeps the event and answers; the job fetches the object again and acts on that.
import { DomainError } from '@videowindow/contract';
import { accountsToCompare, comparedAccount, refreshAccount } from './accounts.ts';
import { hearCard, hearSetup } from './cards.ts';
import { provider } from './checkout.ts';
import type { HeardEvent, PaymentsDeps } from './deps.ts';
import { refreshRefund } from './refunds.ts';
import { settle } from './settle.ts';
import { type EventEndpoint, type ProviderEvent, Refused } from './settlement.ts';
import * as store from './store.ts';

export const HANDLE_EVENT = 'payments.handle_event';
const CURSOR = 'stripe-events';
/** Events are compared again this far back: what was still being written when the last comparison ran. */
const OVERLAP_S = 600;
/** Stripe keeps events for 30 days. */
const KEPT_S = 29 * 86_400;

/**
 * Keeps what the provider says, signed over the bytes that came.
 * @throws DomainError not_found, malformed_request, capability_off
 */
export const takeWebhook = async (
  deps: PaymentsDeps,
  name: string,
  body: unknown,
  signature: unknown,
): Promise<void> => {
  const endpoint = endpointOf(name);
  await receive(deps, endpoint, verify(deps, endpoint, body, signature));
};

const endpointOf = (name: string): EventEndpoint => {
  if (name === 'platform' || name === 'connect') return name;
  throw new DomainError('not_found');
};

const verify = (deps: PaymentsDeps, endpoint: EventEndpoint, body: unknown, signature: unknown): ProviderEvent => {
  if (!Buffer.isBuffer(body) || typeof signature !== 'string') throw new DomainError('malformed_request');
  try {
    return provider(deps).readWebhook(endpoint, body, signature);
  } catch (error) {
    if (error instanceof Refused || error instanceof SyntaxError) throw new DomainError('malformed_request');
    throw error;
  }
};

/**
 * The event and the job that handles it, in one transaction; a repeat is nothing, and what nobody acts on has no job.
 * @returns whether it was new
 */
const receive = (deps: PaymentsDeps, endpoint: EventEndpoint, event: ProviderEvent): Promise<boolean> => {
  const job = handlerOf(deps, event.type)
    ? deps.jobs.adding(HANDLE_EVENT, { eventId: event.id }, { key: event.id, priority: -5 })
    : null;
  return deps.database.transaction((tx) => store.insertEvent(tx, endpoint, event, job));
};

/** The job. The event only says where to look: the object is fetched as it is now. */
export const handleEvent = async (deps: PaymentsDeps, eventId: string): Promise<void> => {
  const event = await store.findEvent(deps.database.db, eventId);
  if (!event || event.handled_at) return;
  try {
    const { type, subject, account } = event;
    if (subject) await handlerOf(deps, type)?.({ type, subject, account });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    // Gone, or not for us to see: trying again would change nothing.
    deps.log.warn({ err: error, eventId, type: event.type }, 'the provider does not show what its event is about');
  }
  await store.markHandled(deps.database.db, eventId);
};

/** What is done about events of a type; null when nothing is. */
const handlerOf = (deps: PaymentsDeps, type: string): ((event: HeardEvent) => Promise<unknown>) | null => {
  const handlers: PaymentsDeps['otherEvents'] = {
    'checkout.session.': async ({ subject }) => settle(deps, await provider(deps).readSession(subject)),
    'setup_intent.succeeded': ({ subject }) => hearSetup(deps, subject),
    'payment_method.': ({ subject }) => hearCard(deps, subject),
    'refund.': ({ subject }) => refreshRefund(deps, subject),
    'account.updated': ({ subject }) => refreshAccount(deps, subject),
    ...deps.otherEvents,
  };
  const beginning = Object.keys(handlers).find((each) => type.startsWith(each));
  return (beginning && handlers[beginning]) || null;
};

/**
 * Compares the provider's events with ours, takes in what never came, and has handled again what hangs. Its own events
 * every time, those of makers' accounts in turn. @returns how many had never come
 */
export const reconcile = async (deps: PaymentsDeps): Promise<number> => {
  const { db } = deps.database;
  const nowS = Math.floor((await deps.database.now(db)).getTime() / 1000);
  const own = await compare(deps, null, nowS, await store.readCursor(db, CURSOR));
  await store.moveCursor(db, CURSOR, own.newest);
  let missed = own.missed;
  for (const { accountId, comparedTo } of await accountsToCompare(db)) {
    missed += await compareAccount(deps, accountId, nowS, comparedTo);
  }
  if (missed > 0) deps.log.warn({ missed }, 'took in events of the provider that no webhook had told');
  for (const eventId of await store.hangingEvents(db)) {
    await deps.database.transaction((tx) => deps.jobs.enqueue(tx, HANDLE_EVENT, { eventId }, { key: eventId }));
  }
  return missed;
};

/** @returns how many had never come */
const compareAccount = async (
  deps: PaymentsDeps,
  accountId: string,
  nowS: number,
  comparedTo: number | null,
): Promise<number> => {
  try {
    const { missed, newest } = await compare(deps, accountId, nowS, comparedTo);
    await comparedAccount(deps.database.db, accountId, newest);
    return missed;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    // Its owner has closed it, or taken it from us: the others must not wait for it.
    deps.log.warn({ err: error, accountId }, "the provider does not show an account's events");
    await comparedAccount(deps.database.db, accountId, comparedTo);
    return 0;
  }
};

/**
 * The platform's events, or those of an account, since the second up to which they were compared. The caller moves that
 * when all was compared: what fails in between begins where it began before.
 */
const compare = async (
  deps: PaymentsDeps,
  accountId: string | null,
  nowS: number,
  comparedTo: number | null,
): Promise<{ missed: number; newest: number }> => {
  const since = Math.max(comparedTo ?? nowS - KEPT_S, nowS - KEPT_S) - OVERLAP_S;
  let missed = 0;
  let newest = since;
  for await (const event of provider(deps).eventsSince(since, accountId)) {
    if (await receive(deps, accountId === null ? 'platform' : 'connect', event)) missed++;
    newest = Math.max(newest, event.created);
  }
  return { missed, newest };
};
