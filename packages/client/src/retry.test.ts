import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ApiError, type ApiErrorCode } from './api-error.ts';
import { MAX_TRIES, waitBeforeRetry } from './retry.ts';

const failure = (code: ApiErrorCode, status: number, retryAfterS?: number) =>
  new ApiError({ code, status, title: 'no', retryAfterS });
const attempts = fc.record({
  tried: fc.integer({ min: 1, max: 10 }),
  repeatable: fc.boolean(),
  random: fc.double({ min: 0, max: 1, noNaN: true }),
});

test('nothing that cannot be repeated is ever tried again, and nothing more often than three times', () => {
  fc.assert(
    fc.property(attempts, fc.constantFrom(0, 409, 422, 500, 502, 503, 504), (attempt, status) => {
      const wait = waitBeforeRetry(failure(status === 0 ? 'network_unreachable' : 'internal', status), attempt);

      if (!attempt.repeatable || attempt.tried >= MAX_TRIES) expect(wait).toBeNull();
      else if (wait !== null) expect(wait).toBeLessThanOrEqual(5_000);
    }),
  );
});

test('a refusal is an answer, not a failure: it is not tried again', () => {
  const attempt = { tried: 1, repeatable: true, random: 0.5 };

  expect(waitBeforeRetry(failure('bid_too_low', 422), attempt)).toBeNull();
  expect(waitBeforeRetry(failure('internal', 500), attempt)).toBeNull();
  expect(waitBeforeRetry(failure('capability_off', 503), attempt)).toBeNull();
});

test('a server that asks for patience gets it, up to the longest wait', () => {
  const attempt = { tried: 1, repeatable: true, random: 0 };

  expect(waitBeforeRetry(failure('shutting_down', 503, 2), attempt)).toBe(2_000);
  expect(waitBeforeRetry(failure('shutting_down', 503, 60), attempt)).toBeNull();
});

test('what is no ApiError is a bug and is not tried again', () => {
  expect(waitBeforeRetry(new TypeError('bug'), { tried: 1, repeatable: true, random: 0 })).toBeNull();
});
