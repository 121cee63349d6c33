// What people do meanwhile: offer, bid, take the price, pay or not, send, confirm; often twice at once.
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { ListingTerms } from '@videowindow/contract/api/commerce';
import { payCheckout } from '@videowindow/sandbox/visitor';
import { newId } from '../../apps/server/src/platform/crypto/index.ts';
import { becomeMaker, type Failures, invite, type Person, stubborn } from './people.ts';
import type { Random } from './random.ts';
import type { Stage } from './stage.ts';

const MAKERS = 2;
const BUYERS = 5;
const PIECES = 5;
const SHELF_UNITS = 3;
const usd = (amount: number) => ({ amount, currency: 'USD' });
/** The banks of the last two promise: one pays an hour later, the other does not. */
const CARDS = {
  good: '4242424242424242',
  declined: '4000000000000002',
  promised: '000123456789',
  broken: '000111111113',
} as const;

/** A bid that a server said it took. */
export type Acknowledged = { auctionId: string; bidder: string; key: string; seq: number };

export type MarketDay = {
  readonly makers: readonly Person[];
  readonly buyers: readonly Person[];
  readonly acknowledged: readonly Acknowledged[];
  /** Locks for which the provider has taken somebody's money. */
  readonly paid: ReadonlySet<string>;
  readonly failures: Failures;
  /** How many things buyers have done so far. */
  acts(): number;
  /** Goes on until `ends()`; then every hand is at rest. */
  trade(ends: () => boolean): Promise<void>;
  /** Everybody pays what they can and confirms what they have; once, when banks have spoken. One may have a word with their bank, one pay too late. */
  tidyUp(): Promise<void>;
};

/** People and their pieces, while nothing is broken yet. */
export const openMarketDay = async (stage: Stage, random: Random): Promise<MarketDay> => {
  const failures: Failures = { internal: [], silent: 0 };
  const acknowledged: Acknowledged[] = [];
  const paid = new Set<string>();
  /** Locks for which a bank has promised money, and not yet said more: asked for again, there is nothing to pay. */
  const promised = new Set<string>();
  let acts = 0;
  const makers = await invite(stage, random, namesOf('maker', MAKERS));
  const buyers = await invite(stage, random, namesOf('buyer', BUYERS));
  for (const maker of makers) await becomeMaker(maker, failures);
  const list = async ({ id, maker, shelf }: { id: string; maker: Person; shelf: boolean }): Promise<void> => {
    const put = await stubborn(failures, () =>
      maker.client.call('PUT /stories/:storyId/listing', { params: { storyId: id }, body: termsOf(shelf) }),
    );
    if (!put.ok) throw new Error(`a piece cannot be listed: ${put.code}`);
  };

  const stories: { id: string; maker: Person; shelf: boolean }[] = [];
  for (let n = 0; n < PIECES; n++) {
    const maker = makers[n % MAKERS] as Person; // there are MAKERS of them
    const story = { id: await listStory(stage, maker), maker, shelf: n === PIECES - 1 };
    await list(story);
    stories.push(story);
  }

  const liveAuctions = () =>
    stage.look<{ id: string; maker_id: string }>(`select id, maker_id from auctions where state = 'live'`);

  const offer = async (buyer: Person) => {
    const story = random.pick(stories.filter(({ shelf }) => !shelf));
    const idempotencyKey = randomUUID();
    const ask = () =>
      buyer.client.call('POST /stories/:storyId/offers', {
        params: { storyId: story.id },
        body: { amount: usd(random.between(4, 6) * 1_000) },
        idempotencyKey,
      });
    await stubborn(failures, ask);
  };

  const buyFromShelf = async (buyer: Person) => {
    const story = stories.find(({ shelf }) => shelf);
    const listing = await stubborn(failures, () =>
      buyer.client.call('GET /stories/:storyId/listing', { params: { storyId: story?.id ?? '' } }),
    );
    const variant = listing.ok ? listing.value.variants[0] : undefined;
    if (!listing.ok || !variant) return;
    const idempotencyKey = randomUUID();
    await stubborn(failures, () =>
      buyer.client.call('POST /listings/:id/buy', {
        params: { id: listing.value.id },
        body: { variantId: variant.id, quantity: 1, country: 'US' },
        idempotencyKey,
      }),
    );
  };

  const bid = async (buyer: Person) => {
    const auctions = await liveAuctions();
    if (auctions.length === 0) return await offer(buyer);
    const { id } = random.pick(auctions);
    const now = await stubborn(failures, () => buyer.client.call('GET /auctions/:id', { params: { id } }));
    if (!now.ok) return;
    const least = now.value.minNext.amount;
    const amount = usd(least + random.between(0, 3) * 500);
    const key = randomUUID();
    const about = { params: { id }, idempotencyKey: key };
    const secret = random.chance(0.5);
    const ask = () =>
      stubborn(failures, () =>
        secret
          ? buyer.client.call('POST /auctions/:id/bids', { ...about, body: { maximum: amount } })
          : buyer.client.call('POST /auctions/:id/bids', { ...about, body: { amount } }),
      );
    const answers = await Promise.all(random.chance(0.2) ? [ask(), ask()] : [ask()]);
    const taken = answers.flatMap((answer) => (answer.ok ? [answer.value.seq] : []));
    for (const seq of new Set(taken)) acknowledged.push({ auctionId: id, bidder: buyer.id, key, seq });
  };

  const takePrice = async (maker: Person) => {
    const own = (await liveAuctions()).filter((auction) => auction.maker_id === maker.id);
    if (own.length === 0) return;
    const { id } = random.pick(own);
    const now = await stubborn(failures, () => maker.client.call('GET /auctions/:id', { params: { id } }));
    if (!now.ok || now.value.bidCount < 4) return;
    const idempotencyKey = randomUUID();
    await stubborn(failures, () =>
      maker.client.call('POST /auctions/:id/accept', {
        params: { id },
        body: { expectedSeq: now.value.seq },
        idempotencyKey,
      }),
    );
  };

  const pay = async (buyer: Person, likelihood: number) => {
    const locks = await stubborn(failures, () => buyer.client.call('GET /locks'));
    if (!locks.ok) return;
    for (const lock of locks.value.items) {
      if (!lock.possible.includes('pay') && lock.state !== 'held' && lock.state !== 'checkout_open') continue;
      if (promised.has(lock.id) || !random.chance(likelihood)) continue;
      const openFor = (delivery: 'pickup' | 'ship') => {
        const idempotencyKey = randomUUID();
        return () =>
          stubborn(failures, () =>
            buyer.client.call('POST /locks/:id/checkout', {
              params: { id: lock.id },
              body: { delivery, country: 'US' },
              idempotencyKey,
            }),
          );
      };
      // Who thinks better of it leaves a page behind that must not be payable any more.
      if (random.chance(0.25)) await openFor('pickup')();
      const open = openFor('ship');
      const [session] = await Promise.all(random.chance(0.3) ? [open(), open()] : [open()]);
      if (!session?.ok) continue;
      const card = cardBy(random.next());
      // The page is the provider's: asked past the proxies, by two tabs at once now and then.
      const page = session.value.url.replace(/^http:\/\/[^/]+/, stage.sandboxUrl);
      const press = () => payCheckout(page, { card: CARDS[card], country: 'US' });
      const answers = await Promise.all(random.chance(0.3) ? [press(), press()] : [press()]);
      if (!answers.some(({ status }) => status === 303)) continue;
      (card === 'good' ? paid : promised).add(lock.id);
    }
  };

  const cancel = async (maker: Person, id: string) => {
    const idempotencyKey = randomUUID();
    const ask = () =>
      stubborn(failures, () =>
        maker.client.call('POST /orders/:id/cancel', { params: { id }, body: { reason: 'It broke.' }, idempotencyKey }),
      );
    await Promise.all(random.chance(0.3) ? [ask(), ask()] : [ask()]);
  };

  /** Money comes by a page of which the provider had said that it was over; once by each, says the provider. */
  const payLate = async () => {
    const over = await stage.look<{ session: string }>(
      `select session_id as session from payments where state = 'expired' and session_id is not null`,
    );
    if (over.length === 0) return;
    await stage.control('POST', '/checkouts/late', random.pick(over)).catch(() => {});
  };

  /** Somebody goes to their bank about what they paid; the bank refuses what it has heard of already. */
  const dispute = async () => {
    const paidFor = await stage.look<{ charge: string }>(
      `select charge_id as charge from payments where state = 'captured' and charge_id is not null`,
    );
    if (paidFor.length === 0) return;
    const { charge } = random.pick(paidFor);
    await stage.control('POST', '/disputes', { charge }).catch(() => {});
  };

  const send = async (maker: Person) => {
    const orders = await stubborn(failures, () =>
      maker.client.call('GET /orders', { query: { as: 'maker', state: 'awaiting_shipment' } }),
    );
    for (const { id } of orders.ok ? orders.value.items : []) {
      if (random.chance(0.15)) {
        await cancel(maker, id);
        continue;
      }
      await stubborn(failures, () =>
        maker.client.call('POST /orders/:id/ship', {
          params: { id },
          body: { carrier: 'CTT', trackingNumber: `RR${random.between(10_000_000, 99_999_999)}PT` },
        }),
      );
    }
  };

  const confirm = async (buyer: Person) => {
    const orders = await stubborn(failures, () =>
      buyer.client.call('GET /orders', { query: { as: 'buyer', state: 'shipped' } }),
    );
    for (const { id } of orders.ok ? orders.value.items : []) {
      const idempotencyKey = randomUUID();
      const ask = () =>
        stubborn(failures, () => buyer.client.call('POST /orders/:id/confirm', { params: { id }, idempotencyKey }));
      await Promise.all([ask(), ask()]);
    }
  };

  const asBuyer = async (buyer: Person) => {
    const what = random.next();
    if (what < 0.6) await bid(buyer);
    else if (what < 0.7) await offer(buyer);
    else if (what < 0.78) await buyFromShelf(buyer);
    else if (what < 0.92) await pay(buyer, 0.7);
    else if (what < 0.98) await confirm(buyer);
    else await dispute();
    acts++;
  };
  const asMaker = async (maker: Person) => {
    if (random.chance(0.3)) await takePrice(maker);
    else await send(maker);
    await wait(150);
  };
  const work = async (person: Person, act: (person: Person) => Promise<void>, ends: () => boolean) => {
    while (!ends()) await act(person);
  };

  return {
    makers,
    buyers,
    acknowledged,
    paid,
    failures,
    acts: () => acts,
    async trade(ends) {
      await Promise.all([
        ...buyers.map((buyer) => work(buyer, asBuyer, ends)),
        ...makers.map((maker) => work(maker, asMaker, ends)),
      ]);
    },
    async tidyUp() {
      promised.clear();
      for (const buyer of buyers) await pay(buyer, 0.6);
      for (const maker of makers) await send(maker);
      for (const buyer of buyers) await confirm(buyer);
      if (random.chance(0.4)) await dispute();
      if (random.chance(0.3)) await payLate();
    },
  };
};

const cardBy = (what: number): keyof typeof CARDS => {
  if (what < 0.15) return 'declined';
  if (what < 0.25) return 'promised';
  return what < 0.3 ? 'broken' : 'good';
};

const namesOf = (kind: string, count: number) => Array.from({ length: count }, (_, n) => `${kind}.${n + 1}`);

/** One piece by offers and an auction, or a few on the shelf at a fixed price. */
export const termsOf = (shelf: boolean, units = SHELF_UNITS): ListingTerms => ({
  kind: shelf ? 'fixed_price' : 'offers',
  askingPrice: shelf ? null : usd(9_000),
  ...(shelf && { variants: [{ options: [], price: usd(2_500), quantity: units, sku: null }] }),
  offerPolicy: {
    acceptsOffers: !shelf,
    minimumOffer: usd(3_000),
    startAuctionAt: usd(5_000),
    auctionDurationH: 24,
  },
  shipping: {
    zones: [{ countries: ['US'], price: usd(1_200), further: usd(600) }],
    combined: false,
    handlingDays: 3,
    pickup: true,
    pickupPlace: 'the workshop',
  },
});

/** A story in the feed with its clip; how it comes there is not what this is about. */
export const listStory = async (stage: Stage, maker: Person): Promise<string> => {
  const [id, media] = [newId(), newId()];
  await stage.app.database.pool.query(
    `insert into media (id, owner_id, state, filename, bytes, class, version, progress, package, created_at, expires_at)
     values ($1, $2, 'ready', 'clip.mp4', 1000, 'public', 1,
             '{"stage":"done","percent":100,"speed":null,"secondsLeft":null}',
             '{"width":360,"height":640,"durationMs":6000,"hasAudio":false,"mp4":[],
               "poster":{"file":"poster.jpg","width":360,"height":640},"thumbnails":[],"thumbhash":"3OcRJYB4d3h/iIeHeEh3eIhw+j3A"}',
             now(), now())`,
    [media, maker.id],
  );
  await stage.app.database.pool.query(
    `insert into stories (id, maker_id, state, title, caption, sections, media_id, hashtags, created_at, updated_at, listed_at)
     values ($1, $2, 'listed', 'Moon jar', 'One pull.', '[]', $3, '{}', now(), now(), now())`,
    [id, maker.id, media],
  );
  return id;
};
