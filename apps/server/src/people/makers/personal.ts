// What makers holds of a person.
import type { Keyring } from '#platform/crypto';
import { sql } from '#platform/database';
import type { Personal } from '#platform/personal';
import { openPoint } from './pages.ts';

export const personalOf = (keyring: Keyring): Personal => ({
  async more(db, personId) {
    const { rows } = await sql<{ id: string; city: string; sealed: string }>`
      select id, city, point_sealed as sealed from maker_places where maker_id = ${personId} order by id`.execute(db);
    if (rows.length === 0) return {};
    return { placesOfWork: rows.map(({ id, city, sealed }) => ({ city, ...openPoint(keyring, id, sealed) })) };
  },
  // In this order: a place goes before its maker.
  tables: {
    maker_places: {
      of: 'maker_id',
      hand: 'city radius_km travel_notes shows_exactly shown_latitude shown_longitude',
      plain: 'point_sealed',
      erase: 'delete',
    },
    maker_applications: [
      {
        of: 'person_id',
        hand: 'about link state applied_at decided_at reason',
        erase: 'delete',
      },
      { of: 'decided_by', erase: { because: 'who decided about others stays known, as in the audit log' } },
    ],
    makers: { of: 'user_id', hand: 'offer_policy policies since', erase: 'delete' },
  },
});
