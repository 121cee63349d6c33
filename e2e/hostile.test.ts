// What people write and send at its worst, looked at in a real browser: nothing of it runs, and nobody outside is asked.
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { permissions } from '@videowindow/contract';
import { api } from '@videowindow/contract/api';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../apps/server/src/testing/eventually.ts';
import { freePort } from '../apps/server/src/testing/ports.ts';
import { freeTexts, type Route } from '../apps/server/src/testing/security/free-text.ts';
import type { Account } from './stage/accounts.ts';
import { corpusOf } from './stage/corpus.ts';
import { type Filled, fill } from './stage/filled.ts';
import { tourOf } from './stage/pages.ts';
import { hasPlayed } from './stage/player.ts';
import { useStage } from './stage/stage.ts';

/** `npm run test:security` has the time for every text in every field, and for every page. */
const WHOLE = process.env.CORPUS === 'whole' || process.env.DEEP === '1';

/** Every text in every field, and every page, on a busy machine. */
const WHOLE_MS = 600_000;

const port = await freePort();
// One machine, two names: what is true of one is nothing to the other.
const filesUrl = `http://localhost:${port}`;
const stage = useStage({ PORT: String(port), FILES_URL: filesUrl });

let asked = 0;
const canary = createServer((_request, response) => {
  asked++;
  response.end();
});
canary.listen(0, '127.0.0.1');
await once(canary, 'listening');
const address = canary.address();
const corpus = corpusOf(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`);
const texts = Object.values(corpus).flat();
const { xss = [] } = corpus;
afterAll(() => void canary.close());

/** Titles of a whole market day: they stand on stories, orders, notices, mails, in shared links and file names. */
const TITLES = [xss[0], xss[3], xss[4], xss[1], xss[2]].map((text) => text ?? '');
let filled: Filled;
beforeAll(async () => {
  filled = await fill(
    stage.site(),
    TITLES.map((title) => ({ title })),
    stage.readyClip,
  );
}, 120_000);

describe('what people write', () => {
  it(
    'is kept or refused by every field of every endpoint, and never an error of ours or a header',
    async () => {
      const { ines, anna, noor, ada } = filled;
      const spare = await stage.join('Sam Spare');
      const idFor = idsOf(
        filled,
        await ines.client.call('GET /stories/:storyId/listing', { params: { storyId: filled.stories.open } }),
      );
      const kept = new Set<string>();

      const each = freeTexts(texts, (fitting, at) =>
        WHOLE ? fitting : fitting.slice(at % (fitting.length || 1)).slice(0, 1),
      );
      for (const { route, field, body } of each) {
        for (const who of askersOf(route, { ines, anna, noor, ada, spare })) {
          const { status, headers, text } = await send(who, route, idFor, body);
          expect(status, `${route} ${field}: ${text.slice(0, 300)}`).not.toBe(500);
          expect([...headers.keys()].join() + headers.getSetCookie().join(), `${route} ${field}`).not.toContain(
            'owned',
          );
          expect(text, `${route} ${field}`).not.toMatch(/root:.*:0:0:/);
          if (status < 300) kept.add(`${route} ${field}`);
          if (route === 'POST /makers/me/places') await withoutPlaces(ines); // there may be ten, and the texts are more
        }
      }

      // Enough of it got in that what follows means something.
      expect([...kept]).toEqual(
        expect.arrayContaining([
          'PATCH /users/me displayName',
          'PATCH /users/me bio',
          'POST /stories title',
          'PUT /makers/me/policies shipping',
          'POST /makers/me/places travelNotes',
          'POST /orders/:id/messages text',
          'POST /me/api-keys name',
          'POST /orders/:id/issues text',
        ]),
      );
      expect(new Set(each.map(({ route }) => route)).size).toBeGreaterThan(50);
    },
    WHOLE_MS,
  );

  it(
    'is text on every page that shows it',
    async () => {
      const { ines, anna } = filled;
      const [name = '', , script = ''] = xss;
      for (const person of [ines, anna]) {
        await person.client.call('PATCH /users/me', {
          body: { displayName: name, bio: texts.join(' ').slice(0, 500), city: script },
        });
      }
      await ines.client.call('PUT /makers/me/policies', {
        body: { shipping: texts.join('\n'), returns: script, commissions: name, care: texts.slice(5).join('\n') },
      });
      await anna.client.call('POST /orders/:id/messages', {
        params: { id: filled.orderId },
        body: { text: texts.join('\n').slice(0, 1900), pictures: [] },
      });
      await stage.app().settle();

      const found: string[] = [];
      const pages = new Map<string, Page>();
      const stops = tourOf(filled, TITLES).filter(({ name }) => name !== 'not-found' && (WHOLE || SHORT.has(name)));
      for (const { who, path, name: stop } of [...stops, { who: null, path: '/sandbox/inbox', name: 'inbox' }]) {
        const key = who?.id ?? '';
        const page = pages.get(key) ?? (await guarded(who, found));
        pages.set(key, page);
        await page.goto(path);
        await page.getByRole('heading').first().waitFor();
        await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
        if (!page.url().startsWith(stage.site().url)) found.push(`${stop}: led to ${page.url()}`);
      }

      expect(found).toEqual([]);
      expect(asked).toBe(0);
      expect((await pages.values().next().value?.context().cookies())?.map(({ name }) => name)).not.toContain('owned');
    },
    WHOLE_MS,
  );

  it('would be seen if it ran', async () => {
    const found: string[] = [];
    const page = await guarded(null, found);
    for (const [at, text] of xss.slice(0, 3).entries()) {
      await page.route(`**/bare-${at}`, (route) =>
        route.fulfill({ contentType: 'text/html', body: `<title>No policy</title><input value="${text}">${text}` }),
      );
      await page.goto(`/bare-${at}`);
      await eventually(() => expect(found.join()).toContain(`/bare-${at}`));
    }
  });
});

it('a map is drawn under the policy of every page, by words of ours alone', async () => {
  const { ines, anna } = filled;
  await withoutPlaces(ines);
  const place = { city: 'Lisbon', latitude: 38.71234, longitude: -9.13567, radiusKm: 30, travelNotes: '' };
  await ines.client.call('POST /makers/me/places', { body: { ...place, showsExactly: false } });
  const found: string[] = [];
  const page = await guarded(anna, found);
  const answers: string[] = [];
  page.on('response', (response) => {
    const { pathname } = new URL(response.url());
    // What is told of the place, to a page that others see.
    if (pathname.endsWith('/page')) void response.text().then((text) => answers.push(text));
  });

  await page.goto(`/@${ines.handle}/about`);
  await page.locator('[data-map=drawn]').waitFor({ timeout: 60_000 });

  expect(await page.getByText('In or near Lisbon, within 4 km').count()).toBe(1);
  expect(answers.join()).toContain('"withinKm":4');
  expect(answers.join()).not.toMatch(/38\.712|9\.135/);
  expect(found).toEqual([]);
});

describe('what people send', () => {
  it('plays from the other name, to which no cookie goes, and on which there is nothing else', async () => {
    const { page, visit } = await stage.open(filled.anna);
    const there: { path: string; cookie: string | undefined }[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(filesUrl)) return;
      void request.allHeaders().then(({ cookie }) => there.push({ path: new URL(request.url()).pathname, cookie }));
    });
    await visit(`/s/${filled.stories.open}`);
    await hasPlayed(page, TITLES[1] ?? '');

    expect(there.some(({ path }) => path.endsWith('.m4s') || path.endsWith('.mp4'))).toBe(true);
    expect(there.filter(({ cookie }) => cookie !== undefined)).toEqual([]);
    for (const path of ['/', '/api/v1/site', '/openapi.json', '/sandbox/inbox', '/uploads', '/media/original/x']) {
      const answer = await fetch(filesUrl + path, { headers: { cookie: filled.anna.cookie() } });
      expect([path, answer.status, answer.headers.getSetCookie()]).toEqual([path, 404, []]);
    }
    const posted = await fetch(`${filesUrl}/media/public/x/1/poster.jpg`, { method: 'POST' });
    expect(posted.status).toBe(404);
  });

  it('runs nothing, even where a browser is told that it is a page', async () => {
    const { posterUrl } = await posterOf(filled);
    const evil = '<svg xmlns="http://www.w3.org/2000/svg" onload="top.__xss=1"><script>top.__xss=1</script></svg>';
    const folder = join(stage.app().dataFolder, 'objects', 'media', posterUrl.split('/')[3] ?? '');
    const version = readdirSync(folder).find((name) => name.startsWith('public-')) ?? '';
    writeFileSync(join(folder, version, posterUrl.split('/').at(-1) ?? ''), evil);
    const { page, expectProblem } = await stage.open(null);
    expectProblem(/./); // what its policy refuses is said in the console

    /** Opens it as a file of another type, under the policy that it came with or under none. */
    const ranAs = async (type: string, keepsPolicy: boolean): Promise<boolean> => {
      await page.unroute('**/*');
      await page.route('**/*', async (route) => {
        const response = await route.fetch();
        const { 'content-security-policy': policy = '', ...headers } = response.headers();
        await route.fulfill({
          response,
          headers: { ...headers, 'content-type': type, ...(keepsPolicy ? { 'content-security-policy': policy } : {}) },
        });
      });
      await page.goto(posterUrl);
      await page.waitForLoadState('load');
      return (await page.evaluate('window.__xss === 1').catch(() => false)) as boolean;
    };

    const plain = await fetch(stage.site().url + posterUrl);
    expect(plain.url.startsWith(filesUrl)).toBe(true);
    expect([plain.headers.get('content-type'), plain.headers.get('x-content-type-options')]).toEqual([
      'image/jpeg',
      'nosniff',
    ]);
    expect(await ranAs('image/svg+xml', false)).toBe(true); // or the rest would prove nothing
    expect(await ranAs('image/svg+xml', true)).toBe(false);
    expect(await ranAs('text/html', true)).toBe(false);
  });
});

const withoutPlaces = async ({ client }: Account): Promise<void> => {
  const { places } = await client.call('GET /makers/me/page');
  for (const { id } of places) await client.call('DELETE /makers/me/places/:id', { params: { id } });
};

/** A page in which everything that must not happen is noted. */
const guarded = async (who: Account | null, found: string[]): Promise<Page> => {
  const { page, expectProblem, context } = await stage.open(who);
  expectProblem(/^[45]\d\d |ERR_ABORTED/); // refusals of ours belong to some pages; what a policy refuses does not
  // Whenever it runs, also when the next page is there already.
  await page.exposeFunction('__ran', (where: string) => found.push(`ran in ${where}`));
  await page.addInitScript(`Object.defineProperty(window, '__xss', { set() { __ran(location.href); } })`);
  page.on('dialog', (dialog) => {
    found.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  context.on('page', (opened) => {
    if (opened !== page) found.push(`another page: ${opened.url()}`);
  });
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol.startsWith('http') && origin !== stage.site().url && origin !== filesUrl) found.push(request.url());
  });
  return page;
};

/** Pages with most of what people write, for every day. */
const SHORT = new Set(['feed', 'story', 'profile', 'about-maker', 'order', 'inbox', 'reports']);

const posterOf = async ({ ines, stories }: Filled) => {
  const { story } = await ines.client.call('GET /feed/story/:id', { params: { id: stories.open } });
  return story.media;
};

/** Who may close accounts, end sessions or hide people is played by somebody who is needed nowhere else. */
const ENDS_OR_HIDES =
  /logout|block|\/admin\/users|ban-user|\/auth\/|\/users\/me\/|sessions|account|vacation|\/archive|withdraw/;

const askersOf = (route: Route, people: Record<'ines' | 'anna' | 'noor' | 'ada' | 'spare', Account>): Account[] => {
  if (ENDS_OR_HIDES.test(route)) return [people.spare];
  const { any = [] }: { any?: readonly string[] } = permissions[api[route].action];
  if (any.includes('moderator')) return [people.noor];
  return any.includes('admin') ? [people.ada] : [people.ines, people.anna];
};

/** An id of a thing that is there, by the words of a path. */
const idsOf =
  ({ anna, stories, lockId, orderId }: Filled, listing: { id: string }) =>
  (route: string): string => {
    if (/\/stories/.test(route)) return stories.draft;
    if (/\/listings/.test(route)) return listing.id;
    if (/\/locks/.test(route)) return lockId;
    if (/\/orders/.test(route)) return orderId;
    return anna.id;
  };

const send = async (who: Account, route: Route, idFor: (route: string) => string, body: unknown) => {
  const [method = '', template = ''] = route.split(' ');
  const path = template.replaceAll(/:(\w+)/g, (_, name: string) => (/id$/i.test(name) ? idFor(route) : 'en'));
  const answer = await who.fetch(`/api/v1${path}`, {
    method,
    headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
    body: JSON.stringify(body),
  });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
};
