// A bird in every field that people fill, and in what browsers send along: it must sing in no log.
import { type Endpoint, permissions } from '@videowindow/contract';
import { api } from '@videowindow/contract/api';
import { describe, expect, it } from 'vitest';
import { freeTexts, type Route } from './free-text.ts';
import { ENDS_OR_HIDES, type World } from './hostile.ts';

/** One of them fits nearly every field: names, notes, addresses, numbers, links, codes. */
const BIRDS = [
  'Kanari Vogelsang, 7 Kanari Lane',
  'kanari.vogelsang@people.test',
  'https://kanari-vogelsang.test/kanari',
  'kanarivogelsang',
  'Kanari',
  '/kanari-vogelsang',
  '+351912000111',
  '912000',
];
const SONG = /kanari|vogelsang|912000/i;

/** Fields that none of them fits: codes of two or three letters. */
const CODES = /(currency|country|countries\.\*|captions)$/;

export const describeCanaries = (world: () => World, logged: readonly string[]): void => {
  const routes = Object.keys(api) as Route[];
  const whoFor = (route: Route): string => {
    const { cookies } = world();
    if (ENDS_OR_HIDES.test(route)) return cookies.spare;
    const { any = [] }: { any?: readonly string[] } = permissions[api[route].action];
    if (any.includes('moderator')) return cookies.moderator;
    return any.includes('admin') ? cookies.admin : cookies.owner;
  };
  const send = async (route: Route, query = '', body?: unknown) => {
    const [method = '', template = ''] = route.split(' ');
    const path = template.replaceAll(/:(\w+)/g, (_, name: string) =>
      /id$/i.test(name) ? (world().ids[0] ?? '') : 'kanari-vogelsang',
    );
    const answer = await fetch(`${world().url}/api/v1${path}${query}`, {
      method,
      headers: {
        cookie: `${whoFor(route)}; kanari=vogelsang`,
        origin: world().url,
        'user-agent': 'Kanari/1.0 (Vogelsang)',
        referer: `${world().url}/kanari?q=vogelsang`,
        'x-forwarded-for': 'kanari',
        'idempotency-key': crypto.randomUUID(),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    expect(answer.status, route).not.toBe(500);
    await answer.arrayBuffer();
  };

  describe('what people write into any field, path, query or header', () => {
    it('is in no log', async () => {
      const each = freeTexts(BIRDS, (fitting) => fitting.slice(0, 1));
      const filled = new Set(each.map(({ route, field }) => `${route} ${field}`));
      const left = freeTexts(BIRDS, () => [''])
        .map(({ route, field }) => `${route} ${field}`)
        .filter((name) => !filled.has(name));
      expect(left.filter((name) => !CODES.test(name))).toEqual([]);
      for (const { route, body } of each) await send(route, '', body);
      for (const route of routes) {
        const { query } = api[route] as Endpoint;
        const { properties = {} } = (query ?? {}) as { properties?: object }; // a query's schema is an object's
        for (const name of Object.keys(properties)) await send(route, `?${name}=Kanari%20Vogelsang`);
        if (route.startsWith('GET ')) await send(route);
      }

      expect(logged.length).toBeGreaterThan(0);
      expect(logged.filter((line) => SONG.test(line))).toEqual([]);
    });
  });
};
