/** A marketplace for tests: the rooms of selling on a real database, with the provider and the stories as plain ports. */
import { tmpdir } from 'node:os';
import { type Actor, DomainError } from '@videowindow/contract';
import type { HoldReason, ListingTerms } from '@videowindow/contract/api/commerce';
import { type Money, money } from '@videowindow/contract/money';
import { createAuctions, defaultAuctionRules } from '#commerce/auctions';
import { createListings, type StoryFacts } from '#commerce/listings';
import { createLocks, defaultLockRules, totalOf } from '#commerce/locks';
import { createOffers, defaultOfferRules } from '#commerce/offers';
import { createOrders, defaultOrderRules, type LabelShop, taxByTable } from '#commerce/orders';
import type { CheckoutRequest } from '#commerce/payments';
import { createAccount } from '#people/account';
import { createGraph } from '#people/graph';
import { createIdentity } from '#people/identity';
import { createProfiles } from '#people/profiles';
import { createKeyring, newId } from '#platform/crypto';
import { openDatabase, shiftClock } from '#platform/database';
import { createEvents, makePartitions } from '#platform/events';
import { createJobs, createTimers } from '#platform/jobs';
import type { Room } from '#platform/room';
import { createTelemetry } from '#platform/telemetry';
import { testDatabase } from './database.ts';

export const usd = (amount: number): Money => money(amount, 'USD');

/** A parcel that comes back, as a label is asked for. */
export const aParcel = {
  to: {
    name: 'Mo',
    line1: '1 Kiln Lane',
    line2: null,
    city: 'Salem',
    region: 'OR',
    postalCode: '97301',
    country: 'US',
  },
  parcel: { grams: 900, lengthMm: 300, widthMm: 300, heightMm: 200 },
};

/** What a maker sells on unless a test says otherwise: from 50.00 on an offer opens an auction of 72 h. */
export const plainTerms: ListingTerms = {
  askingPrice: usd(10_000),
  offerPolicy: {
    acceptsOffers: true,
    minimumOffer: usd(2_000),
    autoRejectBelow: usd(3_000),
    startAuctionAt: usd(5_000),
  },
  shipping: {
    zones: [{ countries: ['US'], price: usd(1_200), further: usd(1_200) }],
    combined: false,
    handlingDays: 3,
    pickup: true,
    pickupPlace: 'Lisbon',
  },
};

export type Market = Awaited<ReturnType<typeof openMarket>>;

export const openMarket = async () => {
  const own = await testDatabase();
  const database = openDatabase({
    url: own.url,
    poolSize: 12,
    statementTimeoutMs: 10_000,
    idleTransactionTimeoutMs: 20_000,
  });
  const { log } = createTelemetry({ level: process.env.TEST_LOG_LEVEL ?? 'fatal', role: 'test' });
  const keyring = createKeyring('a secret that only the tests know, 32+');
  const events = createEvents(database, log);
  const timers = createTimers(database, log);
  const jobs = createJobs(database, log);
  await makePartitions(database);
  await jobs.migrate();
  const mailer = { available: true, send: async () => {} };
  const texter = { available: false, sendCode: async () => {}, codeCameBack: null };
  const identity = createIdentity({
    database,
    events,
    jobs,
    timers,
    keyring,
    mailer,
    texter,
    siteName: 'Test',
    https: false,
    siteUrl: () => 'http://127.0.0.1',
    rateLimitScale: 1_000,
    codesPerNetwork: 20,
    welcomeBack: async () => {},
  });
  const plain = { version: '1', url: null };
  const account = createAccount({
    database,
    events,
    timers,
    jobs,
    keyring,
    identity,
    mailer,
    siteName: 'Test',
    publicUrl: () => 'http://127.0.0.1',
    workFolder: tmpdir(),
    storage: () => {
      throw new Error('there are no archives in this market');
    },
    personal: () => [],
    reachChanged: async () => {},
    documents: { terms: plain, privacy: plain, marketing: plain, analytics: plain },
    setPrivate: async () => {},
  });
  const graph = createGraph({ database, events, identity, isPrivate: account.isPrivate });
  const pictures = { show: async () => undefined, shown: async () => new Map() };
  const profiles = createProfiles({
    database,
    identity,
    account,
    graph,
    presence: { of: async () => null },
    pictures,
    storyCount: async () => 0,
    siteName: 'Test',
    publicUrl: () => 'http://127.0.0.1',
  });

  // The provider as the port sees it: which sessions live, which are paid, whether it can be reached.
  const provider = {
    open: new Map<string, CheckoutRequest>(),
    paid: new Set<string>(),
    reachable: true,
    late: [] as string[],
    /** Payments whose page asked for no address. */
    unasked: new Set<string>(),
    /** Of the payments to come: tax that the marketplace owes. */
    tax: null as Money | null,
    refunds: [] as { paymentId: string; amount: Money | null; reason: string; key: string }[],
    released: [] as { orderId: string; payable: Money }[],
    held: [] as HoldReason[],
    /** Where the parcels of payments to come go. */
    country: 'US',
    /** Labels that makers owe. */
    labels: [] as { makerId: string; cost: Money }[],
  };
  const reach = () => {
    if (!provider.reachable) throw new Error('the provider cannot be reached');
  };
  // Who sells labels: one carrier, one price, and each parcel's once.
  const shop: LabelShop = {
    quote: async ({ reference }) => ({
      providerId: `shp_${reference}`,
      rates: [{ id: 'rate_1', carrier: 'USPS', service: 'Ground', price: usd(760), days: 4 }],
    }),
    async buy(providerId) {
      reach();
      return { carrier: 'USPS', trackingNumber: providerId, price: usd(760), pdf: Buffer.from('%PDF-1.4\n%%EOF\n') };
    },
  };
  const stories = new Map<string, StoryFacts>();
  /** Makers who cannot be paid, and what they would have to do. */
  const unpayable = new Map<string, 'begin' | 'complete'>();
  // Everybody has a card of their own, unless a test says otherwise.
  const cardless = new Set<string>();
  /** Pairs of people, both ways. */
  const sharedCards = new Set<string>();
  // Of those who show theirs beside their bids.
  const handles = new Map<string, string>();

  const listingsDeps: Parameters<typeof createListings>[0] = {
    database,
    events,
    currency: 'USD',
    timers,
    story: async (_reader, id) => stories.get(id) ?? null,
    stories: async (_reader, ids) =>
      new Map(ids.flatMap((id) => (stories.has(id) ? [[id, stories.get(id) as StoryFacts]] : []))),
    posters: async () => new Map(),
    async draft(_tx, actor, from) {
      const id = newId();
      const title = 'title' in from ? from.title : (stories.get(from.storyId)?.title ?? '');
      stories.set(id, { id, makerId: actor.id ?? '', title, isShown: false });
      return id;
    },
    isFor: async () => true,
    areApart: graph.areApart,
  };
  const listings = createListings(listingsDeps);
  const locksDeps: Parameters<typeof createLocks>[0] = {
    database,
    events,
    timers,
    jobs,
    log,
    listings,
    hasSavedCard: async (_reader, people) => new Set(people.filter((person) => !cardless.has(person))),
    sharedCards: async (_reader, people) =>
      [...sharedCards].map((pair) => pair.split(' ') as [string, string]).filter(([one]) => people.includes(one)),
    sharedHomes: (reader, people) => orders.sharedHomes(reader, people),
    unsentOf: (reader, whose) => orders.unsentOf(reader, whose),
    joinedAt: async (reader, id) => (await identity.user(reader, id))?.createdAt ?? null,
    auctions: {
      lock: (tx, id) => auctions.boughtNow.lock(tx, id),
      sell: (tx, id, buyerId) => auctions.boughtNow.sell(tx, id, buyerId),
    },
    rules: defaultLockRules('USD'),
    people: profiles.summaries,
    ordersOf: (reader, ids) => orders.ofLocks(reader, ids),
    canBePaid: async (_reader, makerId) => !unpayable.has(makerId),
    checkouts: {
      async open(request) {
        reach();
        provider.open.set(request.lockId, request);
        return { url: `https://provider.test/${request.lockId}`, expiresAt: request.expiresAt };
      },
      async close(lockId) {
        reach();
        if (provider.paid.has(lockId)) return 'paid';
        provider.open.delete(lockId);
        return 'closed';
      },
      isOpen: async (_reader, lockId) => provider.open.has(lockId),
    },
  };
  const locks = createLocks(locksDeps);
  const ordersDeps: Parameters<typeof createOrders>[0] = {
    database,
    events,
    timers,
    jobs,
    log,
    keyring,
    locks,
    rules: defaultOrderRules,
    trackerSecrets: ['a-secret-of-easypost'],
    carrierSecrets: ['old-secret-of-a-carrier', 'a-secret-of-a-carrier'],
    tax: taxByTable(new Map([['US', 1_000]])),
    withdrawalIn: new Set(['PT']),
    siteName: 'Test',
    categoryOf: async () => 'Ceramics',
    pieceWords: async () => ({
      caption: 'From one log',
      category: 'Ceramics',
      sections: [{ kind: 'overview', text: 'Oiled, and safe for **food**.' }],
      additions: [],
    }),
    people: profiles.summaries,
    hiddenFrom: profiles.hiddenFrom,
    posters: async () => new Map(),
    pictures: async () => new Map(),
    assertPictures: async () => {},
    labels: shop,
    funds: {
      cameWith: async (_reader, paymentId) => ({
        address: provider.unasked.has(paymentId)
          ? null
          : {
              name: 'Ana Buyer',
              line1: '1 Main St',
              line2: null,
              city: 'Portland',
              region: 'OR',
              postalCode: '97201',
              country: provider.country,
            },
        method: 'card',
        tax: provider.tax,
      }),
      async returnLate(_tx, paymentId) {
        provider.late.push(paymentId);
      },
      async refund(_tx, { paymentId, amount, reason, key }) {
        provider.refunds.push({ paymentId, amount: amount ?? null, reason, key });
        return { id: newId(), paymentId, amount: amount ?? usd(0), reason, state: 'wanted', everything: !amount };
      },
      async takeBack() {},
      async chargeLabel(_tx, { makerId, cost }) {
        provider.labels.push({ makerId, cost });
      },
      async release(_tx, { orderId, payable }) {
        provider.released.push({ orderId, payable });
        return provider.held;
      },
    },
  };
  const orders = createOrders(ordersDeps);
  const auctionsDeps: Parameters<typeof createAuctions>[0] = {
    database,
    events,
    timers,
    listings,
    locks,
    rules: defaultAuctionRules,
    log,
    arePairsApart: graph.arePairsApart,
    isApart: graph.isApart,
    hasBlocked: graph.hasBlocked,
    canBePaid: async (_reader, makerId) => !unpayable.has(makerId),
    block: graph.block,
    propose: (tx, sale) => offers.propose(tx, sale),
    handles: async (_reader, ids) =>
      new Map(ids.flatMap((id) => (handles.has(id) ? [[id, handles.get(id) ?? '']] : []))),
    areApart: graph.areApart,
  };
  const auctions = createAuctions(auctionsDeps);
  const offersDeps: Parameters<typeof createOffers>[0] = {
    database,
    events,
    timers,
    listings,
    locks,
    auctions,
    rules: defaultOfferRules,
    hiddenFrom: profiles.hiddenFrom,
    people: profiles.summaries,
    receivingStep: async (_reader, makerId) => unpayable.get(makerId) ?? null,
  };
  const offers = createOffers(offersDeps);

  const rooms: Room[] = [listings.room, locks.room, orders.room, auctions.room, offers.room];
  const handlers = Object.assign({}, ...rooms.map((room) => room.timers ?? {})) as NonNullable<Room['timers']>;
  await events.tail.start(rooms.flatMap((room) => room.subscribers ?? []));
  await jobs.start(Object.assign({}, ...rooms.map((room) => room.jobs ?? {})), 2);

  /** Everything that is due has happened. */
  const settle = async () => {
    for (let quiet = 0; quiet < 2; quiet++) {
      await events.tail.settle();
      if ((await timers.runDue(handlers)) > 0) quiet = -1;
      if (provider.reachable) await jobs.settle();
    }
  };

  return {
    database,
    events,
    jobs,
    listings,
    locks,
    orders,
    auctions,
    offers,
    /** What each room was made with, for tests of its commands. */
    deps: { listings: listingsDeps, locks: locksDeps, orders: ordersDeps, auctions: auctionsDeps, offers: offersDeps },
    provider,
    stories,
    unpayable,
    cardless,
    sharedCards,
    handles,
    settle,
    /** A person who may do what their roles allow. */
    async person(name: string, ...roles: Actor['roles']): Promise<Actor & { id: string }> {
      const email = `${name}-${newId()}@example.test`;
      const user = await database.transaction((tx) =>
        identity.register(tx, { email, roles: roles.filter((r) => r !== 'viewer') }),
      );
      return { id: user.id, roles: ['viewer', ...roles] };
    },
    /** A listed story of a maker. */
    story(makerId: string, title = 'Walnut bowl'): string {
      const id = newId();
      stories.set(id, { id, makerId, title, isShown: true });
      return id;
    },
    block: (blocker: string, blocked: string) =>
      database.pool.query('insert into blocks (blocker, blocked) values ($1, $2)', [blocker, blocked]),
    /** Time goes by, and what falls due happens. */
    async pass(ms: number) {
      await shiftClock(database, ms);
      await settle();
    },
    /** The provider says that a lock was paid. */
    async capture(lockId: string, paymentId = newId()): Promise<string> {
      const lock = await locks.find(database.db, lockId);
      provider.paid.add(lockId);
      if (provider.open.get(lockId)?.shipsTo.length === 0) provider.unasked.add(paymentId);
      await database.transaction((tx) =>
        events.emit(tx, 'payment.captured', paymentId, { paymentId, lockId, amount: lock ? totalOf(lock) : usd(0) }),
      );
      return paymentId;
    },
    async close() {
      await jobs.stop();
      await events.tail.stop();
      await database.close();
      await own.drop();
    },
  };
};

/** The code of the DomainError that a command refuses with; the error itself as text when it is another one. */
export const codeOf = async (work: Promise<unknown>): Promise<string> =>
  await work.then(
    () => 'no error',
    (error) => (error instanceof DomainError ? error.code : String(error)),
  );
