// Makers and buyers who ask whichever server stands, and ask again with the same key until they have an answer.
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { type Client, createClient, isApiError } from '@videowindow/client';
import type { Role } from '@videowindow/contract';
import { completeOnboarding } from '@videowindow/sandbox/visitor';
import { newId, sha256 } from '../../apps/server/src/platform/crypto/index.ts';
import type { Random } from './random.ts';
import type { Stage } from './stage.ts';

export type Person = {
  readonly id: string;
  /** Asks whichever server stands. */
  readonly client: Client;
  /** Asks this server only, by its place. */
  at(server: number): Client;
};

/** An answer for good: done, or refused with a code. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly code: string };

/** What says nothing about whether it was done: ask again. */
const PASSING = new Set([
  'timed_out',
  'network_unreachable',
  'idempotency_in_flight',
  'checkout_in_progress',
  'external_service_unavailable',
  'database_unavailable',
  'shutting_down',
  'rate_limited',
]);
const MOST_TRIES = 400;

/**
 * Asks until there is an answer for good: whatever is repeated has the same idempotency key.
 * @param failures counts answers that say that the server did something wrong
 */
export const stubborn = async <T>(failures: Failures, ask: () => Promise<T>): Promise<Outcome<T>> => {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    try {
      return { ok: true, value: await ask() };
    } catch (error) {
      if (!isApiError(error)) throw error;
      if (error.status === 500) failures.internal.push(`${ask}`);
      else if (!PASSING.has(error.code) && error.status < 500) return { ok: false, code: error.code };
      await wait(100);
    }
  }
  failures.silent++;
  return { ok: false, code: 'never_answered' };
};

export type Failures = { internal: string[]; silent: number };

/** People with a session each, as signing in makes it; it outlasts every shift of the clock. */
export const invite = async (
  stage: Stage,
  random: Random,
  names: readonly string[],
  roles: readonly Role[] = [],
): Promise<Person[]> => {
  const people = names.map((name) => ({ id: newId(), name, token: randomBytes(32).toString('base64url') }));
  await stage.app.database.pool.query(
    `insert into users (id, email, handle, display_name, roles)
     select id, name || '@chaos.test', name, initcap(name), $3 from unnest($1::uuid[], $2::text[]) as each (id, name)`,
    [people.map(({ id }) => id), people.map(({ name }) => name), roles],
  );
  await stage.app.database.pool.query(
    `insert into sessions (id, user_id, token_hash, created_at, last_seen_at, proved_at, expires_at)
     select gen_random_uuid(), id, hash, now(), now() + interval '300 days', now() + interval '300 days', now() + interval '900 days'
     from unnest($1::uuid[], $2::text[]) as each (id, hash)`,
    [people.map(({ id }) => id), people.map(({ token }) => sha256(token))],
  );
  const standing = () => {
    const up = stage.servers.filter((server) => server.up());
    return random.pick(up.length > 0 ? up : stage.servers).url;
  };
  return people.map(({ id, token }) => {
    const each = stage.servers.map(({ url }) => clientOf(token, () => url));
    return {
      id,
      client: clientOf(token, standing),
      at(server) {
        const client = each[server];
        if (!client) throw new Error(`there is no server ${server}`);
        return client;
      },
    };
  });
};

const clientOf = (token: string, server: () => string): Client =>
  createClient({
    baseUrl: 'http://any.server.test',
    fetch: async (input, init) => {
      const url = server();
      const headers = new Headers(init?.headers);
      headers.set('cookie', `vw_session=${token}; vw_visitor=${token.slice(0, 22)}`);
      headers.set('origin', url);
      return await fetch(url + new URL(String(input)).pathname + new URL(String(input)).search, { ...init, headers });
    },
  });

/** Makes somebody a maker who can be paid. */
export const becomeMaker = async (person: Person, failures: Failures): Promise<void> => {
  await stubborn(failures, () => person.client.call('POST /makers'));
  const link = await stubborn(failures, () => person.client.call('POST /makers/me/onboarding'));
  if (!link.ok) throw new Error(`a maker cannot be paid: ${link.code}`);
  await completeOnboarding(link.value.url, { firstName: 'Mara', lastName: 'Kilnwright' });
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const maker = await stubborn(failures, () => person.client.call('GET /makers/me'));
    if (maker.ok && maker.value.payoutAccount.state === 'enabled') return;
    await wait(100);
  }
  throw new Error('a maker cannot be paid: the account is not enabled');
};
