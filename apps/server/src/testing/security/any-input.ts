// Whatever is sent to whichever route, the answer is a success as its schema says or a refusal with a code: never an error
// of ours, never more than the schema names, never nothing.
import { Agent, request as httpRequest } from 'node:http';
import { type Endpoint, isErrorCode } from '@videowindow/contract';
import { api } from '@videowindow/contract/api';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { rounds } from '../rounds.ts';
import { caseFor, nested, type Route, type Sent, type World } from './hostile.ts';

const routes = Object.keys(api) as Route[]; // the table's own keys
/** Found once, found always: the same cases in every run. */
const SEED = 20_261_121;
/** In all. */
const CASES = rounds(1000, 10_000);
const HANGS_AFTER_MS = 10_000;
const INSIDE = /\bat .{1,200}\.[tj]s:\d+|node_modules|select .{1,80} from |SQLSTATE/;

const agent = new Agent({ keepAlive: true });
const ajv = addFormats.default(new Ajv({ strict: false }));
const answers = new Map<Route, ValidateFunction>();
const checkOf = (route: Route): ValidateFunction | null => {
  const { response }: Endpoint = api[route];
  if (!response) return null;
  const check = answers.get(route) ?? ajv.compile(response);
  answers.set(route, check);
  return check;
};

type Answer = { status: number; type: string; requestId: string; text: string };

/** As it stands, without a client that would put anything right. */
const send = (base: string, { method, path, headers, body }: Sent): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const url = new URL(base);
    const length = body === null ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const outgoing = httpRequest(
      {
        host: url.hostname,
        port: url.port,
        method,
        path,
        headers: { ...headers, ...length },
        agent,
        signal: AbortSignal.timeout(HANGS_AFTER_MS),
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            type: incoming.headers['content-type'] ?? '',
            requestId: String(incoming.headers['x-request-id'] ?? ''),
            text: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body ?? undefined);
  });

const expectAnswer = (sent: Sent, answer: Answer, route?: Route) => {
  const { status, type, requestId, text } = answer;
  const shown = `${sent.method} ${sent.path.slice(0, 300)} ${sent.body?.slice(0, 300)} → ${status} ${text.slice(0, 300)}`;

  // What the operator has not switched on says so, whoever asks for it and however.
  const isOff = status === 503 && text.includes('"code":"capability_off"');
  expect(isOff || status < 500, shown).toBe(true);
  if (status < 300) {
    const check = route ? checkOf(route) : null;
    if (check && !check(JSON.parse(text))) throw new Error(`${ajv.errorsText(check.errors)}: ${shown}`);
    return;
  }
  expect(text, shown).not.toMatch(INSIDE);
  expect(type, shown).toContain('application/problem+json');
  const problem = JSON.parse(text);
  expect(isErrorCode(problem.code), shown).toBe(true);
  expect(problem, shown).toMatchObject({ status, requestId });
  expect(requestId).not.toBe('');
};

/** @param world is there when the tests run. */
export const describeHostileInput = (world: () => World): void => {
  afterAll(() => agent.destroy());

  describe('any input', () => {
    it.each(routes)('%s', async (route) => {
      await fc.assert(
        fc.asyncProperty(caseFor(world(), route), async (sent) =>
          expectAnswer(sent, await send(world().url, sent), route),
        ),
        { seed: SEED + routes.indexOf(route), numRuns: Math.ceil(CASES / routes.length), endOnFailure: true },
      );
    });
  });

  /** Each of these was once an error of ours. */
  describe('what was found before', () => {
    const sent = (method: string, path: string, body: string | null = null): Sent => ({
      method,
      path: `/api/v1${path}`,
      headers: {
        origin: world().url,
        cookie: world().cookies.owner,
        'idempotency-key': crypto.randomUUID(),
        ...(body === null ? {} : { 'content-type': 'application/json' }),
      },
      body,
    });

    it('a number that is not finite is none', async () => {
      const asked = ['1e400', '-1e400', '1e21', '2147483648', 'NaN', 'Infinity'].flatMap((number) => [
        sent('GET', `/auctions/${world().auctionId}/events?before=${number}`),
        sent('GET', `/auctions/${world().auctionId}/events?limit=${number}`),
        sent('GET', `/feed/for-you?limit=${number}`),
      ]);
      for (const each of asked) {
        const answer = await send(world().url, each);
        expectAnswer(each, answer);
        expect(answer.status, each.path).toBe(400);
      }
    });

    it('a body that lies too deep is refused, also where none is asked for', async () => {
      const path = `/offers/${world().ids[0]}/accept`;
      for (const body of [nested('[', ']', 20_000), nested('{"a":', '}', 20_000).replace('}', '1}')]) {
        const each = sent('POST', path, body);
        const answer = await send(world().url, each);
        expectAnswer(each, answer);
        expect(answer.status).toBe(400);
      }
    });

    it('an id that is longer than any is not there', async () => {
      const each = sent('GET', `/stories/${'x'.repeat(3000)}`);
      const answer = await send(world().url, each);
      expectAnswer(each, answer);
      expect(answer.status).toBe(404);
    });
  });

  describe('addresses beside the routes', () => {
    const tus = { 'tus-resumable': '1.0.0', 'content-type': 'application/offset+octet-stream' };

    it.each<[string, string, Record<string, string>?]>([
      ['GET', '/%'],
      ['GET', '/%00'],
      ['GET', '/%ED%A0%80'],
      ['GET', '//'],
      ['GET', '/..%2f..%2fetc%2fpasswd'],
      ['GET', `/${'x'.repeat(9000)}`],
      ['GET', '/s/%00'],
      ['GET', `/s/${'-'.repeat(36)}`],
      ['GET', '/api/v1/%'],
      ['PATCH', '/api/v1/stories'],
      ['GET', `/media/public/${'-'.repeat(36)}/1/master.m3u8`],
      ['GET', '/media/public/x/1e21/%00'],
      ['GET', '/media/original/%ED%A0%80'],
      ['GET', '/v/a.b.c.d/media/private/x/1/master.m3u8'],
      ['POST', '/uploads', { ...tus, 'upload-length': '1e21' }],
      ['POST', '/uploads', { ...tus, 'upload-length': '99999999999999999999' }],
      ['POST', '/uploads', { ...tus, 'upload-length': '-1', 'upload-metadata': '%%%' }],
      ['POST', '/uploads', { 'tus-resumable': '9.9.9', 'upload-length': '10', 'upload-metadata': 'filename !!!' }],
      ['PATCH', '/uploads/%00', { ...tus, 'upload-offset': '0' }],
      ['HEAD', `/uploads/${'-'.repeat(36)}`, tus],
    ])('%s %s', async (method, path, headers = {}) => {
      const asked = {
        method,
        path,
        headers: { cookie: world().cookies.owner, origin: world().url, ...headers },
        body: null,
      };

      const { status, text } = await send(world().url, asked);

      expect(status, text).toBeGreaterThanOrEqual(200);
      expect(status, text).toBeLessThan(500);
    });
  });

  it('nothing of it has changed what every object has', () => {
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect('admin' in {}).toBe(false);
  });
};
