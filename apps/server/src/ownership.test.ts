// Every route with ids of somebody else's things: nothing is told, nothing is changed. What is open to all is named.

import { Writable } from 'node:stream';
import { createNodeSession } from '@videowindow/client/node';
import { type Endpoint, permissions } from '@videowindow/contract';
import { api } from '@videowindow/contract/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from './testing/app.ts';
import { eventually } from './testing/eventually.ts';
import { type Person, signIn } from './testing/people.ts';
import { describeHostileInput } from './testing/security/any-input.ts';
import { describeCanaries } from './testing/security/canary.ts';
import { type Ask, type Case, casesOf, type Route } from './testing/security/cases.ts';
import { changesIn, watchTables } from './testing/security/changes.ts';
import { describeFloods } from './testing/security/held.ts';
import type { World } from './testing/security/hostile.ts';
import { describeServerOwned } from './testing/security/server-owned.ts';
import { HOME, makeThings, SECRET, type Things } from './testing/security/things.ts';

/** Everything that was logged, down to what only `LOG_LEVEL=debug` shows. */
const logged: string[] = [];
const logTo = new Writable({
  write(chunk, _encoding, done) {
    logged.push(String(chunk));
    done();
  },
});

let app: TestApp;
let things: Things;
let cases: Record<Route, Case>;
/** People who have nothing to do with the things. */
let outsiders: Record<(typeof outsiderNames)[number], Asker>;
let owner: Person;
let buyer: Person;
/** Who may lose their account. */
let spare: Person;

type Asker = Pick<Person, 'fetch' | 'cookie' | 'realtime'>;

beforeAll(async () => {
  app = await startTestApp({
    env: { MEDIA_IMPORT: 'true', CARRIER_WEBHOOK_SECRETS: 'a-secret-of-carriers', LOG_LEVEL: 'debug' },
    logTo,
  });
  owner = await signIn(app, `ines.${SECRET}`, ['maker']);
  buyer = await signIn(app, `bruno.${SECRET}`, ['maker']);
  const moderator = await signIn(app, 'noor', ['moderator']);
  spare = await signIn(app, 'spare');
  outsiders = {
    anonymous: createNodeSession(app.url()),
    viewer: await signIn(app, 'otto'),
    maker: await signIn(app, 'rui', ['maker']),
    moderator: await signIn(app, 'milan', ['moderator']),
    admin: await signIn(app, 'ada', ['admin']),
  };
  things = await makeThings(app, { owner, buyer, moderator });
  cases = casesOf(things, owner);
  await watchTables(app.database);
}, 120_000);
afterAll(() => app.stop());

const ask = async (person: Asker, route: Route, { params = {}, query, body }: Ask) => {
  const [method = '', template = ''] = route.split(' ');
  const path = template.replace(/:(\w+)/g, (_, name: string) => params[name] ?? `no-${name}`);
  const answer = await person.fetch(`/api/v1${path}${query ? `?${query}` : ''}`, {
    method,
    headers: { 'idempotency-key': crypto.randomUUID(), ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return { status: answer.status, text: await answer.text() };
};

const usd = (amount: number) => ({ amount, currency: 'USD' });
/** How often rows of each table were changed so far. */
const changes = () => changesIn(app.database);

/** What only those whom it concerns may read. */
const privateWords = () => [
  SECRET,
  buyer.id,
  buyer.email,
  things.draft,
  things.submitted,
  things.archived,
  things.offer,
  things.held,
  things.order,
  things.issue,
  things.notification,
  things.media,
  things.uploading,
  things.report,
  things.application,
  String(HOME.latitude),
  String(HOME.longitude),
  'autoRejectBelow',
  'Kiln Lane',
];
// The owner's handle is public and made from their address.
const publicPart = (text: string) =>
  text.replaceAll(/"(?:handle|displayName)":"[^"]*"/g, '').replaceAll(/ines\W*zanzibar/gi, '');
const leaksIn = (text: string) => privateWords().filter((word) => word !== '' && publicPart(text).includes(word));

const routes = Object.keys(api) as Route[]; // the table's own keys
const outsiderNames = ['anonymous', 'viewer', 'maker', 'moderator', 'admin'] as const;

/** Whether the permission table lets admins do it to everybody's things; what that does is their rooms' business. */
const isForAdmins = (route: Route): boolean => {
  const { any = [] }: { any?: readonly string[] } = permissions[(api[route] as Endpoint).action];
  return any.includes('admin');
};

describe('every route', () => {
  it('is in the table of this test', () => {
    expect(Object.keys(cases).sort()).toEqual([...routes].sort());
  });

  // These change who asks, or end their sessions; they have tests of their own.
  const apart: readonly Route[] = [
    'POST /auth/logout',
    'POST /makers',
    'POST /users/me/deactivation',
    'POST /users/me/deletion',
  ];
  it.each(routes.filter((route) => !apart.includes(route)))('%s', async (route) => {
    const it = cases[route];
    const before = await changes();

    for (const name of outsiderNames) {
      if (name === 'admin' && it.kind === 'closed' && (it.staff || isForAdmins(route))) continue;
      const { status, text } = await ask(outsiders[name], route, it.ask ?? {});
      const seen = { name, status, leaks: leaksIn(text) };

      expect(status, `${name}: ${text}`).toBeLessThan(500);
      if (it.kind === 'closed' && !(it.staff && name === 'moderator')) {
        // To a maker the form is open; what they put into it is not theirs.
        const refused = route === 'POST /stories' && name === 'maker' ? [400] : [401, 403, 404];
        expect({ ...seen, text }).toEqual({ name, status: expect.toBeOneOf(refused), leaks: [], text });
        expect(await changes()).toEqual(before);
      } else if (name !== 'moderator' && name !== 'admin') {
        expect(seen.leaks).toEqual([]);
        if (it.kind === 'own' && name === 'anonymous') expect(status).toBe(401);
      }
    }
    // What follows of what they or staff did must not fall into the next test's look at all tables.
    if ((it.kind !== 'closed' || it.staff) && !route.startsWith('GET')) await app.settle();
  });
});

describe('the two sides of a sale', () => {
  it.each<[Route, 'owner' | 'buyer', () => Ask]>([
    ['POST /offers/:id/accept', 'buyer', () => ({ params: { id: things.offer } })],
    ['POST /offers/:id/decline', 'buyer', () => ({ params: { id: things.offer } })],
    ['POST /offers/:id/counter', 'buyer', () => ({ params: { id: things.offer }, body: { amount: usd(3000) } })],
    ['POST /offers/:id/open-auction', 'buyer', () => ({ params: { id: things.offer } })],
    ['POST /offers/:id/withdraw', 'owner', () => ({ params: { id: things.offer } })],
    ['POST /auctions/:id/accept', 'buyer', () => ({ params: { id: things.auction }, body: { expectedSeq: 2 } })],
    ['POST /auctions/:id/block', 'buyer', () => ({ params: { id: things.auction }, body: { bidder: 1 } })],
    ['POST /auctions/:id/cancel', 'buyer', () => ({ params: { id: things.auction } })],
    ['POST /auctions/:id/bids', 'owner', () => ({ params: { id: things.auction }, body: { amount: usd(9000) } })],
    ['GET /locks/:id', 'owner', () => ({ params: { id: things.held } })],
    ['POST /locks/:id/checkout', 'owner', () => ({ params: { id: things.held }, body: { delivery: 'ship' } })],
    ['POST /locks/:id/ask-extension', 'owner', () => ({ params: { id: things.held } })],
    ['POST /locks/:id/extend', 'buyer', () => ({ params: { id: things.held } })],
    ['POST /locks/:id/decline', 'owner', () => ({ params: { id: things.held } })],
    [
      'POST /orders/:id/ship',
      'buyer',
      () => ({ params: { id: things.order }, body: { carrier: 'A', trackingNumber: 'B' } }),
    ],
    ['POST /orders/:id/handover', 'buyer', () => ({ params: { id: things.order }, body: { code: '123456' } })],
    ['POST /issues/:id/refund', 'buyer', () => ({ params: { id: things.issue }, body: { text: '' } })],
    ['POST /issues/:id/resolve', 'owner', () => ({ params: { id: things.issue } })],
    [
      'POST /orders/:id/issues',
      'owner',
      () => ({ params: { id: things.order }, body: { reason: 'other', text: 'No', pictures: [] } }),
    ],
    ['POST /orders/:id/confirm', 'owner', () => ({ params: { id: things.order } })],
  ])('%s is not for the %s', async (route, side, asked) => {
    const before = await changes();

    const { status, text } = await ask(side === 'owner' ? owner : buyer, route, asked());

    expect({ status, text }).toEqual({ status: expect.toBeOneOf([403, 404]), text });
    expect(await changes()).toEqual(before);
  });
});

it.each<[Route, () => object]>([
  ['POST /listings/bulk', () => ({ ids: [things.listing], change: { kind: 'pause' } })],
  ['POST /listings/import', () => ({ csv: `id,price\n${things.listing},1.00`, dryRun: false })],
])('%s changes nothing of what it names that is somebody else’s', async (route, body) => {
  const before = await changes();

  for (const name of outsiderNames) await ask(outsiders[name], route, { body: body() });

  expect(await changes()).toEqual(before);
});

describe('beside the API', () => {
  it("somebody else's files and uploads are not there", async () => {
    const { view } = await owner.client.call('GET /media/:id', { params: { id: things.media } });
    const before = await changes();
    // A moderator may watch what waits for them, and no more.
    const closed: [string, string, readonly (keyof typeof outsiders)[]][] = [
      ['GET', view?.hlsUrl ?? '', ['anonymous', 'viewer', 'maker']],
      ['GET', view?.posterUrl ?? '', ['anonymous', 'viewer', 'maker']],
      ['GET', `/media/original/${things.media}`, outsiderNames],
      ['HEAD', `/uploads/${things.uploading}`, outsiderNames],
      ['PATCH', `/uploads/${things.uploading}`, outsiderNames],
      ['DELETE', `/uploads/${things.uploading}`, outsiderNames],
    ];
    const headers = {
      'tus-resumable': '1.0.0',
      'upload-offset': '0',
      'content-type': 'application/offset+octet-stream',
    };
    for (const [method, path, names] of closed) {
      for (const name of names) {
        const { status } = await outsiders[name].fetch(path, { method, headers });
        expect([401, 403, 404], `${method} ${path} by ${name}`).toContain(status);
      }
    }
    expect(await changes()).toEqual(before);
  });

  it('files that people sent may do nothing when they are opened as a page', async () => {
    const { view } = await owner.client.call('GET /media/:id', { params: { id: things.media } });
    for (const path of [`/media/original/${things.media}`, view?.posterUrl ?? '', view?.hlsUrl ?? '']) {
      const { status, headers } = await owner.fetch(path);
      expect({ path, status, policy: headers.get('content-security-policy') }).toEqual({
        path,
        status: expect.toBeOneOf([200, 403, 404]), // without a grant; a copied clip has no original of its own
        policy: expect.stringMatching(/^(sandbox; )?default-src 'none'/),
      });
      if (status === 200) expect(headers.get('content-security-policy')).toContain('sandbox');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it("somebody else's channels are refused", async () => {
    for (const name of ['anonymous', 'viewer', 'maker'] as const) {
      const realtime = outsiders[name].realtime();
      for (const channel of [`media:${things.media}`, `user:${owner.id}`] as const) {
        const refused = Promise.withResolvers<string>();
        realtime.subscribe(channel, {
          onData: () => refused.reject(new Error(`${name} heard ${channel}`)),
          onRefused: refused.resolve,
        });
        expect(await refused.promise).toBe('not_found');
      }
      realtime.close();
    }
  });
});

it('POST /makers makes a maker of the one who asks, and of nobody who is not signed in', async () => {
  const joining = await signIn(app, 'joining');
  const refused = await ask(outsiders.anonymous, 'POST /makers', {});
  const { status, text } = await ask(joining, 'POST /makers', {});

  expect(refused.status).toBe(401);
  expect({ status, id: JSON.parse(text).id }).toEqual({ status: 201, id: joining.id });
});

describe('two people who are apart', () => {
  const reads = routes.filter((route) => route.startsWith('GET '));
  /** Where a route is asked about nobody above: the same about what is the owner's and open to all. */
  const about = (route: Route): Ask => {
    if (route === 'GET /users/:handle') return { params: { handle: `ines.${SECRET}` } };
    if (route === 'GET /feed/story/:id') return { params: { id: things.shown } };
    return cases[route].ask ?? {};
  };
  let blocked: Person;
  let blocker: Person;
  beforeAll(async () => {
    blocked = await signIn(app, 'blocked', ['maker']);
    blocker = await signIn(app, 'blocker', ['maker']);
    await owner.client.call('PUT /users/:id/block', { params: { id: blocked.id } });
    await blocker.client.call('PUT /users/:id/block', { params: { id: owner.id } });
  });

  it.each(reads)('see nothing of each other in %s', async (route) => {
    for (const [name, person] of Object.entries({ blocked, blocker })) {
      // Whom one has blocked oneself one finds, to unblock them.
      if (name === 'blocker' && (route === 'GET /users/:handle' || route === 'GET /users/me/blocks')) continue;
      const { status, text } = await ask(person, route, about(route));
      const found = [owner.id, things.shown, things.listing, things.auction, SECRET].filter((word) =>
        text.includes(word),
      );

      expect({ name, found, isBroken: status >= 500 }).toEqual({ name, found: [], isBroken: false });
    }
  });

  it('hear nothing of each other in a connection that was open before', async () => {
    const fan = await signIn(app, 'fan');
    const heard: string[] = [];
    const socket = fan.realtime();
    socket.subscribe(`auction:${things.auction}`, {
      onData: () => heard.push('data'),
      onRefused: (code) => heard.push(code),
    });
    await eventually(() => expect(heard).toContain('data'));
    await owner.client.call('PUT /users/:id/block', { params: { id: fan.id } });
    await eventually(() => expect(heard.at(-1)).toBe('not_found'));
    socket.close();
  });

  it('go on with the orders that they have', async () => {
    await owner.client.call('PUT /users/:id/block', { params: { id: buyer.id } });
    for (const person of [owner, buyer]) {
      const order = await person.client.call('GET /orders/:id', { params: { id: things.order } });
      expect(order.id).toBe(things.order);
    }
    expect((await ask(buyer, 'GET /offers/:id', { params: { id: things.offer } })).status).toBe(404);
    await owner.client.call('DELETE /users/:id/block', { params: { id: buyer.id } });
  });
});

it('POST /auth/logout ends the session of the one who asks and no other', async () => {
  const leaving = await signIn(app, 'leaving');
  const { status } = await ask(leaving, 'POST /auth/logout', {});

  expect(status).toBe(204);
  expect((await leaving.client.call('GET /auth/profile')).user).toBeNull();
  expect((await owner.client.call('GET /auth/profile')).user?.id).toBe(owner.id);
});

const world = (): World => ({
  url: app.url(),
  cookies: {
    anonymous: '',
    viewer: outsiders.viewer.cookie(),
    owner: owner.cookie(),
    buyer: buyer.cookie(),
    moderator: outsiders.moderator.cookie(),
    admin: outsiders.admin.cookie(),
    spare: spare.cookie(),
  },
  ids: [...Object.values(things), owner.id].filter((id) => id !== ''),
  auctionId: things.auction,
  mediaId: things.media,
});

describeServerOwned(world);
describeHostileInput(world);
describeFloods(world);
describeCanaries(world, logged);

it('nothing that people are called by, or wrote, is in the logs of all this', () => {
  expect(logged.length).toBeGreaterThan(0);
  for (const line of logged) expect(line.toLowerCase()).not.toContain(SECRET);
});
