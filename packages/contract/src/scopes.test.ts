import { expect, test } from 'vitest';
import { api } from './api/index.ts';
import type { ApiTable } from './endpoint.ts';
import { allows, scopeOf, scopes } from './scopes.ts';

test('to change an area includes to read it, and nothing of another', () => {
  expect(allows(['sales:write'], 'order.read', true)).toBe(true);
  expect(allows(['sales:read'], 'order.read', true)).toBe(true);
  expect(allows(['sales:read'], 'order.ship', false)).toBe(false);
  expect(allows(['stories:write'], 'order.read', true)).toBe(false);
  expect(allows([], 'session.read', true)).toBe(true);
});

test('with every scope a key still reaches nothing of accounts, ways in, money that is kept, and staff', () => {
  const reached = Object.entries(api as ApiTable)
    .filter(([key, { action }]) => allows(scopes, action, key.startsWith('GET')))
    .map(([key]) => key);

  expect(
    reached.filter((key) =>
      /\/(auth\/(?!profile)|admin|moderation|me\/(cards|api-keys)|makers\/me\/onboarding)/.test(key),
    ),
  ).toEqual([]);
  expect(reached.length).toBeGreaterThan(60);
  expect(scopeOf('user.manage', true)).toBeNull();
  expect(scopeOf('card.manage', true)).toBeNull();
});
