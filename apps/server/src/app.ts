// The composition root: platform first, then each room in floor order. The only place that knows all.
import { join } from 'node:path';
import { createAuctions } from '#commerce/auctions';
import { createDisputes } from '#commerce/disputes';
import { createLedger } from '#commerce/ledger';
import { createListings } from '#commerce/listings';
import { createLocks } from '#commerce/locks';
import { createOffers } from '#commerce/offers';
import { createOrders } from '#commerce/orders';
import { createPayments } from '#commerce/payments';
import { createPayouts, fundsRules, readSignalRules, readThresholds } from '#commerce/payouts';
import { createMedia, createMediaAnalytics, isFilePath } from '#content/media';
import { createStories } from '#content/stories';
import { createFeed } from '#discovery/feed';
import { createNotifications } from '#notifications';
import { createAccount, readDocuments } from '#people/account';
import { createGraph } from '#people/graph';
import { createIdentity } from '#people/identity';
import { createMakers, mapOrigins } from '#people/makers';
import { createPresenceNotes, createPresences } from '#people/presence';
import { createProfiles } from '#people/profiles';
import { createPrograms } from '#people/programs';
import type { Reader } from '#platform/database';
import { makePartitions } from '#platform/events';
import { createHttp } from '#platform/http';
import { createHub } from '#platform/realtime';
import type { Room } from '#platform/room';
import { openObjects, withDeferredDeletions } from '#platform/storage';
import { createTelemetry } from '#platform/telemetry';
import { createAdmin } from '#trust/admin';
import { createModeration } from '#trust/moderation';
import { createUsers } from '#trust/users';
import packageJson from '../package.json' with { type: 'json' };
import { readDisplayRates, readRules, readSeller } from './commerce-rules.ts';
import { createEvidence } from './dispute-evidence.ts';
import { examine } from './doctor.ts';
import { createHousekeeping, layFoundation } from './foundation.ts';
import { createHealth } from './health.ts';
import { startProbes } from './probes.ts';
import { openProviders, readPlace } from './providers.ts';
import { createSalesProfile } from './sales-profile.ts';
import { createRegister, createSecretAlarm } from './security-register.ts';
import type { Settings } from './settings.ts';
import { createSite } from './site.ts';

/** api answers HTTP, realtime holds WebSockets, worker runs jobs, timers and subscribers. */
export const roleNames = ['api', 'realtime', 'worker'] as const;
export type RoleName = (typeof roleNames)[number];

export type AppOptions = {
  settings: Settings;
  /** Of the database that this app uses. */
  databaseUrl: string;
  /** Objects, uploads and the sandbox's state live below it. */
  dataFolder: string;
  secretKey: string;
  roles: readonly RoleName[];
  /** Whether demo people may exist here. */
  demo: boolean;
  logTo?: NodeJS.WritableStream;
  /** The built web app; its own place when not given. */
  webFolder?: string;
};

const WEB_FOLDER = join(import.meta.dirname, '..', '..', 'web', 'dist');
export type App = Awaited<ReturnType<typeof createApp>>;

/** Builds everything and brings the schema up to date; nothing listens or works until `start`. */
export const createApp = async (options: AppOptions) => {
  const { settings } = options;
  const { loopback, production, https, sandboxed, staffNeedSecondFactor } = readPlace(settings);
  const telemetry = createTelemetry({
    level: settings.LOG_LEVEL,
    role: options.roles.join('+'),
    ...(options.logTo ? { destination: options.logTo } : {}),
  });
  const { log } = telemetry;
  const foundation = await layFoundation({
    settings,
    databaseUrl: options.databaseUrl,
    secretKey: options.secretKey,
    production,
    log,
  });
  const { database, jobs, timers, events, keyring, keys, audit } = foundation;

  let ownPort = settings.PORT;
  const ownUrl = () => settings.PUBLIC_URL ?? `http://127.0.0.1:${ownPort}`;
  const { sandbox, mailer, texter, settlement, labels, trackerSecrets, social } = openProviders({
    settings,
    sandboxed,
    dataFolder: options.dataFolder,
    keyring,
    log,
    clock: database.clock,
    loopbackUrl: () => `http://127.0.0.1:${ownPort}`,
  });

  // people
  const identity = createIdentity({
    database,
    events,
    jobs,
    timers,
    keyring,
    mailer,
    texter,
    siteName: settings.SITE_NAME,
    https,
    publicUrl: settings.PUBLIC_URL,
    siteUrl: ownUrl,
    social,
    staffNeedSecondFactor,
    rateLimitScale: settings.RATE_LIMIT_SCALE,
    // Where the sandbox is, everybody comes from this one machine, the demo people too.
    codesPerNetwork: sandboxed ? 200 : 20,
    welcomeBack: (tx, userId) => account.welcomeBack(tx, userId),
  });
  const account = createAccount({
    database,
    events,
    timers,
    jobs,
    keyring,
    identity,
    mailer,
    siteName: settings.SITE_NAME,
    publicUrl: ownUrl,
    workFolder: join(options.dataFolder, 'work'),
    storage: () => storage,
    personal: () => rooms.flatMap((room) => room.personal ?? []).toReversed(),
    reachChanged: (tx, userId) => stories.reachOfMakerChanged(tx, userId),
    documents: readDocuments(settings),
    async setPrivate(tx, userId, isPrivate) {
      await stories.reachOfMakerChanged(tx, userId);
      if (!isPrivate) await graph.acceptAll(tx, userId);
    },
  });
  const graph = createGraph({ database, events, identity, isPrivate: account.isPrivate });
  const presences = createPresences({ database, account, graph });
  const programs = createPrograms({ database });
  const makers = createMakers({
    database,
    events,
    identity,
    graph,
    keyring,
    people: (db, ids) => profiles.summaries(db, ids),
    currency: settings.CURRENCY,
    reviewed: settings.MAKER_REVIEW,
    payoutAccounts: {
      account: (id) => payments.payoutAccounts.account(id),
      onboardingLink: (maker) => payments.payoutAccounts.onboardingLink(maker),
    },
  });
  const profiles = createProfiles({
    database,
    identity,
    account,
    graph,
    presence: presences,
    pictures: {
      show: (tx, ownerId, id, isShown) => media.showPicture(tx, ownerId, id, isShown),
      shown: (db, ids, width) => media.shownPictures(db, ids, width),
    },
    storyCount: (db, makerId, reader) => stories.countFor(db, makerId, reader),
    siteName: settings.SITE_NAME,
    publicUrl: ownUrl,
  });

  // content
  const objects = openObjects(settings, options.dataFolder, database);
  const storage = withDeferredDeletions(objects, database);
  const media = createMedia({
    database,
    events,
    jobs,
    storage,
    keyring,
    log,
    settings,
    dataFolder: options.dataFolder,
    https,
    publicUrl: settings.PUBLIC_URL,
    filesUrl: settings.FILES_URL ?? null,
    identity,
    graph,
    people: profiles.summaries,
    authenticate: identity.authenticate,
    authenticateUpload: async (headers, action, isRead) =>
      (await programs.authenticateFor(headers, action, isRead)) ?? (await identity.authenticate(headers)),
    reliances: [
      { refusal: 'story_frozen', relies: (db, id) => stories.reliesOnMedia(db, id) },
      { refusal: 'media_in_use', relies: (db, id) => orders.reliesOnMedia(db, id) },
      { refusal: 'media_in_use', relies: (db, id) => disputes.reliesOnMedia(db, id) },
    ],
  });

  const stories = createStories({
    database,
    events,
    profiles,
    media: { find: media.summaries, setVisibility: media.setVisibility, remove: media.remove },
    follows: graph.follows,
    reachOf: account.reachOf,
    isFrozen: (tx, id) => listings.isStoryFrozen(tx, id),
  });

  // commerce, in its order: each knows those before it; what comes from behind is a port
  const people = profiles.summaries;
  const admins = (db: Reader) => identity.withRole(db, 'admin');
  const { areApart, arePairsApart, isApart } = graph;
  const rules = readRules(settings);
  const ledger = createLedger({
    database,
    events,
    currency: settings.CURRENCY,
    ordersOfPayments: (db, ids) => orders.ofPayments(db, ids),
    ownTaxOf: (...asked) => orders.ownTaxOf(...asked),
    makerName: async (db, id) => (await people(db, [id])).get(id)?.displayName ?? '',
    seller: readSeller(settings),
  });
  const payments = createPayments({
    database,
    events,
    jobs,
    keyring,
    log,
    ledger,
    identity,
    settlement,
    otherEvents: {
      'payout.': (event) => payouts.hear(event),
      'charge.dispute.': (event) => disputes.hear(event),
    },
    bidsUpTo: (db, id) => locks.bidsUpTo(db, id),
    taxedByProvider: settings.TAX_BY === 'stripe',
    sessionsEnding: (lockIds) => locks.renewSessions(lockIds),
    ordersOf: (db, ids) => orders.ofPayments(db, ids),
    pages: {
      checkout: (lockId, outcome) => `${ownUrl()}/pay/${lockId}/${outcome === 'paid' ? 'done' : 'back'}`,
      cards: (outcome) => `${ownUrl()}/you/cards${outcome === 'saved' ? '?saved=1' : ''}`,
      onboarding: (outcome) => `${ownUrl()}/studio/start${outcome === 'refresh' ? '?link=again' : ''}`,
    },
  });
  const listings = createListings({
    database,
    events,
    currency: settings.CURRENCY,
    timers,
    areApart,
    isFor: (db, actor, id) => stories.isFor(db, actor, id),
    story: stories.facts,
    stories: stories.factsByIds,
    posters: (db, ids) => stories.posters(db, ids),
    draft: (tx, actor, from) => stories.draftFrom(tx, actor, from),
  });
  const locks = createLocks({
    database,
    events,
    timers,
    jobs,
    log,
    listings,
    checkouts: payments.checkouts,
    canBePaid: payments.canReceive,
    hasSavedCard: payments.hasSavedCard,
    sharedCards: payments.sharedCards,
    sharedHomes: (db, ids) => orders.sharedHomes(db, ids),
    unsentOf: (db, whose) => orders.unsentOf(db, whose),
    joinedAt: async (db, id) => (await identity.user(db, id))?.createdAt ?? null,
    auctions: {
      lock: (tx, id) => auctions.boughtNow.lock(tx, id),
      sell: (tx, id, buyerId) => auctions.boughtNow.sell(tx, id, buyerId),
    },
    rules: rules.locks,
    people,
    ordersOf: (db, ids) => orders.ofLocks(db, ids),
  });
  const orders = createOrders({
    database,
    events,
    timers,
    jobs,
    log,
    keyring,
    locks,
    funds: { ...payments.funds, release: (tx, sale) => payouts.funds.release(tx, sale) },
    rules: rules.orders,
    labels,
    trackerSecrets,
    carrierSecrets: rules.carrierSecrets,
    tax: rules.tax,
    withdrawalIn: rules.withdrawalIn,
    siteName: settings.SITE_NAME,
    categoryOf: async (db, id) => (await stories.facts(db, id))?.category ?? '',
    async pieceWords(db, { storyId, listingId }) {
      const words = await stories.words(db, storyId);
      return words && { ...words, additions: (await listings.additionsOf(db, [listingId])).get(listingId) ?? [] };
    },
    hiddenFrom: profiles.hiddenFrom,
    people,
    posters: (db, ids) => stories.posters(db, ids),
    pictures: media.seePictures,
    assertPictures: media.assertOwnPictures,
  });
  const auctions = createAuctions({
    database,
    events,
    timers,
    listings,
    locks,
    rules: rules.auctions,
    log,
    areApart,
    arePairsApart,
    isApart,
    hasBlocked: graph.hasBlocked,
    canBePaid: payments.canReceive,
    block: graph.block,
    propose: (tx, sale) => offers.propose(tx, sale),
    handles: account.handlesBesideBids,
  });
  const offers = createOffers({
    database,
    events,
    timers,
    listings,
    locks,
    auctions,
    rules: rules.offers,
    hiddenFrom: profiles.hiddenFrom,
    people,
    receivingStep: payments.receivingStep,
  });

  const payouts = createPayouts({
    database,
    events,
    timers,
    jobs,
    log,
    ledger,
    payments,
    orders,
    issueHolds: orders.holdsFunds,
    disputedPayments: (db, sources) => disputes.paymentsOf(db, sources),
    answersDue: (db, paymentIds) => disputes.answersDue(db, paymentIds),
    admins,
    settlement,
    currency: settings.CURRENCY,
    rules: fundsRules(readThresholds(settings.KYC_THRESHOLDS), settings.TRUSTED_SALES),
    signals: readSignalRules(settings),
    salesProfile: createSalesProfile({ orders, payments }),
    people,
  });
  const disputes = createDisputes({
    database,
    events,
    timers,
    jobs,
    keyring,
    log,
    ledger,
    payments,
    payouts,
    orders,
    settlement,
    admins,
    evidence: createEvidence({ orders, locks, auctions, people }),
    siteName: settings.SITE_NAME,
    assertPictures: media.assertOwnPictures,
    pictures: media.seePictures,
    jpeg: media.jpegOf,
  });

  // discovery, trust, notifications
  const feed = createFeed({
    database,
    graph,
    stories,
    listings,
    auctions,
    grantPublicPlayback: media.grantPublic,
    grantPlayback: media.grantThese,
    actorOf: async (request) => (await identity.authenticate(request.headers)).actor,
    siteName: settings.SITE_NAME,
    hasBanner: sandboxed,
    publicUrl: ownUrl,
  });
  const moderation = createModeration({ database, events, stories, identity, profiles, reviews: orders.reviews });
  const admin = createAdmin({
    database,
    currency: settings.CURRENCY,
    identity,
    ledger,
    payments,
    locks,
    orders,
    payouts,
    disputes,
    people,
  });
  const users = createUsers({
    database,
    timers,
    identity,
    makeMaker: makers.make,
    audit,
    keyring,
    https,
    version: packageJson.version,
    people,
    measures: createRegister({
      settings,
      database,
      keys,
      audit,
      admins: () => identity.withRole(database.db, 'admin'),
      staffWithOneFactor: () => identity.staffWithOneFactor(database.db),
    }),
  });
  const notifications = createNotifications({
    database,
    events,
    jobs,
    identity,
    mailer,
    siteName: settings.SITE_NAME,
    publicUrl: ownUrl,
    wantsMail: account.wantsMail,
    invoiceFile: (db, orderId) => orders.invoiceFile(db, orderId),
    feeInvoiceFile: (db, makerId, id) => ledger.feeInvoiceFile(db, makerId, id),
    creditNoteFile: (db, refund) => orders.creditNoteFile(db, refund),
  });

  const site = createSite({
    name: settings.SITE_NAME,
    currency: settings.CURRENCY,
    displayRates: readDisplayRates(settings),
    clock: database.clock,
    sandbox: sandboxed,
    demo: options.demo && sandboxed,
    uploadBytes: settings.MEDIA_FILE_BYTES,
    videoSeconds: settings.MEDIA_SECONDS,
    importByUrl: settings.MEDIA_IMPORT,
    offerHours: settings.OFFER_HOURS,
    payHours: settings.PAY_HOURS,
    completeDays: settings.COMPLETE_DAYS,
    answerDays: settings.ISSUE_ANSWER_DAYS,
    payments: payments.available,
    signInWith: identity.socialProviders,
    sms: texter.available,
    mapStyleUrl: settings.MAP_STYLE_URL ?? null,
  });

  const health = createHealth({
    database,
    identity,
    mailer,
    siteName: settings.SITE_NAME,
    examine: () => examine({ settings, databaseUrl: options.databaseUrl, dataFolder: options.dataFolder }),
  });

  const http = await createHttp({
    database,
    telemetry,
    siteName: settings.SITE_NAME,
    publicUrl: settings.PUBLIC_URL ?? null,
    loopback,
    trustProxy: settings.TRUST_PROXY,
    rateLimitScale: settings.RATE_LIMIT_SCALE,
    requestLeaseS: 2 * settings.DEAD_AFTER_S, // a request has no heartbeat
    socketsPerAddress: loopback ? 0 : settings.SOCKETS_PER_ADDRESS,
    webFolder: options.webFolder ?? WEB_FOLDER,
    files: settings.FILES_URL ? { url: settings.FILES_URL, isFile: isFilePath } : null,
    appOrigins: settings.APP_ORIGINS?.split(',') ?? [],
    pagesLoadFrom: [...mapOrigins(settings), ...(settings.FILES_URL ? [settings.FILES_URL] : [])],
    async authenticate(headers) {
      const byKey = await programs.authenticate(headers);
      if (byKey) return byKey;
      const own = await identity.authenticate(headers);
      return (await users.viewing(headers, own)) ?? own;
    },
    requireFresh: identity.requireFresh,
    headOf: async (path, request) => (await profiles.headOf(path, request)) ?? (await feed.headOf(path, request)),
    openingOf: (path) => {
      const { questions, ...rest } = feed.openingOf(path);
      // What every page asks: who is here, and what server this is.
      return { ...rest, questions: [...questions, '/site', '/auth/profile'] };
    },
  });

  const housekeeping = createHousekeeping(foundation, { objects, sweepIdempotencyKeys: http.sweepIdempotencyKeys });
  const rooms: readonly Room[] = [
    site.room,
    health.room,
    housekeeping,
    createSecretAlarm({ database, events, admins }),
    identity.room,
    account.room,
    graph.room,
    presences.room,
    programs.room,
    makers.room,
    profiles.room,
    media.room,
    createMediaAnalytics({ database, jobs, storage, people: profiles.summaries, egress: media.egress }).room,
    stories.room,
    ledger.room,
    payments.room,
    listings.room,
    locks.room,
    orders.room,
    auctions.room,
    offers.room,
    payouts.room,
    disputes.room,
    feed.room,
    moderation.room,
    admin.room,
    users.room,
    notifications.room,
  ];

  const subscribers = rooms.flatMap((room) => room.subscribers ?? []);
  keys.seals(rooms.flatMap((room) => room.sealed ?? []));

  const hub = createHub({
    log,
    clock: database.clock,
    onPerson: (id) => notes.came(id),
    authenticate: async (headers) => (http.isOwnSocket(headers) ? await identity.authenticate(headers) : null),
  });
  const notes = createPresenceNotes({ presences, people: hub.people, log });
  for (const room of rooms) {
    for (const table of room.routes ?? []) http.add(table);
    for (const channel of room.channels ?? []) hub.add(channel);
  }
  await identity.mount(http.app);
  await media.mount(http.app);
  account.mount(http.app);
  if (sandbox) await http.app.register(sandbox.plugin, { prefix: '/sandbox' });
  const stopHearing = events.tail.listen(hub.hear);
  telemetry.gauge('realtime_connections', 'Open WebSockets', hub.connections);

  const does = (role: RoleName) => options.roles.includes(role);
  let probes: Awaited<ReturnType<typeof startProbes>> | null = null;
  let clockTimer: NodeJS.Timeout | null = null;

  return {
    database,
    events,
    jobs,
    timers,
    keys,
    audit,
    log,
    identity,
    makers,
    media,
    payments,
    auctions,
    payouts,
    /** What each room holds of people. */
    personal: rooms.flatMap((room) => room.personal ?? []),
    http,
    sandbox,
    /** Whether demo people and demo content belong here. */
    demo: options.demo && sandboxed,
    /** Who hears of events durably. */
    subscribers,
    timerHandlers: Object.assign({}, ...rooms.map((room) => room.timers ?? {})) as NonNullable<Room['timers']>,
    /** Where people reach it; the port is known after `start`. */
    url: ownUrl,
    /** Listens and works, by the roles asked for. */
    async start() {
      await makePartitions(database);
      // Before anybody can connect: what a socket is not told, it must find in what it reads.
      await events.tail.start(does('worker') ? subscribers : []);
      if (does('api') || does('realtime')) {
        if (does('realtime')) {
          hub.attach(http.app.server, '/api/v1/realtime');
          notes.start();
        }
        ownPort = await http.listen(settings.HOST, settings.PORT);
      }
      if (does('worker')) {
        await audit.start();
        await jobs.start(Object.assign({}, ...rooms.map((room) => room.jobs ?? {})), settings.JOB_CONCURRENCY);
        timers.start(Object.assign({}, ...rooms.map((room) => room.timers ?? {})));
      }
      clockTimer = setInterval(() => database.now(database.db).catch(() => {}), 1000);
      clockTimer.unref();
      probes = await startProbes({
        database,
        telemetry,
        host: settings.METRICS_HOST,
        port: settings.METRICS_PORT,
        insist: production,
      });
    },
    /** Lets what runs come to its end, then closes everything. */
    async close() {
      if (clockTimer) clearInterval(clockTimer);
      notes.stop();
      keys.close();
      probes?.drain();
      hub.close();
      await http.close();
      await timers.stop();
      await jobs.stop();
      await audit.stop();
      stopHearing();
      await events.tail.stop();
      await sandbox?.close();
      await probes?.close();
      await database.close();
    },
  };
};
