// Apps' shells on origins of their own (CORS, https://fetch.spec.whatwg.org/#http-cors-protocol): they call the API by
// their tokens. No cookie of a browser counts for them, so that being named here gives them nobody's session.
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';

const ASKED_AGAIN_AFTER_S = 600;
/** What an answer says beyond its body that apps want to read. */
const READABLE =
  'x-request-id, etag, retry-after, ratelimit-limit, ratelimit-remaining, ratelimit-reset, location, upload-offset, tus-resumable';
const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE';
const SENDABLE =
  'authorization, content-type, idempotency-key, if-match, if-none-match, range, tus-resumable, upload-length, upload-metadata, upload-offset';

/** @param origins as browsers write them: `https://app.example`, `capacitor://localhost` */
export const createApps = (origins: readonly string[]) => {
  const isApp = ({ origin }: IncomingHttpHeaders): boolean => origin !== undefined && origins.includes(origin);
  return {
    isApp,
    /** Opens a request's answer to the app that asks, whose cookies are left out. @returns whether it only asked for leave */
    admit(request: FastifyRequest, reply: FastifyReply): boolean {
      if (origins.length > 0) reply.header('vary', 'origin');
      if (!isApp(request.headers)) return false;
      const { headers } = request;
      reply.headers({
        'access-control-allow-origin': headers.origin,
        'access-control-expose-headers': READABLE,
      });
      const asks = request.method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
      if (asks) {
        reply.headers({
          'access-control-allow-methods': METHODS,
          'access-control-allow-headers': SENDABLE,
          'access-control-max-age': ASKED_AGAIN_AFTER_S,
        });
      }
      // From here on it is a program, as any that is no browser.
      for (const name of ['origin', 'cookie', 'sec-fetch-site']) delete headers[name];
      return asks;
    },
  };
};
