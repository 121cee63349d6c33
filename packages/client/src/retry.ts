import { ApiError } from './api-error.ts';

/** Tries in all, so two retries. */
export const MAX_TRIES = 3;
const FIRST_WAIT_MS = 300;
const LONGEST_WAIT_MS = 5_000;

/**
 * Milliseconds to wait before try number `tried + 1`, or null when it should not be tried again.
 * Only what can be repeated is: safe and idempotent methods, and POSTs that carry an idempotency key.
 * @param random 0 to 1; full jitter, so that many clients do not come back at once.
 */
export function waitBeforeRetry(
  error: unknown,
  attempt: { tried: number; repeatable: boolean; random: number },
): number | null {
  if (!(error instanceof ApiError) || attempt.tried >= MAX_TRIES || !attempt.repeatable) return null;
  const passing =
    error.code === 'network_unreachable' ||
    error.code === 'timed_out' ||
    error.code === 'idempotency_in_flight' ||
    error.status === 502 ||
    error.status === 504 ||
    (error.status === 503 && error.code !== 'capability_off');
  if (!passing) return null;
  const backOff = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt.tried - 1)) * attempt.random;
  const asked = (error.retryAfterS ?? 0) * 1000;
  return asked > LONGEST_WAIT_MS ? null : Math.max(backOff, asked);
}

/** Resolves after `ms`, rejects with the signal's reason when it is aborted first. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });
}
