// What a place is, as its settings say it: what is asked for wherever real people are, and what cannot stand together.
import { expect, test } from 'vitest';
import { ConfigError, readSettings } from '#platform/config';
import { readPlace } from './providers.ts';
import { settings } from './settings.ts';

const placeOf = (env: Record<string, string>) => readPlace(readSettings(settings, env));
const REAL = { VW_ENV: 'production', PUBLIC_URL: 'https://video.example' };

test.each([
  ['the demo on this machine', {}, false],
  ['a machine that others reach', { HOST: '0.0.0.0', PUBLIC_URL: 'https://video.example' }, true],
  ['production', REAL, true],
  ['a place behind a proxy on the same machine, whose mails are real', { SMTP_URL: 'smtp://localhost' }, true],
  ['the same, where the operator tries things out', { SMTP_URL: 'smtp://x', STAFF_SECOND_FACTOR: 'false' }, false],
  ['the demo of somebody who wants to see it', { STAFF_SECOND_FACTOR: 'true' }, true],
])('staff of %s need a second factor, or not, by what is at stake', (_place, env, needed) => {
  expect(placeOf(env).staffNeedSecondFactor).toBe(needed);
});

test('production does not start without the second factor of its staff, and says how nobody is locked out', () => {
  expect(() => placeOf({ ...REAL, STAFF_SECOND_FACTOR: 'false' })).toThrow(ConfigError);
  expect(() => placeOf({ ...REAL, STAFF_SECOND_FACTOR: 'false' })).toThrow(/Leave it out.*--release-second-factor/);
});

test('a name for files beside CloudFront is refused at start, with what to take out', () => {
  const cloudFront = { CLOUDFRONT_KEY_PAIR_ID: 'K1' };

  expect(() => placeOf({ ...REAL, ...cloudFront, FILES_URL: 'https://files.example' })).toThrow(/Take FILES_URL out/);
  expect(() => placeOf({ ...REAL, ...cloudFront })).not.toThrow();
});
