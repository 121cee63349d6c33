// How the official stripe SDK is pointed at the sandbox. The SDK takes host, port and protocol, but its path is always
// /v1; what it does take is the fetch function of its HTTP client, and that can put a path in front.

export interface StripeTarget {
  readonly host: string;
  readonly port: number;
  readonly protocol: 'http' | 'https';
  /** For Stripe.createFetchHttpClient. */
  readonly fetch: typeof fetch;
}

/**
 * @param base where the sandbox's Stripe is, such as http://127.0.0.1:8080/sandbox/stripe
 * @example
 * const { fetch, ...target } = stripeTarget('http://127.0.0.1:8080/sandbox/stripe');
 * const stripe = new Stripe('sk_test_sandbox', { ...target, httpClient: Stripe.createFetchHttpClient(fetch) });
 */
export function stripeTarget(base: string): StripeTarget {
  const { hostname, port, protocol, pathname } = new URL(base);
  const secure = protocol === 'https:';
  const prefix = pathname.replace(/\/$/, '');
  return {
    host: hostname,
    port: port === '' ? (secure ? 443 : 80) : Number(port),
    protocol: secure ? 'https' : 'http',
    fetch: (input, init) => {
      const url = new URL(input instanceof Request ? input.url : input);
      url.pathname = prefix + url.pathname;
      return fetch(url, init);
    },
  };
}
