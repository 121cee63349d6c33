// A market with a thing of each kind in it, each in the state in which most could be done to it.
import { payCheckout } from '@videowindow/sandbox/visitor';
import { sql } from '#platform/database';
import type { TestApp } from '../app.ts';
import { linkPayoutAccount, type Person } from '../people.ts';
import { openStudio } from '../studio.ts';

const usd = (amount: number) => ({ amount, currency: 'USD' });
/** A word in everything that is told to nobody else, and in what people are called by. */
export const SECRET = 'zanzibar';
/** Where the owner works; others see a circle. */
export const HOME = { latitude: 38.71234, longitude: -9.13567 };

export type Things = Awaited<ReturnType<typeof makeThings>>;

/** @param owner a maker @param buyer another one, who buys from them */
export const makeThings = async (
  app: TestApp,
  { owner, buyer, moderator }: Record<'owner' | 'buyer' | 'moderator', Person>,
) => {
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
  const { places } = await owner.client.call('POST /makers/me/places', {
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
    place: places[0]?.id ?? '',
    report: report.id,
  };
};
