// Every route with ids of somebody else's things: nothing is told, nothing is changed. What is open to all is named.

import { Writable } from 'node:stream';
import { createNodeSession } from '@videowindow/client/node';
import { type Endpoint, permissions } from '@videowindow/contract';
import { api } from '@videowindow/contract/api';
import { payCheckout } from '@videowindow/sandbox/visitor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '#platform/database';
import { startTestApp, type TestApp } from './testing/app.ts';
import { eventually } from './testing/eventually.ts';
import { linkPayoutAccount, type Person, signIn } from './testing/people.ts';
import { describeHostileInput } from './testing/security/any-input.ts';
import { describeFloods } from './testing/security/held.ts';
import type { World } from './testing/security/hostile.ts';
import { describeServerOwned } from './testing/security/server-owned.ts';
import { openStudio } from './testing/studio.ts';

type Route = keyof typeof api;
/** What is asked for: the route's path is filled with these; `body` goes as JSON. */
type Ask = { params?: Record<string, string>; query?: string; body?: object };
/**
 * - `closed`: about somebody else's thing; outsiders get 401, 403 or 404, and not a row changes. `staff` may read it.
 * - `open`: everybody may, and gets nothing that is private.
 * - `own`: it names no thing of anybody; a person gets their own.
 */
type Case = { kind: 'closed'; ask: Ask; staff?: true } | { kind: 'open' | 'own'; ask?: Ask };

const usd = (amount: number) => ({ amount, currency: 'USD' });
const SECRET = 'zanzibar';
/** Where the owner works; others see a circle. */
const HOME = { latitude: 38.71234, longitude: -9.13567 };

/** Everything that was logged, down to what only `LOG_LEVEL=debug` shows. */
const logged: string[] = [];
const logTo = new Writable({
  write(chunk, _encoding, done) {
    logged.push(String(chunk));
    done();
  },
});

let app: TestApp;
let things: Awaited<ReturnType<typeof makeThings>>;
let cases: Record<Route, Case>;
/** People who have nothing to do with the things. */
let outsiders: Record<(typeof outsiderNames)[number], Asker>;
let owner: Person;
let buyer: Person;
/** Who may lose their account. */
let spare: Person;

type Asker = Pick<Person, 'fetch' | 'cookie' | 'realtime'>;

beforeAll(async () => {
  app = await startTestApp({
    env: { MEDIA_IMPORT: 'true', CARRIER_WEBHOOK_SECRETS: 'a-secret-of-carriers', LOG_LEVEL: 'debug' },
    logTo,
  });
  owner = await signIn(app, `ines.${SECRET}`, ['maker']);
  buyer = await signIn(app, `bruno.${SECRET}`, ['maker']);
  const moderator = await signIn(app, 'noor', ['moderator']);
  spare = await signIn(app, 'spare');
  outsiders = {
    anonymous: createNodeSession(app.url()),
    viewer: await signIn(app, 'otto'),
    maker: await signIn(app, 'rui', ['maker']),
    moderator: await signIn(app, 'milan', ['moderator']),
    admin: await signIn(app, 'ada', ['admin']),
  };
  things = await makeThings(moderator);
  cases = casesOf();
  await watchTables();
}, 120_000);
afterAll(() => app.stop());

/** A thing of each kind, in the states in which most could be done to them. */
const makeThings = async (moderator: Person) => {
  await linkPayoutAccount(app, owner);
  const studio = await openStudio(app);
  const forSale = async () => {
    const { id } = await studio.listed(owner, moderator, { mediaId: await studio.clip(owner) });
    const listing = await owner.client.call('PUT /stories/:storyId/listing', {
      params: { storyId: id },
      body: {
        askingPrice: usd(9000),
        offerPolicy: {
          acceptsOffers: true,
          minimumOffer: usd(3000),
          autoRejectBelow: usd(3333),
          startAuctionAt: usd(5000),
        },
        shipping: {
          zones: [{ countries: ['US'], price: usd(1800), further: usd(1800) }],
          combined: false,
          handlingDays: 3,
          pickup: false,
          pickupPlace: null,
        },
      },
    });
    return { id, listing };
  };
  const offer = (storyId: string, amount: number) =>
    buyer.client.call('POST /stories/:storyId/offers', {
      params: { storyId },
      body: { amount: usd(amount) },
      idempotencyKey: crypto.randomUUID(),
    });
  const accepted = async () => {
    const made = await offer((await forSale()).id, 4000);
    const { lockId } = await owner.client.call('POST /offers/:id/accept', {
      params: { id: made.id },
      idempotencyKey: crypto.randomUUID(),
    });
    return lockId ?? '';
  };

  const draft = await studio.draft(owner, { title: `A draft of ${SECRET}`, mediaId: await studio.clip(owner) });
  await owner.client.call('PUT /stories/:storyId/listing', {
    params: { storyId: draft.id },
    body: {
      askingPrice: usd(9000),
      offerPolicy: { acceptsOffers: true },
      shipping: { zones: [], combined: false, handlingDays: 3, pickup: true, pickupPlace: SECRET },
    },
  });
  const profile = await owner.client.call('POST /makers/me/shipping-profiles', {
    body: {
      name: SECRET,
      shipping: { zones: [], combined: false, handlingDays: 3, pickup: true, pickupPlace: SECRET },
    },
  });
  const submitted = await studio.submitted(owner, { mediaId: await studio.clip(owner) });
  const archived = await studio.listed(owner, moderator, { mediaId: await studio.clip(owner) });
  await owner.client.call('POST /stories/:id/archive', { params: { id: archived.id } });
  const shown = await forSale();
  const pending = await offer(shown.id, 4000);
  const auctioned = await forSale();
  const { auctionId } = await offer(auctioned.id, 5000);
  const { auctionId: cancelled } = await offer((await forSale()).id, 5000);
  await owner.client.call('POST /auctions/:id/cancel', { params: { id: cancelled ?? '' } });
  const held = await accepted();
  const paid = await accepted();
  const { url } = await buyer.client.call('POST /locks/:id/checkout', {
    params: { id: paid },
    body: { delivery: 'ship' },
    idempotencyKey: crypto.randomUUID(),
  });
  await payCheckout(url, { email: buyer.email, name: `Bruno ${SECRET}` });
  await app.settle();
  const { mediaId: uploading } = await owner.client.call('POST /media/uploadSession', {
    body: { purpose: 'video', filename: `${SECRET}.mp4`, bytes: 1000 },
  });
  const apiKey = await owner.client.call('POST /me/api-keys', {
    body: { name: SECRET, scopes: ['sales:read'], days: 1 },
  });
  const failed = await studio.clip(owner);
  await sql`update media set state = 'failed' where id = ${failed}`.execute(app.database.db);
  const report = await buyer.client.call('POST /moderation/report', {
    body: { kind: 'story', subjectId: shown.id, reason: 'other', note: SECRET },
  });
  await app.settle();
  const [order] = (await buyer.client.call('GET /orders', { query: { as: 'buyer' } })).items;
  const { rows: payments } = await sql<{ id: string }>`select id from payments where lock_id = ${paid}`.execute(
    app.database.db,
  );
  const { rows: strikes } = await sql<{ id: string }>`
    insert into strikes (id, person_id, kind, subject_id, title, at, appeal, appealed_at, answer, answered_at)
    values (gen_random_uuid(), ${buyer.id}, 'unpaid', gen_random_uuid(), 'Moon jar', now(), ${SECRET}, now(), 'upheld', now())
    returning id`.execute(app.database.db);
  const card = crypto.randomUUID();
  await sql`
    insert into saved_cards (id, person_id, method_id, brand, last4, exp_year, exp_month, saved_at)
    values (${card}, ${buyer.id}, 'pm_owned', 'visa', '4242', 2040, 1, now())`.execute(app.database.db);
  const [session] = (await owner.client.call('GET /auth/sessions')).items;
  const passkey = crypto.randomUUID();
  await sql`
    insert into passkeys (id, user_id, credential_id, public_key, counter, transports, name, synced, added_at)
    values (${passkey}, ${owner.id}, ${SECRET}, '', 0, '{}', ${SECRET}, false, now())`.execute(app.database.db);
  const moneyCase = crypto.randomUUID();
  await sql`
    insert into money_cases (id, maker_id, state, signals, opened_at)
    values (${moneyCase}, ${owner.id}, 'open', '{by_hand}', now())`.execute(app.database.db);
  const application = crypto.randomUUID();
  await sql`
    insert into maker_applications (id, person_id, about, state, applied_at)
    values (${application}, ${buyer.id}, ${SECRET}, 'waiting', now())`.execute(app.database.db);
  await owner.client.call('PUT /makers/me/place', {
    body: {
      city: 'Lisbon',
      latitude: HOME.latitude,
      longitude: HOME.longitude,
      radiusKm: 30,
      travelNotes: '',
      showsExactly: false,
    },
  });
  const [dispute, entry] = [crypto.randomUUID(), crypto.randomUUID()];
  await sql`
    insert into disputes
      (id, provider_id, payment_id, order_id, amount, currency, reason, inquiry, state, opened_at, heard_at)
    values (${dispute}, 'du_owned', ${payments[0]?.id}, ${order?.id}, 100, 'USD', 'fraudulent', true, 'opened', now(),
            now())`.execute(app.database.db);
  await sql`
    insert into dispute_entries (id, dispute_id, author_id, text, pictures, at)
    values (${entry}, ${dispute}, ${owner.id}, ${SECRET}, '{}', now())`.execute(app.database.db);
  const feeInvoice = crypto.randomUUID();
  await sql`
    insert into fee_invoices (id, maker_id, month, number, currency, amount, issued_at, document)
    values (${feeInvoice}, ${owner.id}, '2026-10', 1, 'USD', 870, now(), '{}')`.execute(app.database.db);
  const [notification] = (await owner.client.call('GET /notifications', { query: {} })).items;
  const { issue } = await buyer.client.call('POST /orders/:id/issues', {
    params: { id: order?.id ?? '' },
    body: { reason: 'other', text: `Where is ${SECRET}?`, pictures: [] },
  });
  await app.settle();
  return {
    draft: draft.id,
    submitted: submitted.id,
    archived: archived.id,
    shown: shown.id,
    listing: shown.listing.id,
    profile: profile.id,
    offer: pending.id,
    auction: auctionId ?? '',
    cancelled: cancelled ?? '',
    held,
    strike: strikes[0]?.id ?? '',
    order: order?.id ?? '',
    payment: payments[0]?.id ?? '',
    issue: issue?.id ?? '',
    card,
    feeInvoice,
    passkey,
    invoice: order?.invoices[0]?.id ?? '',
    dispute,
    entry,
    case: moneyCase,
    application,
    notification: notification?.id ?? '',
    session: session?.id ?? '',
    media: draft.mediaId ?? '',
    uploading,
    failed,
    apiKey: apiKey.item.id,
    report: report.id,
  };
};

const casesOf = (): Record<Route, Case> => {
  const closed = (ask: Ask): Case => ({ kind: 'closed', ask });
  const forStaff = (ask: Ask): Case => ({ kind: 'closed', ask, staff: true });
  const open = (ask: Ask = {}): Case => ({ kind: 'open', ask });
  const own = (ask: Ask = {}): Case => ({ kind: 'own', ask });
  const id = (value: string) => ({ params: { id: value } });
  const assertion = {
    id: 'x',
    rawId: 'x',
    type: 'public-key',
    clientExtensionResults: {},
    response: { clientDataJSON: 'e30', authenticatorData: 'x', signature: 'x' },
  };
  const terms = {
    askingPrice: usd(1),
    offerPolicy: { acceptsOffers: true },
    shipping: { zones: [], combined: false, handlingDays: 1, pickup: true, pickupPlace: 'Here' },
  };
  return {
    'GET /site': open(),
    'GET /setup': open(),
    'POST /setup': open({ body: { code: 'x', email: 'nobody@people.test' } }),
    'GET /admin/health': closed({}),
    'POST /admin/health/mail': closed({}),
    'POST /auth/otp/request': open({ body: { identifier: 'nobody@people.test' } }),
    'POST /auth/otp/verify': open({ body: { identifier: owner.email, code: '000000' } }),
    'POST /auth/register': open({ body: { identifier: 'nobody@people.test', password: 'a long password' } }),
    'POST /auth/verify-email': open({ body: { ticket: 'none', code: '000000' } }),
    'POST /auth/login': open({ body: { identifier: owner.email, password: 'a long password' } }),
    'POST /auth/refresh': open({ body: { refreshToken: 'none' } }),
    'POST /auth/reset-password/request': open({ body: { identifier: 'nobody@people.test' } }),
    'POST /auth/reset-password': open({
      body: { identifier: owner.email, code: '000000', password: 'a long password' },
    }),
    'POST /auth/phone': own({ body: { phone: '+351 912 345 678' } }),
    'POST /auth/verify-phone': own({ body: { code: '000000' } }),
    'DELETE /auth/phone': own(),
    'GET /auth/email-change': own(),
    'POST /auth/email-change': own({ body: { email: 'another@people.test' } }),
    'POST /auth/email-change/verify': own({ body: { code: '000000' } }),
    'DELETE /auth/email-change': own(),
    'POST /auth/email-change/answer': open({ body: { token: 'none', answer: 'stop' } }),
    'PUT /auth/password': own({ body: { password: 'a long password' } }),
    'DELETE /auth/password': own(),
    'POST /auth/step-up/password': own({ body: { password: 'a long password' } }),
    // These two change who asks: they come last, by people of their own.
    'POST /auth/logout': own(),
    'GET /auth/profile': open(),
    'GET /auth/sessions': own(),
    'DELETE /auth/sessions/:id': closed(id(things.session)),
    'POST /auth/sessions/end-others': own(),
    'GET /auth/ways': own(),
    'POST /auth/step-up/send-code': own({ body: { way: 'email' } }),
    'POST /auth/step-up/code': own({ body: { code: '000000' } }),

    'POST /auth/social/start': open({ body: { provider: 'google' } }),
    'POST /auth/social/link': own({ body: { provider: 'google' } }),
    'POST /auth/social/callback': open({ body: { provider: 'google', answer: { state: 'x', code: 'y' } } }),
    'DELETE /auth/social/:provider': own({ params: { provider: 'google' } }),
    'POST /auth/passkeys/sign-in/options': open(),
    'POST /auth/passkeys/sign-in': open({ body: { response: assertion } }),
    'GET /auth/passkeys': own(),
    'POST /auth/passkeys/options': own(),
    'POST /auth/passkeys': own({ body: { name: 'Mine', response: assertion } }),
    'PATCH /auth/passkeys/:id': closed({ ...id(things.passkey), body: { name: 'Mine' } }),
    'DELETE /auth/passkeys/:id': closed(id(things.passkey)),
    'POST /auth/step-up/passkey/options': own(),
    'POST /auth/step-up/passkey': own({ body: { response: assertion } }),
    'GET /auth/2fa': own(),
    'POST /auth/2fa/offer': own(),
    'POST /auth/2fa/enable': own({ body: { code: '000000' } }),
    'POST /auth/2fa/recovery-codes': own(),
    'DELETE /auth/2fa': own(),
    'POST /auth/2fa/verify': open({ body: { step: 'x', code: '000000' } }),
    'POST /auth/step-up/totp': own({ body: { code: '000000' } }),
    'POST /auth/device-requests': open(),
    'POST /auth/device-requests/:id/redeem': open(id(things.passkey)),
    'GET /auth/device-requests/:code': own({ params: { code: 'BCDF-GHJK' } }),
    'POST /auth/device-requests/:code/answer': own({ params: { code: 'BCDF-GHJK' }, body: { number: null } }),

    'GET /users/:handle': open({ params: { handle: 'nobody-of-this-name' } }),
    'PATCH /users/me': own({ body: { bio: 'Mine.' } }),
    'PUT /users/:id/block': own(id('01900000-0000-7000-8000-00000000000a')),
    'DELETE /users/:id/block': own(id('01900000-0000-7000-8000-00000000000a')),
    'PUT /users/:id/follow': own(id('01900000-0000-7000-8000-00000000000a')),
    'DELETE /users/:id/follow': own(id('01900000-0000-7000-8000-00000000000a')),
    'GET /users/me/blocks': own(),
    'GET /me/api-keys': own(),
    'POST /me/api-keys': own({ body: { name: 'Shop', scopes: ['sales:read'], days: 1 } }),
    'DELETE /me/api-keys/:id': closed(id(things.apiKey)),
    'GET /users/me/follow-requests': own(),
    'PUT /users/:id/follow-request': own(id('01900000-0000-7000-8000-00000000000a')),
    'DELETE /users/:id/follow-request': own(id('01900000-0000-7000-8000-00000000000a')),
    'DELETE /users/:id/follower': own(id('01900000-0000-7000-8000-00000000000a')),
    'GET /users/me/settings': own(),
    'PATCH /users/me/settings': own({ body: { dataSaver: true } }),
    'GET /users/me/privacy': own(),
    'PATCH /users/me/privacy': own({ body: { hideActivity: true } }),
    'GET /users/me/consents': own(),
    'GET /users/me/leaving': own(),
    'POST /users/me/deactivation': own(),
    'POST /users/me/deletion': own(),
    'GET /users/me/archives': own(),
    'POST /users/me/archives': own(),
    'POST /users/me/archives/:id/grant': own(id('01900000-0000-7000-8000-00000000000a')),
    'POST /users/me/consents': own({ body: { kind: 'marketing', version: '1', given: true } }),
    'POST /makers': own(),
    'GET /makers/me': own(),
    'PATCH /makers/me': own({ body: { offerPolicy: { acceptsOffers: false } } }),
    'POST /makers/me/onboarding': own(),
    'GET /makers/me/application': own(),
    'POST /makers/me/application': own({ body: { about: 'Bowls and jars of stoneware.' } }),
    'DELETE /makers/me/application': own(),
    'GET /admin/maker-applications': closed({ query: 'show=all' }),
    'GET /admin/maker-applications/:id': closed(id(things.application)),
    'POST /admin/maker-applications/:id/approve': closed({ ...id(things.application), body: { reason: '' } }),
    'POST /admin/maker-applications/:id/decline': closed({ ...id(things.application), body: { reason: 'Mine.' } }),
    'GET /makers/:id/page': open(id(owner.id)),
    'GET /makers/me/page': own(),
    'PUT /makers/me/policies': own({ body: { shipping: '', returns: '', commissions: '', care: '' } }),
    'PUT /makers/me/place': own({
      body: { city: 'Here', latitude: 1, longitude: 1, radiusKm: null, travelNotes: '', showsExactly: false },
    }),
    'DELETE /makers/me/place': own(),

    'POST /media/uploadSession': own({ body: { purpose: 'video', filename: 'a.mp4', bytes: 10 } }),
    'POST /media/import': own({ body: { purpose: 'video', url: 'http://127.0.0.1/a.mp4' } }),
    'GET /media': own(),
    'GET /media/:id': forStaff(id(things.media)),
    'GET /media/:id/playback': forStaff(id(things.media)),
    'GET /media/:id/image': forStaff(id(things.media)),
    'POST /media/:id/retry': closed(id(things.failed)),
    'POST /media/:id/cancel': closed(id(things.failed)),
    'POST /media/:id/edit': closed({ ...id(things.media), body: { trim: null, coverMs: null } }),
    'GET /media/quota': own(),
    'PUT /media/:id/visibility': closed({ ...id(things.media), body: { visibility: 'public' } }),
    'PUT /media/:id/chapters': closed({ ...id(things.media), body: { chapters: [] } }),
    'GET /media/:id/captions': forStaff(id(things.media)),
    'PUT /media/:id/captions/:language': closed({
      params: { id: things.media, language: 'en' },
      body: { label: 'English', text: 'WEBVTT', revision: 0 },
    }),
    'DELETE /media/:id/captions/:language': closed({ params: { id: things.media, language: 'en' } }),
    'DELETE /media/:id': closed(id(things.media)),
    'GET /admin/media': closed({}),
    'POST /admin/media/:id/retry': closed(id(things.failed)),
    'POST /admin/media/:id/cancel': closed(id(things.uploading)),

    'GET /admin/storage': closed({}),
    'POST /admin/storage/measure': closed({}),

    'POST /stories': closed({ body: { mediaId: things.media } }),
    'GET /stories': own(),
    'GET /stories/:id': forStaff(id(things.draft)),
    'PATCH /stories/:id': closed({ ...id(things.draft), body: { version: 1, title: 'Taken over' } }),
    'PUT /stories/:id/visibility': closed({ ...id(things.shown), body: { visibility: 'private' } }),
    'DELETE /stories/:id': closed(id(things.draft)),
    'POST /stories/:id/submit': closed(id(things.draft)),
    'POST /stories/:id/withdraw': closed(id(things.submitted)),
    'POST /stories/:id/archive': closed(id(things.shown)),
    'POST /stories/:id/revert': closed(id(things.submitted)),
    'POST /stories/:id/unarchive': closed(id(things.archived)),

    'GET /stories/:storyId/listing': forStaff({ params: { storyId: things.draft } }),
    'PUT /stories/:storyId/listing': closed({ params: { storyId: things.shown }, body: terms }),
    'POST /listings/:id/pause': closed(id(things.listing)),
    'POST /listings/:id/resume': closed(id(things.listing)),
    'POST /listings/:id/withdraw': closed(id(things.listing)),

    'POST /stories/:storyId/offers': forStaff({ params: { storyId: things.draft }, body: { amount: usd(9000) } }),
    'GET /offers': own({ query: 'as=maker' }),
    'GET /offers/:id': closed(id(things.offer)),
    'POST /offers/:id/withdraw': closed(id(things.offer)),
    'POST /offers/:id/accept': closed(id(things.offer)),
    'POST /offers/:id/decline': closed(id(things.offer)),
    'POST /offers/:id/counter': closed({ ...id(things.offer), body: { amount: usd(9000) } }),
    'POST /offers/:id/open-auction': closed(id(things.offer)),

    'GET /auctions/:id': open(id(things.auction)),
    'GET /auctions/:id/events': open(id(things.auction)),
    'POST /auctions/:id/bids': open({ ...id(things.auction), body: { amount: usd(1) } }),
    'POST /auctions/:id/accept': closed({ ...id(things.auction), body: { expectedSeq: 2 } }),
    'POST /auctions/:id/cancel': closed(id(things.auction)),
    'POST /auctions/:id/watch': open({ ...id(things.auction), body: { watching: false } }),
    'GET /watchlist': own(),
    'POST /auctions/:id/buy-now': open(id(things.auction)),
    'GET /auctions/:id/retraction': open(id(things.auction)),
    'POST /auctions/:id/retract': open({ ...id(things.auction), body: { reason: 'wrong_amount' } }),
    'POST /auctions/:id/retract-for': forStaff({
      ...id(things.cancelled),
      body: { bidder: 1, what: 'newest', reason: 'wrong_amount', note: 'Mine.' },
    }),
    'POST /auctions/:id/block': closed({ ...id(things.auction), body: { bidder: 1 } }),
    'POST /auctions/:id/suspend': forStaff({ ...id(things.cancelled), body: { reason: 'Mine.' } }),
    'POST /auctions/:id/resume': forStaff(id(things.cancelled)),
    'POST /auctions/:id/end': forStaff({ ...id(things.cancelled), body: { reason: 'Mine.' } }),
    'POST /auctions/:id/second-chance': closed({ ...id(things.auction), body: { choice: 'relist' } }),

    'POST /listings/:id/additions': closed({ ...id(things.listing), body: { text: 'Mine.' } }),
    'POST /listings/:id/relist': closed(id(things.listing)),
    'POST /listings/:id/duplicate': closed(id(things.listing)),
    'GET /listings': own(),
    'POST /listings/bulk': own({ body: { ids: [things.listing], change: { kind: 'pause' } } }),
    'GET /listings/file': own(),
    'POST /listings/import': own({ body: { csv: `story_id,price\n${things.shown},1.00`, dryRun: false } }),
    'GET /makers/me/shipping-profiles': own(),
    'POST /makers/me/shipping-profiles': own({ body: { name: 'Mine', shipping: terms.shipping } }),
    'PUT /shipping-profiles/:id': closed({
      ...id(things.profile),
      body: { name: 'Mine', shipping: terms.shipping },
    }),
    'DELETE /shipping-profiles/:id': closed(id(things.profile)),
    'GET /makers/:id/vacation': open(id(owner.id)),
    'PUT /makers/me/vacation': own({ body: { returnsAt: null } }),
    'POST /listings/:id/buy': open({ ...id(things.listing), body: { variantId: things.listing, quantity: 1 } }),

    'GET /strikes': own(),
    'POST /strikes/:id/appeal': closed({ ...id(things.strike), body: { text: 'Mine.' } }),
    'GET /moderation/appeals': forStaff({}),
    'POST /moderation/appeals/:id/answer': forStaff({ ...id(things.strike), body: { answer: 'lifted' } }),
    'GET /moderation/bidders': forStaff({}),
    'POST /moderation/bidders/:id/looked': forStaff({ ...id(things.strike), body: { reason: 'Fine.' } }),
    'GET /locks': own(),
    'GET /locks/:id': closed(id(things.held)),
    'POST /locks/:id/checkout': closed({ ...id(things.held), body: { delivery: 'ship' } }),
    'POST /locks/:id/ask-extension': closed(id(things.held)),
    'GET /locks/:id/hold': closed(id(things.held)),
    'POST /locks/:id/extend': closed(id(things.held)),
    'POST /locks/:id/decline': closed(id(things.held)),

    'GET /orders': own({ query: 'as=maker' }),
    'GET /orders/:id': closed(id(things.order)),
    'GET /orders/:id/piece': closed(id(things.order)),
    'POST /orders/:id/ship': closed({ ...id(things.order), body: { carrier: 'CTT', trackingNumber: 'RR1' } }),
    'POST /orders/:id/handover': closed({ ...id(things.order), body: { code: '123456' } }),
    'POST /orders/:id/confirm': closed(id(things.order)),

    'GET /me/cards': own(),
    'POST /me/cards': own(),
    'DELETE /me/cards/:id': closed(id(things.card)),
    'GET /payments/history': own(),
    'GET /payments/:id': closed(id(things.payment)),
    'POST /payments/:id/refund': closed({ ...id(things.payment), body: { reason: 'other' } }),
    'POST /payments/:id/refunds/:refundId/retry': closed({
      params: { id: things.payment, refundId: things.payment },
    }),
    'POST /orders/:id/cancel': closed({ ...id(things.order), body: { reason: '' } }),
    'GET /orders/export': own(),
    'GET /orders/:id/invoices/:invoiceId': closed({ params: { id: things.order, invoiceId: things.invoice } }),
    'GET /orders/:id/reviews': closed(id(things.order)),
    'POST /orders/:id/reviews': closed({ ...id(things.order), body: { stars: 5, text: '' } }),
    'GET /reviews': open({ query: `about=${owner.id}` }),
    'POST /reviews/:id/reply': closed({ ...id(things.order), body: { text: 'Mine.' } }),
    'GET /orders/:id/thread': closed(id(things.order)),
    'POST /orders/:id/messages': closed({ ...id(things.order), body: { text: 'Hello', pictures: [] } }),
    'POST /orders/:id/issues': closed({ ...id(things.order), body: { reason: 'other', text: 'No', pictures: [] } }),
    'POST /issues/:id/propose': closed({ ...id(things.issue), body: { amount: usd(1), text: '' } }),
    'POST /issues/:id/agree': closed({ ...id(things.issue), body: { amount: usd(1) } }),
    'POST /issues/:id/refund': closed({ ...id(things.issue), body: { text: '' } }),
    'POST /issues/:id/resolve': closed(id(things.issue)),
    'POST /issues/:id/escalate': closed({ ...id(things.issue), body: { text: '' } }),
    'POST /issues/:id/label/quote': closed({
      ...id(things.issue),
      body: {
        to: {
          name: 'Mo',
          line1: '1 Kiln Lane',
          line2: null,
          city: 'Salem',
          region: null,
          postalCode: null,
          country: 'US',
        },
        parcel: { grams: 900, lengthMm: 300, widthMm: 300, heightMm: 200 },
      },
    }),
    'POST /issues/:id/label/buy': closed({ ...id(things.issue), body: { quoteId: things.issue, rateId: 'rate_1' } }),
    'POST /issues/:id/label': closed({ ...id(things.issue), body: { carrier: 'CTT', pdf: 'JVBERi0xLjQK' } }),
    'GET /issues/:id/label/file': closed(id(things.issue)),
    // Nobody has asked the platform yet.
    'POST /issues/:id/decide': closed({ ...id(things.issue), body: { refund: usd(1), reason: 'Mine.' } }),
    'GET /moderation/issues/:id': closed(id(things.issue)),
    'GET /moderation/issues': forStaff({}),

    'POST /webhooks/carriers': open({ body: { id: 'news' } }),
    'POST /webhooks/stripe/:endpoint': open({ params: { endpoint: 'platform' }, body: { type: 'account.updated' } }),
    'GET /makers/me/balance': own(),
    'GET /makers/me/statements': own(),
    'GET /makers/me/funds': own(),
    'GET /makers/me/payouts': own(),
    'GET /orders/:id/disputes': closed(id(things.order)),
    'POST /disputes/:id/evidence': closed({ ...id(things.dispute), body: { text: 'Mine', pictures: [] } }),
    'DELETE /disputes/:id/evidence/:entryId': closed({ params: { id: things.dispute, entryId: things.entry } }),
    'GET /disputes/:id/evidence/:entryId/paper': closed({ params: { id: things.dispute, entryId: things.entry } }),
    'GET /disputes/:id/pictures': closed(id(things.dispute)),
    'GET /admin/users': closed({}),
    'GET /admin/users/:id': closed(id(owner.id)),
    'POST /admin/users/:id/roles': closed({ ...id(owner.id), body: { role: 'admin', held: true, reason: 'Mine.' } }),
    'POST /admin/users/:id/suspend': closed({
      ...id(owner.id),
      body: { until: '2100-01-01T00:00:00Z', reason: 'Mine.' },
    }),
    'POST /admin/ban-user': closed({ body: { userId: owner.id, reason: 'Mine.' } }),
    'POST /admin/users/:id/reinstate': closed({ ...id(owner.id), body: { reason: 'Mine.' } }),
    'POST /admin/users/:id/end-sessions': closed({ ...id(owner.id), body: { reason: 'Mine.' } }),
    'POST /admin/users/:id/release-second-factor': closed({ ...id(owner.id), body: { reason: 'Mine.' } }),
    'POST /admin/users/:id/view-as': closed({ ...id(owner.id), body: { reason: 'Mine.' } }),
    'DELETE /admin/view-as': own(),
    'GET /admin/audit': closed({ query: `person=${owner.id}` }),
    'GET /admin/audit/file': closed({ query: `person=${owner.id}` }),
    'POST /admin/audit/verify': closed({}),
    'GET /admin/security': closed({}),
    'GET /admin/disputes': closed({}),
    'GET /admin/cases': closed({}),
    'GET /admin/cases/:id': closed(id(things.case)),
    'POST /admin/makers/:id/hold': closed({ ...id(owner.id), body: { reason: 'Because' } }),
    'POST /admin/cases/:id/keep': closed({ ...id(things.case), body: { reason: 'Because' } }),
    'POST /admin/cases/:id/release': closed({ ...id(things.case), body: { reason: 'Because' } }),
    'GET /admin/money': closed({}),
    'POST /admin/money/compare': closed({}),
    'POST /admin/incidents/:id/close': closed({ ...id(things.order), body: { note: 'Mine.' } }),
    'GET /admin/money/search': closed({ query: `q=${owner.email}` }),
    'GET /admin/orders/:id': closed(id(things.order)),
    'GET /admin/payments/:id/ledger': closed(id(things.order)),
    'GET /admin/payouts/:id': closed(id(things.order)),
    'POST /admin/locks/:id/release': closed({ ...id(things.held), body: { reason: 'Mine.' } }),
    'GET /admin/disputes/:id': closed(id(things.dispute)),
    'POST /admin/disputes/:id/submit': closed({ ...id(things.dispute), body: { remark: '' } }),
    'GET /makers/me/statements/:month': own({ params: { month: '2026-11' } }),
    'GET /makers/me/statements/:month/file': own({ params: { month: '2026-11' } }),
    'GET /makers/me/fee-invoices': own(),
    'GET /makers/me/fee-invoices/:id/file': closed(id(things.feeInvoice)),
    'GET /makers/me/tax/:year': own({ params: { year: '2026' } }),
    'GET /makers/me/tax/:year/file': own({ params: { year: '2026' } }),

    'GET /feed/:name': open({ params: { name: 'for-you' } }),
    'GET /feed/story/:id': closed(id(things.draft)),
    'GET /feed/maker/:id': open(id(owner.id)),

    'GET /moderation/queue': forStaff({}),
    'POST /moderation/stories/:id/decision': forStaff({
      ...id(things.submitted),
      body: { decision: 'approve', reason: '', version: 99 },
    }),
    'POST /moderation/report': closed({
      body: { kind: 'story', subjectId: things.draft, reason: 'other', note: '' },
    }),
    'GET /moderation/reports': forStaff({}),
    'POST /moderation/action': forStaff({ body: { reportId: things.report, action: 'dismiss', reason: 'Mine.' } }),

    'GET /notifications': own(),
    'GET /notifications/unread': own(),
    'POST /notifications/:id/read': closed(id(things.notification)),
    'POST /notifications/read-all': own(),
  };
};

const ask = async (person: Asker, route: Route, { params = {}, query, body }: Ask) => {
  const [method = '', template = ''] = route.split(' ');
  const path = template.replace(/:(\w+)/g, (_, name: string) => params[name] ?? `no-${name}`);
  const answer = await person.fetch(`/api/v1${path}${query ? `?${query}` : ''}`, {
    method,
    headers: { 'idempotency-key': crypto.randomUUID(), ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return { status: answer.status, text: await answer.text() };
};

/** Tables that a request writes by itself, whatever comes of it. */
const UNRELATED = [
  'auction_answers', // a refused bid is answered the same when it is sent again
  'sessions',
  'idempotency_keys',
  'timers',
  'job_workers',
  'event_cursors',
  'provider_cursors',
  'payout_accounts', // asked about anew every minute, whoever does what
];

/** From now on every change of a row is noted: to look whether there was one costs nothing then. */
const watchTables = async (): Promise<void> => {
  await sql`create schema watch`.execute(app.database.db);
  await sql`create table watch.changes (name text not null, op text not null)`.execute(app.database.db);
  await sql`
    create function watch.note() returns trigger language plpgsql as $$
    begin
      if tg_op <> 'UPDATE' or old::text <> new::text then
        insert into watch.changes values (tg_argv[0], tg_op);
      end if;
      return null;
    end $$`.execute(app.database.db);
  const { rows } = await sql<{ name: string }>`
    select tablename as name from pg_tables
    where schemaname = 'public' and tablename not like 'outbox_%' and tablename not like 'audit_%'`.execute(
    app.database.db,
  );
  const looked = rows.map(({ name }) => name).filter((name) => !UNRELATED.includes(name));
  expect(looked.length).toBeGreaterThan(50);
  for (const name of looked) {
    await sql`
      create trigger watched after insert or update or delete on ${sql.table(name)}
      for each row execute function watch.note(${sql.lit(name)})`.execute(app.database.db);
  }
  // Whatever is audited comes in here first; within a second it is sealed into the chain.
  await sql`
    create trigger watched after insert on audit_inbox
    for each row execute function watch.note('audit_inbox')`.execute(app.database.db);
};

/** How often rows of each table were changed so far. */
const changes = async (): Promise<object[]> => {
  const { rows } = await sql<object>`
    select name, op, count(*)::int as times from watch.changes group by name, op order by name, op`.execute(
    app.database.db,
  );
  return rows;
};

/** What only those whom it concerns may read. */
const privateWords = () => [
  SECRET,
  buyer.id,
  buyer.email,
  things.draft,
  things.submitted,
  things.archived,
  things.offer,
  things.held,
  things.order,
  things.issue,
  things.notification,
  things.media,
  things.uploading,
  things.report,
  things.application,
  String(HOME.latitude),
  String(HOME.longitude),
  'autoRejectBelow',
  'Kiln Lane',
];
// The owner's handle is public and made from their address.
const publicPart = (text: string) =>
  text.replaceAll(/"(?:handle|displayName)":"[^"]*"/g, '').replaceAll(/ines\W*zanzibar/gi, '');
const leaksIn = (text: string) => privateWords().filter((word) => word !== '' && publicPart(text).includes(word));

const routes = Object.keys(api) as Route[]; // the table's own keys
const outsiderNames = ['anonymous', 'viewer', 'maker', 'moderator', 'admin'] as const;

/** Whether the permission table lets admins do it to everybody's things; what that does is their rooms' business. */
const isForAdmins = (route: Route): boolean => {
  const { any = [] }: { any?: readonly string[] } = permissions[(api[route] as Endpoint).action];
  return any.includes('admin');
};

describe('every route', () => {
  it('is in the table of this test', () => {
    expect(Object.keys(cases).sort()).toEqual([...routes].sort());
  });

  // These change who asks, or end their sessions; they have tests of their own.
  const apart: readonly Route[] = [
    'POST /auth/logout',
    'POST /makers',
    'POST /users/me/deactivation',
    'POST /users/me/deletion',
  ];
  it.each(routes.filter((route) => !apart.includes(route)))('%s', async (route) => {
    const it = cases[route];
    const before = await changes();

    for (const name of outsiderNames) {
      if (name === 'admin' && it.kind === 'closed' && (it.staff || isForAdmins(route))) continue;
      const { status, text } = await ask(outsiders[name], route, it.ask ?? {});
      const seen = { name, status, leaks: leaksIn(text) };

      expect(status, `${name}: ${text}`).toBeLessThan(500);
      if (it.kind === 'closed' && !(it.staff && name === 'moderator')) {
        // To a maker the form is open; what they put into it is not theirs.
        const refused = route === 'POST /stories' && name === 'maker' ? [400] : [401, 403, 404];
        expect({ ...seen, text }).toEqual({ name, status: expect.toBeOneOf(refused), leaks: [], text });
        expect(await changes()).toEqual(before);
      } else if (name !== 'moderator' && name !== 'admin') {
        expect(seen.leaks).toEqual([]);
        if (it.kind === 'own' && name === 'anonymous') expect(status).toBe(401);
      }
    }
    // What follows of what they or staff did must not fall into the next test's look at all tables.
    if ((it.kind !== 'closed' || it.staff) && !route.startsWith('GET')) await app.settle();
  });
});

describe('the two sides of a sale', () => {
  it.each<[Route, 'owner' | 'buyer', () => Ask]>([
    ['POST /offers/:id/accept', 'buyer', () => ({ params: { id: things.offer } })],
    ['POST /offers/:id/decline', 'buyer', () => ({ params: { id: things.offer } })],
    ['POST /offers/:id/counter', 'buyer', () => ({ params: { id: things.offer }, body: { amount: usd(3000) } })],
    ['POST /offers/:id/open-auction', 'buyer', () => ({ params: { id: things.offer } })],
    ['POST /offers/:id/withdraw', 'owner', () => ({ params: { id: things.offer } })],
    ['POST /auctions/:id/accept', 'buyer', () => ({ params: { id: things.auction }, body: { expectedSeq: 2 } })],
    ['POST /auctions/:id/block', 'buyer', () => ({ params: { id: things.auction }, body: { bidder: 1 } })],
    ['POST /auctions/:id/cancel', 'buyer', () => ({ params: { id: things.auction } })],
    ['POST /auctions/:id/bids', 'owner', () => ({ params: { id: things.auction }, body: { amount: usd(9000) } })],
    ['GET /locks/:id', 'owner', () => ({ params: { id: things.held } })],
    ['POST /locks/:id/checkout', 'owner', () => ({ params: { id: things.held }, body: { delivery: 'ship' } })],
    ['POST /locks/:id/ask-extension', 'owner', () => ({ params: { id: things.held } })],
    ['POST /locks/:id/extend', 'buyer', () => ({ params: { id: things.held } })],
    ['POST /locks/:id/decline', 'owner', () => ({ params: { id: things.held } })],
    [
      'POST /orders/:id/ship',
      'buyer',
      () => ({ params: { id: things.order }, body: { carrier: 'A', trackingNumber: 'B' } }),
    ],
    ['POST /orders/:id/handover', 'buyer', () => ({ params: { id: things.order }, body: { code: '123456' } })],
    ['POST /issues/:id/refund', 'buyer', () => ({ params: { id: things.issue }, body: { text: '' } })],
    ['POST /issues/:id/resolve', 'owner', () => ({ params: { id: things.issue } })],
    [
      'POST /orders/:id/issues',
      'owner',
      () => ({ params: { id: things.order }, body: { reason: 'other', text: 'No', pictures: [] } }),
    ],
    ['POST /orders/:id/confirm', 'owner', () => ({ params: { id: things.order } })],
  ])('%s is not for the %s', async (route, side, asked) => {
    const before = await changes();

    const { status, text } = await ask(side === 'owner' ? owner : buyer, route, asked());

    expect({ status, text }).toEqual({ status: expect.toBeOneOf([403, 404]), text });
    expect(await changes()).toEqual(before);
  });
});

describe('beside the API', () => {
  it("somebody else's files and uploads are not there", async () => {
    const { view } = await owner.client.call('GET /media/:id', { params: { id: things.media } });
    const before = await changes();
    // A moderator may watch what waits for them, and no more.
    const closed: [string, string, readonly (keyof typeof outsiders)[]][] = [
      ['GET', view?.hlsUrl ?? '', ['anonymous', 'viewer', 'maker']],
      ['GET', view?.posterUrl ?? '', ['anonymous', 'viewer', 'maker']],
      ['GET', `/media/original/${things.media}`, outsiderNames],
      ['HEAD', `/uploads/${things.uploading}`, outsiderNames],
      ['PATCH', `/uploads/${things.uploading}`, outsiderNames],
      ['DELETE', `/uploads/${things.uploading}`, outsiderNames],
    ];
    const headers = {
      'tus-resumable': '1.0.0',
      'upload-offset': '0',
      'content-type': 'application/offset+octet-stream',
    };
    for (const [method, path, names] of closed) {
      for (const name of names) {
        const { status } = await outsiders[name].fetch(path, { method, headers });
        expect([401, 403, 404], `${method} ${path} by ${name}`).toContain(status);
      }
    }
    expect(await changes()).toEqual(before);
  });

  it('files that people sent may do nothing when they are opened as a page', async () => {
    const { view } = await owner.client.call('GET /media/:id', { params: { id: things.media } });
    for (const path of [`/media/original/${things.media}`, view?.posterUrl ?? '', view?.hlsUrl ?? '']) {
      const { status, headers } = await owner.fetch(path);
      expect({ path, status, policy: headers.get('content-security-policy') }).toEqual({
        path,
        status: expect.toBeOneOf([200, 403, 404]), // without a grant; a copied clip has no original of its own
        policy: expect.stringMatching(/^(sandbox; )?default-src 'none'/),
      });
      if (status === 200) expect(headers.get('content-security-policy')).toContain('sandbox');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it("somebody else's channels are refused", async () => {
    for (const name of ['anonymous', 'viewer', 'maker'] as const) {
      const realtime = outsiders[name].realtime();
      for (const channel of [`media:${things.media}`, `user:${owner.id}`] as const) {
        const refused = Promise.withResolvers<string>();
        realtime.subscribe(channel, {
          onData: () => refused.reject(new Error(`${name} heard ${channel}`)),
          onRefused: refused.resolve,
        });
        expect(await refused.promise).toBe('not_found');
      }
      realtime.close();
    }
  });
});

it('POST /makers makes a maker of the one who asks, and of nobody who is not signed in', async () => {
  const joining = await signIn(app, 'joining');
  const refused = await ask(outsiders.anonymous, 'POST /makers', {});
  const { status, text } = await ask(joining, 'POST /makers', {});

  expect(refused.status).toBe(401);
  expect({ status, id: JSON.parse(text).id }).toEqual({ status: 201, id: joining.id });
});

describe('two people who are apart', () => {
  const reads = routes.filter((route) => route.startsWith('GET '));
  /** Where a route is asked about nobody above: the same about what is the owner's and open to all. */
  const about = (route: Route): Ask => {
    if (route === 'GET /users/:handle') return { params: { handle: `ines.${SECRET}` } };
    if (route === 'GET /feed/story/:id') return { params: { id: things.shown } };
    return cases[route].ask ?? {};
  };
  let blocked: Person;
  let blocker: Person;
  beforeAll(async () => {
    blocked = await signIn(app, 'blocked', ['maker']);
    blocker = await signIn(app, 'blocker', ['maker']);
    await owner.client.call('PUT /users/:id/block', { params: { id: blocked.id } });
    await blocker.client.call('PUT /users/:id/block', { params: { id: owner.id } });
  });

  it.each(reads)('see nothing of each other in %s', async (route) => {
    for (const [name, person] of Object.entries({ blocked, blocker })) {
      // Whom one has blocked oneself one finds, to unblock them.
      if (name === 'blocker' && (route === 'GET /users/:handle' || route === 'GET /users/me/blocks')) continue;
      const { status, text } = await ask(person, route, about(route));
      const found = [owner.id, things.shown, things.listing, things.auction, SECRET].filter((word) =>
        text.includes(word),
      );

      expect({ name, found, isBroken: status >= 500 }).toEqual({ name, found: [], isBroken: false });
    }
  });

  it('hear nothing of each other in a connection that was open before', async () => {
    const fan = await signIn(app, 'fan');
    const heard: string[] = [];
    const socket = fan.realtime();
    socket.subscribe(`auction:${things.auction}`, {
      onData: () => heard.push('data'),
      onRefused: (code) => heard.push(code),
    });
    await eventually(() => expect(heard).toContain('data'));
    await owner.client.call('PUT /users/:id/block', { params: { id: fan.id } });
    await eventually(() => expect(heard.at(-1)).toBe('not_found'));
    socket.close();
  });

  it('go on with the orders that they have', async () => {
    await owner.client.call('PUT /users/:id/block', { params: { id: buyer.id } });
    for (const person of [owner, buyer]) {
      const order = await person.client.call('GET /orders/:id', { params: { id: things.order } });
      expect(order.id).toBe(things.order);
    }
    expect((await ask(buyer, 'GET /offers/:id', { params: { id: things.offer } })).status).toBe(404);
    await owner.client.call('DELETE /users/:id/block', { params: { id: buyer.id } });
  });
});

it('POST /auth/logout ends the session of the one who asks and no other', async () => {
  const leaving = await signIn(app, 'leaving');
  const { status } = await ask(leaving, 'POST /auth/logout', {});

  expect(status).toBe(204);
  expect((await leaving.client.call('GET /auth/profile')).user).toBeNull();
  expect((await owner.client.call('GET /auth/profile')).user?.id).toBe(owner.id);
});

const world = (): World => ({
  url: app.url(),
  cookies: {
    anonymous: '',
    viewer: outsiders.viewer.cookie(),
    owner: owner.cookie(),
    buyer: buyer.cookie(),
    moderator: outsiders.moderator.cookie(),
    admin: outsiders.admin.cookie(),
    spare: spare.cookie(),
  },
  ids: [...Object.values(things), owner.id].filter((id) => id !== ''),
  auctionId: things.auction,
});

describeServerOwned(world);
describeHostileInput(world);
describeFloods(world);

it('nothing that people are called by, or wrote, is in the logs of all this', () => {
  expect(logged.length).toBeGreaterThan(0);
  for (const line of logged) expect(line.toLowerCase()).not.toContain(SECRET);
});
