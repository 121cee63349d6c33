// Members that only the server writes: whoever sends one is refused, on every endpoint, whatever else fits.
import { type Endpoint, permissions } from '@videowindow/contract';
import { api } from '@videowindow/contract/api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryOf } from '../arbitrary.ts';
import type { Route, World } from './hostile.ts';

const OWNED = {
  id: '01900000-0000-7000-8000-00000000000a',
  ownerId: '01900000-0000-7000-8000-00000000000a',
  makerId: '01900000-0000-7000-8000-00000000000a',
  buyerId: '01900000-0000-7000-8000-00000000000a',
  roles: ['admin'],
  isAdmin: true,
  state: 'listed',
  status: 'active',
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  verified: true,
  balance: { amount: 1_000_000, currency: 'USD' },
  fee: { amount: 0, currency: 'USD' },
};

export const describeServerOwned = (world: () => World): void => {
  const routes = (Object.keys(api) as Route[]).filter((route) => {
    const endpoint: Endpoint = api[route];
    return endpoint.body && !endpoint.rawBody;
  });

  describe('members that the server owns', () => {
    it('are refused wherever a body is taken', async () => {
      for (const route of routes) {
        const { body, action }: Endpoint = api[route];
        const [method = '', template = ''] = route.split(' ');
        const { any = [] }: { any?: readonly string[] } = permissions[action];
        const who = any.includes('admin') ? 'admin' : 'owner';
        const [fitting] = fc.sample(arbitraryOf(body), { numRuns: 1, seed: 7 });
        const { properties = {} } = body as { properties?: Record<string, unknown> }; // a body of ours is an object's
        const surplus = Object.fromEntries(Object.entries(OWNED).filter(([name]) => !(name in properties)));
        const path = template.replaceAll(/:\w+/g, () => world().ids[0] ?? '');

        const answer = await fetch(`${world().url}/api/v1${path}`, {
          method,
          headers: {
            'content-type': 'application/json',
            'idempotency-key': crypto.randomUUID(),
            cookie: world().cookies[who],
            origin: world().url,
          },
          body: JSON.stringify({ ...(fitting as object), ...surplus }),
        });
        const { code } = (await answer.json()) as { code?: string };

        // Who may not at all is told so before their body is read.
        expect({ route, code }).toEqual({ route, code: expect.toBeOneOf(['validation_failed', 'forbidden']) });
      }
    });
  });
};
