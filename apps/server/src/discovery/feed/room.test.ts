// The feed over the wire: pages, who is not in it, how a piece can be bought, what a shared link shows.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createNodeSession } from '@videowindow/client/node';
import type { Sale } from '@videowindow/contract/api/discovery';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '#platform/database';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { linkPayoutAccount, type Person, signIn } from '../../testing/people.ts';
import { refusalOf } from '../../testing/refusal.ts';
import { openStudio, type Studio } from '../../testing/studio.ts';

const UNKNOWN = '01900000-0000-7000-8000-00000000000a';
const usd = (amount: number) => ({ amount, currency: 'USD' });

let webFolder: string;
let app: TestApp;
let maker: Person;
let viewer: Person;
let moderator: Person;
let studio: Studio;

beforeAll(async () => {
  webFolder = await mkdtemp(join(tmpdir(), 'videowindow-web-'));
  await writeFile(
    join(webFolder, 'index.html'),
    '<!doctype html><head><!--head--></head><!--first-picture--><script src="/a.js"></script><!--answers-->',
  );
  app = await startTestApp({ webFolder });
  maker = await signIn(app, 'ines', ['maker']);
  viewer = await signIn(app, 'vera');
  moderator = await signIn(app, 'noor', ['moderator']);
  studio = await openStudio(app);
  await linkPayoutAccount(app, maker);
});
afterAll(async () => {
  await app.stop();
  await rm(webFolder, { recursive: true });
});

type Reader = Pick<Person, 'client'>;
const feedPage = (reader: Reader, query: { cursor?: string; limit?: number } = {}) =>
  reader.client.call('GET /feed/:name', { params: { name: 'for-you' }, query });
const storyPage = (reader: Reader, id: string) => reader.client.call('GET /feed/story/:id', { params: { id } });
const makerPage = (reader: Reader, id: string, query: { cursor?: string; limit?: number } = {}) =>
  reader.client.call('GET /feed/maker/:id', { params: { id }, query });
const idsIn = (page: { items: { story: { id: string } }[] }) => page.items.map(({ story }) => story.id);
const list = async (title?: string, by = maker) =>
  (await studio.listed(by, moderator, { mediaId: await studio.clip(by), ...(title ? { title } : {}) })).id;

/** Every page to the end, with something done between two of them. */
const walk = async (
  read: (query: { cursor?: string; limit: number }) => ReturnType<typeof feedPage>,
  limit: number,
  between: () => Promise<unknown> = async () => {},
) => {
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await read({ limit, ...(cursor ? { cursor } : {}) });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    seen.push(...idsIn(page));
    cursor = page.next ?? undefined;
    if (cursor) await between();
  } while (cursor);
  return seen;
};

beforeEach(async () => {
  await sql`update stories set state = 'archived' where state = 'listed'`.execute(app.database.db);
});

describe('a feed', () => {
  it('is newest first, and the same for one who is not signed in', async () => {
    const [first, second, third] = [await list(), await list(), await list()];
    const visitor = createNodeSession(app.url());

    expect(idsIn(await feedPage(viewer))).toEqual([third, second, first]);
    expect(idsIn(await feedPage(visitor))).toEqual([third, second, first]);
    expect(idsIn(await makerPage(visitor, maker.id))).toEqual([third, second, first]);
  });

  it('neither repeats nor skips while new stories arrive and old ones leave', async () => {
    const before: string[] = [];
    for (let i = 0; i < 7; i++) before.unshift(await list());
    const leaves = before[0] ?? '';
    let round = 0;
    const meanwhile = async () => {
      await list();
      if (round++ === 0) await maker.client.call('POST /stories/:id/archive', { params: { id: leaves } });
    };

    const seen = await walk((query) => feedPage(viewer, query), 2, meanwhile);

    expect(seen).toEqual(before);
  });

  it('neither repeats nor skips stories that were listed in the same millisecond', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 6; i++) ids.push(await list());
    await sql`update stories set listed_at = '2026-11-21T12:00:00.123Z' where state = 'listed'`.execute(
      app.database.db,
    );

    const inFeed = await walk((query) => feedPage(viewer, query), 2);
    const ofMaker = await walk((query) => makerPage(viewer, maker.id, query), 4);

    expect(inFeed).toHaveLength(6);
    expect([...inFeed].sort()).toEqual([...ids].sort());
    expect(ofMaker).toEqual(inFeed);
  });

  it('holds what is listed and nothing else', async () => {
    const shown = await list();
    const archived = await list();
    const removed = await studio.listed(maker, moderator);
    await studio.draft(maker);
    await studio.submitted(maker);
    await maker.client.call('POST /stories/:id/archive', { params: { id: archived } });
    await moderator.client.call('POST /moderation/stories/:id/decision', {
      params: { id: removed.id },
      body: { decision: 'remove', reason: 'A scam.', version: removed.version },
    });

    expect(idsIn(await feedPage(viewer))).toEqual([shown]);
    expect(idsIn(await makerPage(viewer, maker.id))).toEqual([shown]);
    for (const id of [archived, removed.id]) {
      expect(await refusalOf(storyPage(viewer, id))).toMatchObject({ status: 404 });
      expect(await refusalOf(storyPage(maker, id))).toMatchObject({ status: 404 });
    }
  });

  it('shows neither of two people to the other after a block, whoever blocked, until it is lifted', async () => {
    const other = await signIn(app, 'olga', ['maker']);
    const mine = await list();
    const theirs = await list(undefined, other);
    const visible = async (reader: Person, story: string, of: Person) => ({
      feed: idsIn(await feedPage(reader)).includes(story),
      story: await storyPage(reader, story).then(
        () => true,
        () => false,
      ),
      maker: await makerPage(reader, of.id).then(
        (page) => idsIn(page).includes(story),
        () => false,
      ),
    });
    const everywhere = { feed: true, story: true, maker: true };
    const nowhere = { feed: false, story: false, maker: false };

    const before = [await visible(other, mine, maker), await visible(maker, theirs, other)];
    await maker.client.call('PUT /users/:id/block', { params: { id: other.id } });
    const blocked = [await visible(other, mine, maker), await visible(maker, theirs, other)];
    const third = await visible(viewer, mine, maker);
    await maker.client.call('DELETE /users/:id/block', { params: { id: other.id } });
    const lifted = [await visible(other, mine, maker), await visible(maker, theirs, other)];

    expect(before).toEqual([everywhere, everywhere]);
    expect(blocked).toEqual([nowhere, nowhere]);
    expect(third).toEqual(everywhere);
    expect(lifted).toEqual([everywhere, everywhere]);
  });

  it('fills its pages also when a maker is blocked in between', async () => {
    const other = await signIn(app, 'otto', ['maker']);
    const mine = [await list()];
    await list(undefined, other);
    mine.unshift(await list());
    await viewer.client.call('PUT /users/:id/block', { params: { id: other.id } });

    const page = await feedPage(viewer, { limit: 2 });

    expect(idsIn(page)).toEqual(mine);
    expect(page.next).toBeNull();
  });

  it('that is unknown is not there, and a cursor of another list is refused', async () => {
    const named = (name: string) => viewer.client.call('GET /feed/:name', { params: { name }, query: {} });
    for (const name of ['following', 'constructor', '__proto__', 'FOR-YOU']) {
      expect(await refusalOf(named(name))).toMatchObject({ status: 404, code: 'not_found' });
    }
    const foreign = Buffer.from(JSON.stringify([UNKNOWN])).toString('base64url');
    for (const cursor of ['!', 'e30', foreign]) {
      const refusal = { status: 400, code: 'validation_failed', fields: [{ path: 'cursor' }] };
      expect(await refusalOf(feedPage(viewer, { cursor }))).toMatchObject(refusal);
      expect(await refusalOf(makerPage(viewer, maker.id, { cursor }))).toMatchObject(refusal);
    }
    for (const limit of [0, 101]) {
      expect(await refusalOf(feedPage(viewer, { limit }))).toMatchObject({ code: 'validation_failed' });
    }
    expect(idsIn(await makerPage(viewer, UNKNOWN))).toEqual([]);
  });

  it('brings the grant to play what it shows, to one who has just come too', async () => {
    const id = await list();
    const readers: ((visitor: Reader) => Promise<unknown>)[] = [
      (visitor) => feedPage(visitor),
      (visitor) => storyPage(visitor, id),
      (visitor) => makerPage(visitor, maker.id),
    ];
    const { hlsUrl } = (await storyPage(viewer, id)).story.media;
    for (const read of readers) {
      const visitor = createNodeSession(app.url());
      const before = (await visitor.fetch(hlsUrl)).status;
      await read(visitor);

      expect(before).toBe(403);
      expect(visitor.cookie()).toContain('vw_play=');
      expect((await visitor.fetch(hlsUrl)).status).toBe(200);
    }
  });

  it('asks the database as often for one story as for twelve', async () => {
    for (let i = 0; i < 12; i++) await sell(await list());
    // What works in the background may ask for the same tables meanwhile: the fewest of some tries are the page's own.
    const counted = async (read: () => Promise<unknown>) => {
      const counts: number[] = [];
      for (let tries = 0; tries < 5; tries++) {
        const statements = watchStatements();
        await read();
        counts.push(statements.stop());
      }
      return Math.min(...counts);
    };
    await app.settle();
    await feedPage(viewer);

    const one = await counted(() => feedPage(viewer, { limit: 1 }));
    const twelve = await counted(() => feedPage(viewer, { limit: 12 }));

    expect(one).toBeGreaterThan(3);
    expect(twelve).toBe(one);
    expect(twelve).toBeLessThan(12);
  });
});

/** Counts the statements on tables that a feed is read from, on every connection. */
const watchStatements = () => {
  let count = 0;
  // biome-ignore lint/suspicious/noExplicitAny: pg's own `query` has a dozen overloads; it is only passed through
  const prototype = (app.database.pool as any).Client.prototype;
  const real = prototype.query;
  prototype.query = function (this: unknown, ...args: unknown[]) {
    const [first] = args;
    const text = typeof first === 'string' ? first : String((first as { text?: string } | undefined)?.text ?? '');
    if (/from\s+(stories|users|media|blocks|sessions|listings|auctions)\b|from\s+"(listings|auctions)"/i.test(text))
      count++;
    return real.apply(this, args);
  };
  return {
    stop() {
      prototype.query = real;
      return count;
    },
  };
};

const sell = async (storyId: string) =>
  await maker.client.call('PUT /stories/:storyId/listing', {
    params: { storyId },
    body: {
      askingPrice: usd(9000),
      offerPolicy: { acceptsOffers: true, minimumOffer: usd(3000), startAuctionAt: usd(5000), auctionDurationH: 24 },
      shipping: {
        zones: [{ countries: ['US'], price: usd(1800), further: usd(1800) }],
        combined: false,
        handlingDays: 3,
        pickup: false,
        pickupPlace: null,
      },
    },
  });

describe('how a piece can be bought', () => {
  const saleOf = async (id: string): Promise<Sale> => (await storyPage(viewer, id)).sale;
  const command = (id: string | null, what: 'pause' | 'resume' | 'withdraw') =>
    maker.client.call(`POST /listings/:id/${what}`, { params: { id: id ?? '' } });

  it('is derived from its listing and its auction, the same on the page and in the feed', async () => {
    const id = await list();
    const states: string[] = [];
    const note = async () => {
      const sale = await saleOf(id);
      const inFeed = (await feedPage(viewer)).items.find(({ story }) => story.id === id);
      const { auction, ...rest } = sale;
      expect(inFeed?.sale).toMatchObject(rest);
      states.push(sale.state);
      return sale;
    };

    const none = await note();
    const listing = await sell(id);
    const open = await note();
    await command(listing.id, 'pause');
    const paused = await note();
    await command(listing.id, 'resume');
    await note();
    await viewer.client.call('POST /stories/:storyId/offers', {
      params: { storyId: id },
      body: { amount: usd(5000) },
      idempotencyKey: crypto.randomUUID(),
    });
    await app.settle();
    const auction = await note();
    const accepted = await maker.client.call('GET /auctions/:id', { params: { id: auction.auction?.id ?? '' } });
    await maker.client.call('POST /auctions/:id/accept', {
      params: { id: accepted.id },
      body: { expectedSeq: accepted.seq },
      idempotencyKey: crypto.randomUUID(),
    });
    await app.settle();
    const reserved = await note();
    await sql`update listings set state = 'sold' where id = ${listing.id}`.execute(app.database.db);
    const sold = await note();

    expect(states).toEqual(['not_for_sale', 'open', 'not_for_sale', 'open', 'auction', 'reserved', 'sold']);
    expect(none).toMatchObject({ listingId: null, askingPrice: null, auction: null, acceptsOffers: false });
    expect(open).toMatchObject({ askingPrice: usd(9000), leastOffer: usd(3000), acceptsOffers: true, auction: null });
    expect(paused).toMatchObject({ acceptsOffers: false, auction: null });
    expect(auction).toMatchObject({ acceptsOffers: false, auction: { state: 'live', price: usd(5000), bidCount: 1 } });
    expect(reserved.auction?.state).not.toBe('live');
    expect(sold).toMatchObject({ acceptsOffers: false, auction: { price: usd(5000) } });
  });

  it('is not_for_sale again when the maker withdraws', async () => {
    const id = await list();
    const listing = await sell(id);

    await command(listing.id, 'withdraw');

    expect(await saleOf(id)).toMatchObject({ state: 'not_for_sale', acceptsOffers: false });
  });
});

const answersIn = (html: string): Map<string, string> =>
  new Map(
    [...html.matchAll(/<script[^>]* data-answer="([^"]+)">(.*?)<\/script>/gs)].map(([, url = '', body = '']) => [
      url,
      body,
    ]),
  );

describe('the page of the feed', () => {
  const open = async (reader: Pick<Person, 'fetch'>) => {
    const answer = await reader.fetch('/', { headers: { accept: 'text/html' } });
    const html = await answer.text();
    const { headers } = answer;
    return { answers: answersIn(html), html, cache: headers.get('cache-control'), cookies: headers.getSetCookie() };
  };
  const parsed = (answers: Map<string, string>, path: string) => JSON.parse(answers.get(`/api/v1${path}`) ?? 'null');

  it('brings what the app asks for first, as the API answers it to this person', async () => {
    await list('Tea bowl');
    await list('Moon jar');
    const visitor = createNodeSession(app.url());

    const mine = await open(viewer);
    const theirs = await open(visitor);

    for (const { answers, cache } of [mine, theirs]) {
      expect([...answers.keys()]).toEqual(
        ['/feed/for-you?limit=10', '/site', '/auth/profile'].map((at) => `/api/v1${at}`),
      );
      expect(parsed(answers, '/feed/for-you?limit=10')).toEqual(await feedPage(viewer, { limit: 10 }));
      expect(cache).toBe('private, no-store');
    }
    expect(parsed(mine.answers, '/auth/profile').user.id).toBe(viewer.id);
    expect(parsed(theirs.answers, '/auth/profile').user).toBeNull();
  });

  it('brings the first clip’s picture and the grant to see it, one visitor and not four', async () => {
    await list();
    const visitor = createNodeSession(app.url());

    const { html, cookies } = await open(visitor);
    const [, picture = ''] = /<div id="first-picture" style="--shape:[\d.]+[^>]*><img src="([^"]+)"/.exec(html) ?? [];

    expect(html).toContain(`<link rel="preload" as="image" href="${picture}" fetchpriority="high">`);
    expect((await visitor.fetch(picture)).headers.get('content-type')).toBe('image/jpeg');
    expect(cookies.filter((cookie) => cookie.startsWith('vw_visitor='))).toHaveLength(1);
  });

  it('opens without clips too', async () => {
    const { html, answers } = await open(viewer);

    expect(html).not.toContain('first-picture');
    expect(parsed(answers, '/feed/for-you?limit=10')).toEqual({ items: [], next: null });
  });
});

describe('a shared link', () => {
  const page = async (path: string, accept = 'text/html') => {
    const answer = await fetch(new URL(path, app.url()), { headers: { accept } });
    return { status: answer.status, type: answer.headers.get('content-type') ?? '', html: await answer.text() };
  };
  const jsonLdIn = (html: string) =>
    JSON.parse(/<script[^>]*type="application\/ld\+json"[^>]*>(.*?)<\/script>/s.exec(html)?.[1] ?? 'null');

  it('shows title, maker, words, picture and price', async () => {
    const id = await list('Tea bowl & saucer');
    await sell(id);

    const { status, html } = await page(`/s/${id}`);
    const { image, name, offers } = jsonLdIn(html)['@graph'][1];

    expect(status).toBe(200);
    expect(html).toMatch(/<title>Tea bowl &amp; saucer by [^<]+<\/title>/);
    expect(html).toContain(`<meta property="og:url" content="${app.url()}/s/${id}">`);
    expect(html).toContain('<meta property="og:description" content="One pull. #moonjar">');
    expect(name).toBe('Tea bowl & saucer');
    expect(offers).toMatchObject({ price: '90.00', priceCurrency: 'USD' });
    expect((await fetch(image)).headers.get('content-type')).toBe('image/jpeg');
  });

  it('shows a person, by their old handle too, and nobody where nobody is', async () => {
    const eva = await signIn(app, 'eva');
    await eva.client.call('PATCH /users/me', { body: { handle: 'eva.clay', bio: 'I turn "bowls" <b>.' } });

    for (const path of ['/@eva.clay', '/@EVA']) {
      const { status, html } = await page(path);
      expect(status).toBe(200);
      expect(html).toContain(`<link rel="canonical" href="${app.url()}/@eva.clay">`);
      expect(html).toContain('<meta property="og:description" content="I turn &quot;bowls&quot; &lt;b&gt;.">');
      expect(jsonLdIn(html).mainEntity).toMatchObject({ '@type': 'Person', alternateName: '@eva.clay' });
    }
    expect((await page('/@nobody.here')).status).toBe(404);
  });

  it('lets no title or text out of its place', async () => {
    const hostile = '"><script>alert(1)</script><!-- $& $` \' \u2028 </title>';
    const id = (
      await studio.listed(maker, moderator, {
        title: hostile,
        caption: '',
        sections: [{ kind: 'process', text: `</script><script>alert(2)</script>${'👩‍🎨'.repeat(90)}` }],
      })
    ).id;

    const { html } = await page(`/s/${id}`);
    const scripts = html.match(/<script\b/g) ?? [];

    expect(html).not.toContain('<script>alert');
    expect(html).not.toContain('<!--');
    expect(html).not.toContain('\uFFFD');
    expect(scripts).toHaveLength(5); // the app, the data for search engines, and three answers
    expect(JSON.parse(answersIn(html).get(`/api/v1/feed/story/${id}`) ?? '').story.title).toBe(hostile);
    expect(html.match(/<script(?![^>]*nonce=")/g)).toBeNull();
    expect(jsonLdIn(html)['@graph'][0].name).toBe(hostile);
  });

  it('is a page of its own that says 404 for a story that is not there', async () => {
    const draft = await studio.draft(maker);
    for (const path of [`/s/${draft.id}`, `/s/${UNKNOWN}`, `/s/${'-'.repeat(36)}`, '/s/nothing', '/s/%00']) {
      const { status, type, html } = await page(path);

      expect([path, status]).toEqual([path, 404]);
      expect(type).toContain('text/html');
      expect(html).not.toContain('Moon jar');
    }
  });

  it('is read by programs that say they take anything, as those that draw previews do', async () => {
    const id = await list('Tea bowl');

    const anything = await page(`/s/${id}`, '*/*');
    const asset = await page('/assets/none.js', '*/*');

    expect(anything).toMatchObject({ status: 200, html: expect.stringContaining('og:title') });
    expect(asset).toMatchObject({ status: 404, type: expect.stringContaining('application/problem+json') });
  });
});
