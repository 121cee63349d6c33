// Saved cards. They are typed in on the provider's own page only; we keep what may be shown and what proves that one is
// there. What the provider says of a card is what counts: its webhooks make, change and remove them here.
import { DomainError } from '@videowindow/contract';
import type { SavedCard } from '@videowindow/contract/api/commerce';
import { newId } from '#platform/crypto';
import { type Reader, sql, type Tx } from '#platform/database';
import { provider } from './checkout.ts';
import type { PaymentsDeps } from './deps.ts';
import { type ProviderCard, Refused } from './settlement.ts';

export const DETACH_CARD = 'payments.detach_card';
/** Beyond this a person has more cards than anybody has; each is a page at the provider. */
const CARDS_AT_MOST = 20;

type CardRow = Omit<SavedCard, 'expired'>;

/**
 * The provider's page on which a person saves a card. The same key gives the same page.
 * @throws DomainError capability_off, external_service_unavailable, too_many_cards
 */
export const saveCard = async (deps: PaymentsDeps, personId: string, key: string): Promise<{ url: string }> => {
  const { db } = deps.database;
  const settlement = provider(deps);
  const person = await deps.identity.user(db, personId);
  if (!person) throw new DomainError('not_found');
  if ((await cardsOf(deps, personId)).length >= CARDS_AT_MOST) throw new DomainError('card_limit_reached');
  const customerId = await customerOf(deps, person);
  const urls = { success: deps.pages.cards('saved'), cancel: deps.pages.cards('back') };
  return { url: await settlement.openSetup({ id: `${personId}-${key}`, customerId }, urls) };
};

/** The person at the provider; the first card makes them known there. */
const customerOf = async (deps: PaymentsDeps, person: { id: string; email: string }): Promise<string> => {
  const { database } = deps;
  const known = async () => {
    const { rows } = await sql<{ id: string }>`
      select customer_id as id from payment_customers where person_id = ${person.id}`.execute(database.db);
    return rows[0]?.id ?? null;
  };
  const found = await known();
  if (found) return found;
  const made = await provider(deps).createCustomer(person);
  await sql`
    insert into payment_customers (person_id, customer_id, created_at)
    values (${person.id}, ${made}, ${await database.now(database.db)})
    on conflict do nothing`.execute(database.db);
  return (await known()) ?? made;
};

/** A person's cards, the newest first. */
export const cardsOf = async (deps: PaymentsDeps, personId: string): Promise<SavedCard[]> => {
  const { db } = deps.database;
  const now = await deps.database.now(db);
  const { rows } = await sql<CardRow>`
    select id, brand, last4, exp_year as "expYear", exp_month as "expMonth"
    from saved_cards where person_id = ${personId} and removed_at is null
    order by saved_at desc, id desc`.execute(db);
  // Good to the end of its month.
  return rows.map((card) => ({ ...card, expired: new Date(Date.UTC(card.expYear, card.expMonth)) <= now }));
};

/** Who of these people has a saved card that has not expired. */
export const hasSavedCard = async (
  deps: PaymentsDeps,
  reader: Reader,
  people: readonly string[],
): Promise<Set<string>> => {
  const { rows } = await sql<{ id: string }>`
    select distinct person_id as id from saved_cards
    where person_id = any (${people}::uuid[]) and removed_at is null
      and make_date(exp_year, exp_month, 1) + interval '1 month' > ${await deps.database.now(reader)}`.execute(reader);
  return new Set(rows.map(({ id }) => id));
};

/** Each of these people with everybody who once saved the same card. */
export const sharedCards = async (reader: Reader, people: readonly string[]): Promise<[string, string][]> => {
  const { rows } = await sql<{ person: string; other: string }>`
    select distinct own.person_id as person, other.person_id as other
    from saved_cards own join saved_cards other using (fingerprint)
    where own.person_id = any (${[...people]}::uuid[]) and other.person_id <> own.person_id`.execute(reader);
  return rows.map(({ person, other }) => [person, other]);
};

/** Takes a card away: hidden at once, and a job has the provider forget it. @throws DomainError not_found */
export const removeCard = async (deps: PaymentsDeps, tx: Tx, personId: string, id: string): Promise<void> => {
  const { rows } = await sql`
    update saved_cards set removed_at = ${await deps.database.now(tx)}
    where id = ${id} and person_id = ${personId} and removed_at is null
    returning 1`.execute(tx);
  if (rows.length === 0) throw new DomainError('not_found');
  await enqueue(deps, tx, id);
};

const enqueue = (deps: PaymentsDeps, tx: Tx, id: string): Promise<void> =>
  deps.jobs.enqueue(tx, DETACH_CARD, { cardId: id }, { key: `${DETACH_CARD}:${id}` });

/** The job: the provider forgets a card that was removed here. */
export const detachCard = async (deps: PaymentsDeps, id: string): Promise<void> => {
  const { rows } = await sql<{ methodId: string; leaving: boolean }>`
    select method_id as "methodId", removed_at is not null and not detached as leaving
    from saved_cards where id = ${id}`.execute(deps.database.db);
  const card = rows[0];
  if (!card?.leaving) return;
  try {
    await provider(deps).detachCard(card.methodId);
  } catch (error) {
    // It has let go of it already.
    if (!(error instanceof Refused)) throw error;
  }
  await sql`update saved_cards set detached = true where id = ${id}`.execute(deps.database.db);
};

/** A person went through the provider's page. */
export const hearSetup = async (deps: PaymentsDeps, setupId: string): Promise<void> => {
  const methodId = await provider(deps).readSetup(setupId);
  if (methodId) await hearCard(deps, methodId);
};

/** How a card stands at the provider now: saved, changed by its bank, or gone. */
export const hearCard = async (deps: PaymentsDeps, methodId: string): Promise<void> => {
  const card = await provider(deps).readCard(methodId);
  if (card) await deps.database.transaction((tx) => keep(deps, tx, card));
};

const keep = async (deps: PaymentsDeps, tx: Tx, card: ProviderCard): Promise<void> => {
  const now = await deps.database.now(tx);
  if (card.customerId === null) {
    await sql`
      update saved_cards set removed_at = coalesce(removed_at, ${now}), detached = true
      where method_id = ${card.id}`.execute(tx);
    return;
  }
  // A card that its person removed stays removed, whatever is still told of it.
  await sql`
    insert into saved_cards (id, person_id, method_id, brand, last4, exp_year, exp_month, fingerprint, saved_at)
    select ${newId()}, person_id, ${card.id}, ${card.brand}, ${card.last4}, ${card.expYear}, ${card.expMonth},
           ${card.fingerprint}, ${now}
    from payment_customers where customer_id = ${card.customerId}
    on conflict (method_id) do update
    set brand = excluded.brand, last4 = excluded.last4, exp_year = excluded.exp_year, exp_month = excluded.exp_month,
        fingerprint = excluded.fingerprint`.execute(tx);
};

/** Cards whose job is gone are detached again. */
export const sweepCards = async (deps: PaymentsDeps, before: Date): Promise<void> => {
  const { rows } = await sql<{ id: string }>`
    select id from saved_cards where removed_at < ${before} and not detached limit 100`.execute(deps.database.db);
  for (const { id } of rows) await deps.database.transaction((tx) => enqueue(deps, tx, id));
};
