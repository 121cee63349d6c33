// What makers say of how they sell and where they work. The point lies sealed; what others see is kept beside it.
import { type Actor, DomainError } from '@videowindow/contract';
import type { MakerPage, OwnMakerPage, OwnPlace, Policies, ShownPlace } from '@videowindow/contract/api/makers';
import type { OfferPolicy } from '@videowindow/contract/api/people';
import type { Keyring } from '#platform/crypto';
import { type Database, type Reader, sql } from '#platform/database';
import { blurred, type Point, WITHIN_KM } from './place.ts';

/** What the point is sealed for. */
export const PLACE = 'maker_place';

type PlaceRow = {
  city: string;
  pointSealed: string;
  showsExactly: boolean;
  latitude: number;
  longitude: number;
  withinKm: number;
  radiusKm: number | null;
  travelNotes: string;
};
type PageRow = { policies: Partial<Policies>; offerPolicy: OfferPolicy };
type PagesDeps = {
  database: Database;
  keyring: Keyring;
  /** Whether somebody is there for this reader: not away, neither blocked by the other. */
  isThereFor(reader: Actor['id'], personId: string): Promise<boolean>;
};

const pageOf = async (db: Reader, makerId: string): Promise<PageRow | null> => {
  const { rows } = await sql<PageRow>`
    select policies, offer_policy as "offerPolicy" from makers where user_id = ${makerId}`.execute(db);
  return rows[0] ?? null;
};

const placeOf = async (db: Reader, makerId: string): Promise<PlaceRow | null> => {
  const { rows } = await sql<PlaceRow>`
    select city, point_sealed as "pointSealed", shows_exactly as "showsExactly", shown_latitude as latitude,
           shown_longitude as longitude, within_km as "withinKm", radius_km as "radiusKm", travel_notes as "travelNotes"
    from maker_places where maker_id = ${makerId}`.execute(db);
  return rows[0] ?? null;
};

const policiesOf = ({ policies }: PageRow): Policies => ({
  shipping: policies.shipping ?? '',
  returns: policies.returns ?? '',
  commissions: policies.commissions ?? '',
  care: policies.care ?? '',
});

const shownOf = ({ city, latitude, longitude, withinKm, radiusKm, travelNotes }: PlaceRow): ShownPlace => ({
  city,
  latitude,
  longitude,
  withinKm,
  radiusKm,
  travelNotes,
});

/** The point of a maker, for them alone. */
export const openPoint = (keyring: Keyring, makerId: string, sealed: string): Point =>
  JSON.parse(keyring.decrypt(PLACE, sealed, makerId)) as Point; // we wrote it

/** @throws DomainError not_found, also where one of the two has blocked the other */
export const makerPage = async (deps: PagesDeps, reader: Actor['id'], makerId: string): Promise<MakerPage> => {
  const { db } = deps.database;
  const page = await pageOf(db, makerId);
  if (!page || !(await deps.isThereFor(reader, makerId))) throw new DomainError('not_found');
  const place = await placeOf(db, makerId);
  const { acceptsOffers, minimumOffer } = page.offerPolicy;
  return {
    makerId,
    policies: policiesOf(page),
    place: place && shownOf(place),
    offers: { accepted: acceptsOffers, minimum: (acceptsOffers && minimumOffer) || null },
  };
};

/** @throws DomainError not_found */
export const ownPage = async ({ database, keyring }: PagesDeps, makerId: string): Promise<OwnMakerPage> => {
  const page = await pageOf(database.db, makerId);
  if (!page) throw new DomainError('not_found');
  const place = await placeOf(database.db, makerId);
  return {
    policies: policiesOf(page),
    place: place && {
      city: place.city,
      ...openPoint(keyring, makerId, place.pointSealed),
      showsExactly: place.showsExactly,
      radiusKm: place.radiusKm,
      travelNotes: place.travelNotes,
    },
    shown: place && shownOf(place),
  };
};

export const setPolicies = async ({ database }: PagesDeps, makerId: string, said: Policies): Promise<void> => {
  const trimmed = Object.fromEntries(Object.entries(said).map(([about, text]) => [about, text.trim()]));
  await sql`update makers set policies = ${JSON.stringify(trimmed)}::jsonb where user_id = ${makerId}`.execute(
    database.db,
  );
};

export const setPlace = async ({ database, keyring }: PagesDeps, makerId: string, place: OwnPlace): Promise<void> => {
  const point: Point = { latitude: place.latitude, longitude: place.longitude };
  const shown = place.showsExactly ? point : blurred(point);
  await sql`
    insert into maker_places
      (maker_id, city, point_sealed, shows_exactly, shown_latitude, shown_longitude, within_km, radius_km, travel_notes)
    values (${makerId}, ${place.city.trim()}, ${keyring.encrypt(PLACE, JSON.stringify(point), makerId)},
            ${place.showsExactly}, ${shown.latitude}, ${shown.longitude}, ${place.showsExactly ? 0 : WITHIN_KM},
            ${place.radiusKm}, ${place.travelNotes.trim()})
    on conflict (maker_id) do update set
      city = excluded.city, point_sealed = excluded.point_sealed, shows_exactly = excluded.shows_exactly,
      shown_latitude = excluded.shown_latitude, shown_longitude = excluded.shown_longitude,
      within_km = excluded.within_km, radius_km = excluded.radius_km,
      travel_notes = excluded.travel_notes`.execute(database.db);
};

export const removePlace = async ({ database }: PagesDeps, makerId: string): Promise<void> => {
  await sql`delete from maker_places where maker_id = ${makerId}`.execute(database.db);
};
