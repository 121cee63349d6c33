// What makers say of how they sell and where they work. The point lies sealed; what others see is kept beside it.
import { type Actor, DomainError } from '@videowindow/contract';
import {
  type MakerPage,
  MOST_PLACES,
  type OwnMakerPage,
  type OwnPlace,
  type Policies,
  type ShownPlace,
} from '@videowindow/contract/api/makers';
import type { OfferPolicy } from '@videowindow/contract/api/people';
import { type Keyring, newId } from '#platform/crypto';
import { type Database, type Reader, sql } from '#platform/database';
import { blurred, type Point, WITHIN_KM } from './place.ts';

/** What the point is sealed for. */
export const PLACE = 'maker_place';

type PlaceRow = {
  id: string;
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

/** In the order in which they were said. */
const placesOf = async (db: Reader, makerId: string): Promise<PlaceRow[]> => {
  const { rows } = await sql<PlaceRow>`
    select id, city, point_sealed as "pointSealed", shows_exactly as "showsExactly", shown_latitude as latitude,
           shown_longitude as longitude, within_km as "withinKm", radius_km as "radiusKm", travel_notes as "travelNotes"
    from maker_places where maker_id = ${makerId}
    order by id`.execute(db);
  return rows;
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

/** The point of a place, for its maker alone. */
export const openPoint = (keyring: Keyring, placeId: string, sealed: string): Point =>
  JSON.parse(keyring.decrypt(PLACE, sealed, placeId)) as Point; // we wrote it

/** @throws DomainError not_found, also where one of the two has blocked the other */
export const makerPage = async (deps: PagesDeps, reader: Actor['id'], makerId: string): Promise<MakerPage> => {
  const { db } = deps.database;
  const page = await pageOf(db, makerId);
  if (!page || !(await deps.isThereFor(reader, makerId))) throw new DomainError('not_found');
  const { acceptsOffers, minimumOffer } = page.offerPolicy;
  return {
    makerId,
    policies: policiesOf(page),
    places: (await placesOf(db, makerId)).map(shownOf),
    offers: { accepted: acceptsOffers, minimum: (acceptsOffers && minimumOffer) || null },
  };
};

/** @throws DomainError not_found */
export const ownPage = async ({ database, keyring }: PagesDeps, makerId: string): Promise<OwnMakerPage> => {
  const page = await pageOf(database.db, makerId);
  if (!page) throw new DomainError('not_found');
  const places = await placesOf(database.db, makerId);
  return {
    policies: policiesOf(page),
    places: places.map((place) => ({
      id: place.id,
      city: place.city,
      ...openPoint(keyring, place.id, place.pointSealed),
      showsExactly: place.showsExactly,
      radiusKm: place.radiusKm,
      travelNotes: place.travelNotes,
      shown: shownOf(place),
    })),
  };
};

export const setPolicies = async ({ database }: PagesDeps, makerId: string, said: Policies): Promise<void> => {
  const trimmed = Object.fromEntries(Object.entries(said).map(([about, text]) => [about, text.trim()]));
  await sql`update makers set policies = ${JSON.stringify(trimmed)}::jsonb where user_id = ${makerId}`.execute(
    database.db,
  );
};

/** A row's columns, of what its maker said. */
const columnsOf = (keyring: Keyring, id: string, place: OwnPlace) => {
  const point: Point = { latitude: place.latitude, longitude: place.longitude };
  return {
    city: place.city.trim(),
    sealed: keyring.encrypt(PLACE, JSON.stringify(point), id),
    shown: place.showsExactly ? point : blurred(point),
    withinKm: place.showsExactly ? 0 : WITHIN_KM,
    notes: place.travelNotes.trim(),
  };
};

/** @throws DomainError not_found, too_many_places */
export const addPlace = ({ database, keyring }: PagesDeps, makerId: string, place: OwnPlace): Promise<void> =>
  database.transaction(async (tx) => {
    // Of two that are added at once, the second is counted after the first.
    const { rows } = await sql`select 1 from makers where user_id = ${makerId} for update`.execute(tx);
    if (rows.length === 0) throw new DomainError('not_found');
    if ((await placesOf(tx, makerId)).length >= MOST_PLACES) throw new DomainError('too_many_places');
    const id = newId();
    const { city, sealed, shown, withinKm, notes } = columnsOf(keyring, id, place);
    await sql`
      insert into maker_places
        (id, maker_id, city, point_sealed, shows_exactly, shown_latitude, shown_longitude, within_km, radius_km,
         travel_notes)
      values (${id}, ${makerId}, ${city}, ${sealed}, ${place.showsExactly}, ${shown.latitude}, ${shown.longitude},
              ${withinKm}, ${place.radiusKm}, ${notes})`.execute(tx);
  });

/** @throws DomainError not_found */
export const changePlace = async (
  { database, keyring }: PagesDeps,
  makerId: string,
  id: string,
  place: OwnPlace,
): Promise<void> => {
  const { city, sealed, shown, withinKm, notes } = columnsOf(keyring, id, place);
  const { rows } = await sql`
    update maker_places set
      city = ${city}, point_sealed = ${sealed}, shows_exactly = ${place.showsExactly},
      shown_latitude = ${shown.latitude}, shown_longitude = ${shown.longitude}, within_km = ${withinKm},
      radius_km = ${place.radiusKm}, travel_notes = ${notes}
    where id = ${id} and maker_id = ${makerId}
    returning 1`.execute(database.db);
  if (rows.length === 0) throw new DomainError('not_found');
};

/** @throws DomainError not_found */
export const removePlace = async ({ database }: PagesDeps, makerId: string, id: string): Promise<void> => {
  const { rows } = await sql`delete from maker_places where id = ${id} and maker_id = ${makerId} returning 1`.execute(
    database.db,
  );
  if (rows.length === 0) throw new DomainError('not_found');
};
