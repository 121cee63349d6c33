// Soft limits: a fixed window per person (or per network address) and route, in this process. Limits that guard codes
// or money live in PostgreSQL.
import { DomainError } from '@videowindow/contract';
import type { FastifyReply } from 'fastify';

type Window = { count: number; endsAt: number };

/** Whom a limit counts: a person, or an IPv4 address, or the /64 of an IPv6 address. */
export const limitKey = (actorId: string | null, address: string): string => actorId ?? networkOf(address);

/** An IPv6 address by its first 64 bits, since one subscriber usually has all of them; mapped IPv4 as IPv4. */
export const networkOf = (address: string): string => {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped?.[1]) return mapped[1];
  if (!address.includes(':')) return address;
  const [head = '', tail = ''] = address.split('::');
  const front = head ? head.split(':') : [];
  const back = tail ? tail.split(':') : [];
  const groups = address.includes('::')
    ? [...front, ...Array(Math.max(0, 8 - front.length - back.length)).fill('0'), ...back]
    : front;
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
};

export const createRateLimiter = (scale: number, now: () => number = Date.now) => {
  const windows = new Map<string, Window>();
  const sweep = setInterval(() => {
    for (const [key, window] of windows) if (window.endsAt <= now()) windows.delete(key);
  }, 60_000);
  sweep.unref();
  return {
    /** Counts one request. @throws DomainError rate_limited with `retryAfterS`. */
    take(key: string, limit: { max: number; windowS: number }, reply: FastifyReply) {
      const max = Math.round(limit.max * scale);
      let window = windows.get(key);
      if (!window || window.endsAt <= now()) {
        window = { count: 0, endsAt: now() + limit.windowS * 1000 };
        windows.set(key, window);
      }
      window.count++;
      const resetS = Math.max(1, Math.ceil((window.endsAt - now()) / 1000));
      reply
        .header('ratelimit-limit', max)
        .header('ratelimit-remaining', Math.max(0, max - window.count))
        .header('ratelimit-reset', resetS);
      if (window.count > max) throw new DomainError('rate_limited', { retryAfterS: resetS });
    },
    close: () => clearInterval(sweep),
  };
};
