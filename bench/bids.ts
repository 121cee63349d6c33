// bids: one hot auction, 64 bidders who bid again as soon as they are answered, each the least that beats the last bid
// named. fsync on, load and server on one machine.
//
// bids_per_s: accepted bids a second at the command layer (in this process, no HTTP). http_bids_per_s, p50_ms, p99_ms:
// accepted bids over HTTP, by our server as a process of its own (roles api and realtime: what workers do afterwards,
// such as telling the outbid, is not in it), and what its bidders wait.
// naive_ratio: bids_per_s / the same rules at one prepared transaction a bid on 20 connections; the two take turns.
// replay_ok: 1 when every auction that was bid on equals the replay of its log. refused_*: bids that came too late to be
// enough. rate_limit_scale: the factor on the limits of requests, which 64 people at this speed would be far above.
import { performance } from 'node:perf_hooks';
import { incrementTable } from '@videowindow/contract/increments';
import { money } from '@videowindow/contract/money';
import autocannon from 'autocannon';
import type { App } from '../apps/server/src/app.ts';
import { type Arena, bidCount, fillArena, isReplay, openAuction, risingAmounts } from './bids/arena.ts';
import { withMarket } from './bids/market.ts';
import { openNaive } from './bids/naive.ts';
import { median, quantile } from './programs/figures.ts';
import { RATE_LIMIT_SCALE } from './programs/serve.ts';
import type { Bench } from './run.ts';

const BIDDERS = 64;
const ROUNDS = 3;
const ROUND_S = 6;

export const bench: Bench = ({ scale, log }) =>
  withMarket('bids', async ({ app, databaseUrl, serve }) => {
    const bidders = Math.max(1, Math.round(BIDDERS * scale));
    const arena = await fillArena(app.database.pool, bidders);
    const auctions: string[] = [];
    const fresh = async () => {
      const id = await openAuction(app, arena);
      auctions.push(id);
      return id;
    };
    const ours: Round[] = [];
    const naive: Round[] = [];
    for (let round = 0; round <= ROUNDS; round++) {
      const seconds = round === 0 ? 2 : ROUND_S;
      const mine = await byCommand(app, arena, await fresh(), seconds);
      const theirs = await byNaive(databaseUrl, arena, await fresh(), seconds);
      if (round === 0) continue; // both are warm now
      ours.push(mine);
      naive.push(theirs);
      log(
        `round ${round}: command layer ${mine.perS.toFixed(0)} bids/s, one transaction a bid ${theirs.perS.toFixed(0)}`,
      );
    }

    const { url } = await serve(['api', 'realtime']);
    const http: Round[] = [];
    for (let round = 0; round <= ROUNDS; round++) {
      const measured = await byHttp(app, url, arena, await fresh(), round === 0 ? 2 : ROUND_S);
      if (round === 0) continue;
      http.push(measured);
      log(`round ${round}: HTTP ${measured.perS.toFixed(0)} bids/s, p99 ${measured.p99.toFixed(1)} ms`);
    }

    let replayed = true;
    for (const id of auctions) replayed &&= await isReplay(app, id);
    const of = (rounds: readonly Round[], what: keyof Round) => median(rounds.map((round) => round[what]));
    return {
      bidders,
      bids_per_s: of(ours, 'perS'),
      http_bids_per_s: of(http, 'perS'),
      p50_ms: of(http, 'p50'),
      p99_ms: of(http, 'p99'),
      command_p50_ms: of(ours, 'p50'),
      command_p99_ms: of(ours, 'p99'),
      naive_bids_per_s: of(naive, 'perS'),
      naive_ratio: median(ours.map((round, index) => round.perS / (naive[index]?.perS ?? Number.NaN))),
      replay_ok: replayed ? 1 : 0,
      accepted: total(ours, 'accepted'),
      refused: total(ours, 'refused'),
      http_accepted: total(http, 'accepted'),
      http_refused: total(http, 'refused'),
      rate_limit_scale: RATE_LIMIT_SCALE,
    };
  });

type Round = { perS: number; p50: number; p99: number; accepted: number; refused: number };

/** Each bidder bids again as soon as they are answered, until the time is over. */
const contest = async (
  arena: Arena,
  seconds: number,
  place: (bidder: string, amount: number, key: string) => Promise<boolean>,
): Promise<Round> => {
  const next = risingAmounts(incrementTable('USD'));
  const waits: number[] = [];
  const counts = { accepted: 0, refused: 0 };
  const startedAt = performance.now();
  const endsAt = startedAt + seconds * 1000;
  await Promise.all(
    arena.bidders.map(async ({ id }) => {
      for (let count = 0; performance.now() < endsAt; count++) {
        const askedAt = performance.now();
        const taken = await place(id, next(), `bench-bid-${count}`);
        counts[taken ? 'accepted' : 'refused']++;
        waits.push(performance.now() - askedAt);
      }
    }),
  );
  const took = (performance.now() - startedAt) / 1000;
  return { perS: counts.accepted / took, ...percentiles(waits), ...counts };
};

const byCommand = (app: App, arena: Arena, auctionId: string, seconds: number): Promise<Round> =>
  contest(arena, seconds, async (bidder, amount, clientKey) => {
    const bid = { amount: money(amount, 'USD'), clientKey };
    return await app.auctions.bid({ id: bidder, roles: ['viewer'] }, auctionId, bid).then(
      () => true,
      (error) => {
        if (error.code === 'bid_too_low') return false;
        throw error;
      },
    );
  });

const byNaive = async (url: string, arena: Arena, auctionId: string, seconds: number): Promise<Round> => {
  const { place, close } = openNaive(url, auctionId);
  const round = await contest(arena, seconds, (bidder, amount, key) => place(bidder, money(amount, 'USD'), key));
  await close();
  return round;
};

/** The same contest over HTTP: a connection a bidder, each with a session of its own. */
const byHttp = async (app: App, url: string, arena: Arena, auctionId: string, seconds: number): Promise<Round> => {
  const next = risingAmounts(incrementTable('USD'));
  const counts = { accepted: 0, refused: 0, failed: 0 };
  let seat = 0;
  let keys = 0;
  const before = await bidCount(app, auctionId);
  const result = await autocannon({
    url: `${url}/api/v1/auctions/${auctionId}/bids`,
    connections: arena.bidders.length,
    duration: seconds,
    setupClient(client) {
      const { cookie = '' } = arena.bidders[seat++ % arena.bidders.length] ?? {};
      client.setHeaders({ cookie });
      client.on('response', (status) => {
        counts[status === 201 ? 'accepted' : status === 422 ? 'refused' : 'failed']++;
      });
    },
    requests: [
      {
        method: 'POST',
        setupRequest: (request) => ({
          ...request,
          headers: {
            ...request.headers,
            'content-type': 'application/json',
            'idempotency-key': `bench-http-${++keys}`,
          },
          body: JSON.stringify({ amount: { amount: next(), currency: 'USD' } }),
        }),
      },
    ],
  });
  if (counts.failed > 0 || result.errors > 0) throw new Error(`${counts.failed} answers were neither 201 nor 422`);
  const stored = (await bidCount(app, auctionId)) - before;
  // What was still on its way when the time was over is stored and unanswered, one bid a connection at most.
  if (stored < counts.accepted || stored > counts.accepted + arena.bidders.length) {
    throw new Error(`${counts.accepted} bids were acknowledged, ${stored} are stored`);
  }
  return { perS: counts.accepted / result.duration, p50: result.latency.p50, p99: result.latency.p99, ...counts };
};

const percentiles = (waits: readonly number[]) => ({ p50: quantile(waits, 0.5), p99: quantile(waits, 0.99) });

const total = (rounds: readonly Round[], what: 'accepted' | 'refused') =>
  rounds.reduce((all, round) => all + round[what], 0);
