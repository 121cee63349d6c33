// auctions: many auctions at once, over HTTP: each bidder goes from one to the next and bids the least that beats what
// was bid there last. fsync on, load and server on one machine.
//
// many_bids_per_s: accepted bids a second over all auctions. p50_ms, p99_ms: what a bidder waits. replay_ok: 1 when a
// sample of the auctions equals the replay of their logs.
import { incrementTable } from '@videowindow/contract/increments';
import autocannon from 'autocannon';
import { bidCount, fillArena, isReplay, openAuction, risingAmounts } from './bids/arena.ts';
import { withMarket } from './bids/market.ts';
import { median } from './programs/figures.ts';
import { RATE_LIMIT_SCALE } from './programs/serve.ts';
import type { Bench } from './run.ts';

const AUCTIONS = 500;
const BIDDERS = 128;
const ROUNDS = 3;
const ROUND_S = 8;
const SAMPLE = 25;

export const bench: Bench = ({ scale, log }) =>
  withMarket('auctions', async ({ app, serve }) => {
    const arena = await fillArena(app.database.pool, BIDDERS);
    const lots: { id: string; next: () => number }[] = [];
    for (let n = 0; n < Math.max(1, Math.round(AUCTIONS * scale)); n++) {
      lots.push({ id: await openAuction(app, arena), next: risingAmounts(incrementTable('USD')) });
    }
    const { url } = await serve(['api', 'realtime']);

    let turn = 0;
    const round = async (seconds: number) => {
      const counts = { accepted: 0, refused: 0, failed: 0 };
      let seat = 0;
      const result = await autocannon({
        url,
        connections: BIDDERS,
        duration: seconds,
        setupClient(client) {
          const { cookie = '' } = arena.bidders[seat++ % BIDDERS] ?? {};
          client.setHeaders({ cookie });
          client.on('response', (status) => {
            counts[status === 201 ? 'accepted' : status === 422 ? 'refused' : 'failed']++;
          });
        },
        requests: [
          {
            method: 'POST',
            setupRequest: (request) => {
              const lot = lots[++turn % lots.length] as (typeof lots)[number]; // there is one at least
              return {
                ...request,
                path: `/api/v1/auctions/${lot.id}/bids`,
                headers: {
                  ...request.headers,
                  'content-type': 'application/json',
                  'idempotency-key': `bench-many-${turn}`,
                },
                body: JSON.stringify({ amount: { amount: lot.next(), currency: 'USD' } }),
              };
            },
          },
        ],
      });
      if (counts.failed > 0 || result.errors > 0) throw new Error(`${counts.failed} answers were neither 201 nor 422`);
      return { perS: counts.accepted / result.duration, p50: result.latency.p50, p99: result.latency.p99, ...counts };
    };

    await round(3);
    const rounds: Awaited<ReturnType<typeof round>>[] = [];
    for (let count = 1; count <= ROUNDS; count++) {
      const measured = await round(ROUND_S);
      rounds.push(measured);
      log(`round ${count}: ${measured.perS.toFixed(0)} bids/s, p99 ${measured.p99} ms, ${measured.refused} refused`);
    }

    let replayed = true;
    for (const { id } of lots.slice(0, SAMPLE)) replayed &&= (await isReplay(app, id)) && (await bidCount(app, id)) > 1;
    return {
      auctions: lots.length,
      bidders: BIDDERS,
      many_bids_per_s: median(rounds.map(({ perS }) => perS)),
      p50_ms: median(rounds.map(({ p50 }) => p50)),
      p99_ms: median(rounds.map(({ p99 }) => p99)),
      replay_ok: replayed ? 1 : 0,
      refused: rounds.reduce((sum, { refused }) => sum + refused, 0),
      rate_limit_scale: RATE_LIMIT_SCALE,
    };
  });
