// What auctions holds of a person. The log of an auction is its proof; the ids in it name nobody once a person is gone.
import { type Reader, sql } from '#platform/database';
import type { Matter, Personal } from '#platform/personal';

const LOG = { because: 'the log proves an auction; the ids in it name nobody any more' };

/** Auctions of theirs that run, and those in which they lead. */
const open = async (db: Reader, personId: string): Promise<Matter[]> => {
  const { rows } = await sql<{ own: number; leads: number }>`
    select count(*) filter (where maker_id = ${personId}) as own,
           count(*) filter (where leader_id = ${personId}) as leads
    from auctions
    where (maker_id = ${personId} or leader_id = ${personId})
      and state in ('scheduled', 'live', 'closing', 'suspended')`.execute(db);
  const { own = 0, leads = 0 } = rows[0] ?? {};
  return [
    ...(own > 0 ? [{ kind: 'auctions', count: own, also: true }] : []),
    ...(leads > 0 ? [{ kind: 'bids', count: leads, also: true }] : []),
  ];
};

export const personal: Personal = {
  tables: {
    auctions: {
      of: 'maker_id opener_id leader_id',
      hand: 'id title state currency price_amount ends_at',
      plain: 'terms standing',
      erase: LOG,
    },
    auction_log: { of: 'bidder_id', hand: 'auction_id kind amount at', plain: 'facts', erase: LOG },
    auction_bidders: { of: 'bidder_id', hand: 'auction_id number', erase: LOG },
    auction_answers: { of: 'bidder_id', plain: 'client_key currency refusal', erase: 'delete' },
    auction_watches: { of: 'person_id', hand: 'auction_id at', erase: 'delete' },
  },
  open,
};
