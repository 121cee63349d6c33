// watch: one auction, 1,000 people with its page open (times --scale), a bid every 100 ms over HTTP.
//
// p95_ms: from the moment a bid is sent to the moment a watcher's socket has the new price, over all watchers and bids.
// Watchers are sockets of this process, so reading a thousand messages is in the figure. missed: watchers that ended at
// another price than the auction.
import { once } from 'node:events';
import { incrementTable } from '@videowindow/contract/increments';
import WebSocket from 'ws';
import { fillArena, openAuction, risingAmounts } from './bids/arena.ts';
import { withMarket } from './bids/market.ts';
import { quantile } from './programs/figures.ts';
import type { Bench } from './run.ts';

const WATCHERS = 1_000;
const BIDS = 150;
const WARM_UP = 20;
const EVERY_MS = 100;
const LAST_MS = 10_000;

export const bench: Bench = ({ scale, log }) =>
  withMarket('watch', async ({ app, serve }) => {
    const arena = await fillArena(app.database.pool, 16);
    const auctionId = await openAuction(app, arena);
    const { url } = await serve(['api', 'realtime']);
    /** When each price was sent; a watcher reads the price off the message. */
    const sentAt = new Map<number, number>();
    const waits: number[] = [];
    const seen: number[] = [];
    const sockets: WebSocket[] = [];
    const watch = async (place: number) => {
      const socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/realtime`, { origin: url });
      sockets.push(socket);
      await once(socket, 'open');
      socket.on('message', (data) => {
        const now = performance.now();
        const message = JSON.parse(String(data));
        const price = message.data?.auction?.price.amount;
        if (price === undefined) return;
        seen[place] = price;
        const sent = sentAt.get(price);
        if (message.type === 'publication' && sent !== undefined) waits.push(now - sent);
      });
      socket.send(JSON.stringify({ type: 'subscribe', id: 1, channel: `auction:${auctionId}` }));
    };
    const watchers = Math.max(1, Math.round(WATCHERS * scale));
    for (let from = 0; from < watchers; from += 50) {
      await Promise.all(Array.from({ length: Math.min(50, watchers - from) }, (_, n) => watch(from + n)));
    }
    const all = (price: number) => seen.length === watchers && seen.every((each) => each === price);
    await until(() => all(10_000));
    log(`${watchers} watchers`);

    const next = risingAmounts(incrementTable('USD'));
    let price = 0;
    for (let count = 0; count < WARM_UP + BIDS; count++) {
      price = next();
      const began = performance.now();
      if (count >= WARM_UP) sentAt.set(price, began);
      const answer = await fetch(`${url}/api/v1/auctions/${auctionId}/bids`, {
        method: 'POST',
        headers: {
          cookie: arena.bidders[count % arena.bidders.length]?.cookie ?? '',
          'content-type': 'application/json',
          'idempotency-key': `bench-watch-${count}`,
        },
        body: JSON.stringify({ amount: { amount: price, currency: 'USD' } }),
      });
      if (answer.status !== 201) throw new Error(`a bid was answered ${answer.status}: ${await answer.text()}`);
      await answer.arrayBuffer();
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, began + EVERY_MS - performance.now())));
    }
    await until(() => all(price));
    for (const socket of sockets) socket.terminate();
    return {
      watchers,
      p50_ms: quantile(waits, 0.5),
      p95_ms: quantile(waits, 0.95),
      p99_ms: quantile(waits, 0.99),
      bids: BIDS,
      seen_ratio: waits.length / (BIDS * watchers),
      missed: seen.filter((each) => each !== price).length,
    };
  });

/** Waits for a condition, 10 s at most. */
const until = async (holds: () => boolean): Promise<void> => {
  for (const end = performance.now() + LAST_MS; !holds() && performance.now() < end; ) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};
