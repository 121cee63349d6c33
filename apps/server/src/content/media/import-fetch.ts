// Opens a file on the web for reading, without letting anybody lead us to where only this machine can go.
//
// Each hop: the form of the address, all IP addresses of its name, and then a connection to one of just those. A name
// that answers differently when it is asked again is therefore never asked again.
import { lookup } from 'node:dns/promises';
import { type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIPv4 } from 'node:net';
import { type AddressCheck, literalOf, readImportUrl } from './import-address.ts';

/** Why nothing was fetched: `refused` by our rules, `failed` on the other side. */
export class ImportProblem extends Error {
  override readonly name = 'ImportProblem';
  readonly code: 'import_refused' | 'import_failed';

  constructor(code: ImportProblem['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export type Resolve = (name: string) => Promise<readonly string[]>;

export type FetchOptions = {
  isAllowed: AddressCheck;
  /** Ends everything, the reading of the answer too. */
  signal: AbortSignal;
  /** The name service; the system's when not given. */
  resolve?: Resolve;
  /** Milliseconds without a byte after which the other side is given up. */
  silenceMs?: number;
};

const REDIRECTS = 5;
const SILENCE_MS = 20_000;
const MOVED = [301, 302, 303, 307, 308];

/**
 * The answer with status 200, its body not yet read; the caller reads it or destroys it.
 * @throws ImportProblem
 */
export const openPublic = async (text: string, options: FetchOptions): Promise<IncomingMessage> => {
  let base: URL | undefined;
  let next = text;
  for (let hop = 0; hop <= REDIRECTS; hop++) {
    const url = readImportUrl(next, base, options.isAllowed);
    if (url === null) throw refused();
    const answer = await ask(url, await checkedAddresses(url, options), options);
    const { statusCode = 0, headers } = answer;
    if (statusCode === 200 && (headers['content-encoding'] ?? 'identity') === 'identity') return answer;
    answer.destroy();
    if (statusCode === 200) throw failed('The other server sends this file in a form that we did not ask for.');
    if (!MOVED.includes(statusCode) || headers.location === undefined)
      throw failed(`The other server answers ${statusCode} instead of the file. Check the link, or upload the file.`);
    base = url;
    next = headers.location;
  }
  throw failed('This link leads from one address to the next without end. Use the link of the file itself.');
};

/** All of them have to be allowed: a name that also leads inside is not to be trusted with the choice. */
const checkedAddresses = async (url: URL, options: FetchOptions): Promise<string[]> => {
  const literal = literalOf(url);
  if (literal !== null) return [literal]; // checked when the address was read
  const { resolve = bySystem, signal } = options;
  const found = await Promise.race([resolve(url.hostname), abortOf(signal)]).catch((cause: Error) => {
    throw failed(`There is no server called ${url.hostname}. Check the link.`, cause);
  });
  if (found.length === 0 || !found.every(options.isAllowed)) throw refused();
  return [...found];
};

const bySystem: Resolve = async (name) => (await lookup(name, { all: true })).map(({ address }) => address);

const ask = (url: URL, addresses: readonly string[], options: FetchOptions): Promise<IncomingMessage> =>
  new Promise((answer, reject) => {
    const checked = addresses.map((address) => ({ address, family: isIPv4(address) ? 4 : 6 }));
    const how: RequestOptions = {
      agent: false, // a connection of its own, through no proxy
      lookup: (_name, { all }, tell) => {
        if (all) return tell(null, checked);
        tell(null, checked[0]?.address ?? '', checked[0]?.family);
      },
      headers: { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'VideoWindow import' },
      timeout: options.silenceMs ?? SILENCE_MS,
      signal: options.signal,
    };
    const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, how, answer);
    request.once('timeout', () => request.destroy(failed('The other server stopped sending. Try again later.')));
    request.once('error', (cause) =>
      reject(cause instanceof ImportProblem ? cause : failed('The other server cannot be reached.', cause)),
    );
    request.end();
  });

const refused = () =>
  new ImportProblem('import_refused', 'We do not fetch from this address. Use a public link to the file itself.');

const failed = (sentence: string, cause?: unknown) => new ImportProblem('import_failed', sentence, { cause });

const abortOf = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
