// A session outside a browser: for tests, scripts and servers. Keeps cookies as a browser would for one origin.
import { type Client, createClient } from './client.ts';
import { createRealtime, type Realtime } from './realtime.ts';

export type NodeSession = {
  client: Client;
  /** Opens a socket as this session; close it when done. */
  realtime: (options?: { onClock?: (offsetMs: number) => void }) => Realtime;
  /** The session's fetch, for addresses outside the API. Relative ones are taken from the origin. */
  fetch: typeof fetch;
  /** The `cookie` header as it would be sent now, for uploads. */
  cookie: () => string;
};

/** A fresh, signed-out session with a server, e.g. `http://127.0.0.1:8080`. */
export function createNodeSession(baseUrl: string): NodeSession {
  const origin = new URL(baseUrl).origin;
  const jar = new Map<string, string>();
  const cookie = () => [...jar].map(([name, value]) => `${name}=${value}`).join('; ');

  const keep = (response: Response) => {
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';');
      const at = pair.indexOf('=');
      const name = pair.slice(0, at).trim();
      const ended = attributes.some((attribute) => {
        const [key = '', value = ''] = attribute.trim().split('=');
        return (
          (key.toLowerCase() === 'max-age' && Number(value) <= 0) ||
          (key.toLowerCase() === 'expires' && Date.parse(value) <= Date.now())
        );
      });
      if (ended) jar.delete(name);
      else jar.set(name, pair.slice(at + 1).trim());
    }
  };

  const sessionFetch: typeof fetch = async (input, init) => {
    const request = new Request(input instanceof Request ? input : new URL(String(input), origin), init);
    if (new URL(request.url).origin === origin) {
      if (jar.size > 0) request.headers.set('cookie', cookie());
      request.headers.set('origin', origin);
    }
    const response = await fetch(request);
    keep(response);
    return response;
  };

  return {
    client: createClient({ baseUrl: origin, fetch: sessionFetch }),
    realtime: (options) =>
      createRealtime({
        baseUrl: origin,
        ...options,
        // Node's own WebSocket takes headers beside protocols; the DOM's type does not know that.
        openSocket: (url) => new WebSocket(url, { headers: { cookie: cookie(), origin } } as unknown as string[]),
      }),
    fetch: sessionFetch,
    cookie,
  };
}
