// Ways of sending that a maker keeps for many pieces. Pieces hold a copy, which follows the profile until somebody relies
// on it: so a page of pieces needs no second read, and what was promised stays.
// Locks: the profile, then listings by id.
import { type Actor, DomainError } from '@videowindow/contract';
import type { ShippingProfile as ProfileView, Shipping } from '@videowindow/contract/api/commerce';
import { recordAudit } from '#platform/audit';
import { newId } from '#platform/crypto';
import { type Reader, sql, type Tx } from '#platform/database';
import { authorize, personId } from '#platform/http';
import { shippingProblems } from './listing.ts';
import { announce, type ListingsDeps } from './parts.ts';
import * as store from './store.ts';

type Terms = { name: string; shipping: Shipping };

const COLUMNS = sql.raw(`
  p.id, p.name, p.shipping, p.maker_id as "makerId",
  (select count(*)::int from listings l
   where l.shipping_profile_id = p.id and l.state not in ('sold', 'withdrawn')) as listings`);

type Row = ProfileView & { makerId: string };

const viewOf = ({ id, name, shipping, listings }: Row): ProfileView => ({ id, name, shipping, listings });

/** A maker's ways of sending, by name. */
export const profilesOf = async (reader: Reader, makerId: string): Promise<ProfileView[]> => {
  const { rows } = await sql<Row>`
    select ${COLUMNS} from shipping_profiles p where p.maker_id = ${makerId} order by lower(p.name)`.execute(reader);
  return rows.map(viewOf);
};

/** A maker's ways of sending by their name in small letters; on request they stay so until the transaction ends. */
export const keepProfiles = async (
  reader: Reader,
  makerId: string,
  keep?: 'until the end',
): Promise<Map<string, { id: string; name: string }>> => {
  const { rows } = await sql<{ id: string; name: string }>`
    select id, name from shipping_profiles where maker_id = ${makerId} order by id
    ${keep ? sql`for share` : sql``}`.execute(reader);
  return new Map(rows.map((row) => [row.name.toLowerCase(), row]));
};

/** What a maker's profile says; it stays so until the transaction ends. @throws DomainError validation_failed */
export const keepProfile = async (tx: Tx, id: string, makerId: string): Promise<Shipping> => {
  const { rows } = await sql<{ shipping: Shipping }>`
    select shipping from shipping_profiles where id = ${id} and maker_id = ${makerId} for share`.execute(tx);
  if (rows[0]) return rows[0].shipping;
  throw new DomainError('validation_failed', {
    fields: [{ path: 'shippingProfileId', message: 'is none of your ways of sending' }],
  });
};

/** @throws DomainError validation_failed, currency_mismatch, name_taken */
export const createProfile = async (deps: ListingsDeps, actor: Actor, terms: Terms): Promise<ProfileView> => {
  assertSound(deps, terms.shipping);
  const id = newId();
  return await deps.database.transaction(async (tx) => {
    const now = await deps.database.now(tx);
    await unlessTaken(
      sql`
      insert into shipping_profiles (id, maker_id, name, shipping, created_at, updated_at)
      values (${id}, ${personId(actor)}, ${terms.name.trim()}, ${JSON.stringify(terms.shipping)}::jsonb, ${now}, ${now})
      on conflict do nothing
      returning 1`.execute(tx),
    );
    return { id, name: terms.name.trim(), shipping: terms.shipping, listings: 0 };
  });
};

/**
 * Changes a way of sending, and with it every piece that uses it and that nobody relies on.
 * @throws DomainError not_found, validation_failed, currency_mismatch, name_taken
 */
export const changeProfile = async (
  deps: ListingsDeps,
  actor: Actor,
  id: string,
  terms: Terms,
  requestId: string,
): Promise<ProfileView> => {
  assertSound(deps, terms.shipping);
  return await deps.database.transaction(async (tx) => {
    const profile = await lockOwn(tx, actor, id);
    const now = await deps.database.now(tx);
    const { rows } = await sql`
      select 1 from shipping_profiles
      where maker_id = ${profile.makerId} and lower(name) = lower(${terms.name.trim()}) and id <> ${id}`.execute(tx);
    if (rows.length > 0) throw new DomainError('name_taken');
    await sql`
      update shipping_profiles
      set name = ${terms.name.trim()}, shipping = ${JSON.stringify(terms.shipping)}::jsonb, updated_at = ${now}
      where id = ${id}`.execute(tx);
    for (const listing of await store.followProfile(tx, id, now)) await announce(deps, tx, listing);
    const before = viewOf(profile);
    // A place where pieces are fetched may be somebody's home: it lies under their key.
    const facts = {
      before: { name: before.name, shipping: before.shipping },
      after: { name: terms.name.trim(), shipping: terms.shipping },
    };
    await recordAudit(tx, {
      actor: actor.id,
      action: 'shipping_profile.changed',
      subject: id,
      requestId,
      personal: { of: profile.makerId, facts },
    });
    return { ...before, name: terms.name.trim(), shipping: terms.shipping };
  });
};

/** Forgets a way of sending; pieces keep the values they have. @throws DomainError not_found */
export const removeProfile = (deps: ListingsDeps, actor: Actor, id: string, requestId: string): Promise<void> =>
  deps.database.transaction(async (tx) => {
    const { makerId, name } = await lockOwn(tx, actor, id);
    await sql`delete from shipping_profiles where id = ${id}`.execute(tx);
    await recordAudit(tx, {
      actor: actor.id,
      action: 'shipping_profile.removed',
      subject: id,
      requestId,
      personal: { of: makerId, facts: { before: { name }, after: null } },
    });
  });

const lockOwn = async (tx: Tx, actor: Actor, id: string): Promise<Row> => {
  const { rows } = await sql<Row>`
    select ${COLUMNS} from shipping_profiles p where p.id = ${id} for update of p`.execute(tx);
  const [profile] = rows;
  if (!profile) throw new DomainError('not_found');
  authorize(actor, 'listing.edit', { ownerId: profile.makerId });
  return profile;
};

const assertSound = (deps: ListingsDeps, shipping: Shipping): void => {
  const foreign = shipping.zones.some(({ price, further }) =>
    [price, further].some(({ currency }) => currency !== deps.currency),
  );
  if (foreign) throw new DomainError('currency_mismatch', { expected: deps.currency });
  const fields = shippingProblems(shipping);
  if (fields.length > 0) throw new DomainError('validation_failed', { fields });
};

const unlessTaken = async (written: Promise<{ rows: unknown[] }>): Promise<void> => {
  if ((await written).rows.length === 0) throw new DomainError('name_taken');
};
