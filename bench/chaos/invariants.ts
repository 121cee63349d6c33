// What must be true when everything has come to rest, whatever broke before.
import { isReplay } from '../bids/arena.ts';
import type { MarketDay } from './market-day.ts';
import type { Stage } from './stage.ts';

/** What is not as it must be, in words; none: all is well. */
export const violations = async (stage: Stage, day: MarketDay): Promise<string[]> => {
  const { app } = stage;
  const rows = stage.look;
  const found: string[] = [];
  const none = async (what: string, query: string) => {
    for (const row of await rows<object>(query)) found.push(`${what}: ${JSON.stringify(row)}`);
  };

  for (const { id } of await rows<{ id: string }>('select id from auctions')) {
    if (!(await isReplay(app, id))) found.push(`auction ${id} is not the replay of its log`);
  }
  await none(
    'a gap in the log of an auction',
    `select auction_id, count(*), max(seq) from auction_log group by auction_id having count(*) <> max(seq)`,
  );
  await none(
    'a winner other than the leader',
    `select k.auction_id, k.buyer_id, a.leader_id from locks k join auctions a on a.id = k.auction_id
     where k.reason = 'auction' and (k.buyer_id is distinct from a.leader_id or k.item_amount <> a.price_amount)`,
  );
  await none(
    'an auction that never ended',
    `select id, state, ends_at from auctions where state in ('live', 'closing') and ends_at < app_now()`,
  );
  for (const { auctionId, bidder, key, seq } of day.acknowledged) {
    const [row] = await rows<{ seq: number }>(
      `select l.seq from auction_answers a
       join auction_log l on l.auction_id = a.auction_id and l.seq = a.seq and l.bidder_id = a.bidder_id
       where a.auction_id = $1 and a.bidder_id = $2 and a.client_key = $3`,
      auctionId,
      bidder,
      key,
    );
    if (row?.seq !== seq) found.push(`an acknowledged bid is not there: ${auctionId} ${bidder} seq ${seq}`);
  }

  await none(
    'ledger entries that do not sum to zero',
    `select entry_id, currency, sum(amount) from ledger_lines group by entry_id, currency having sum(amount) <> 0`,
  );
  await none(
    'a debt paid more than once',
    `select owner_id, currency, sum(amount) from ledger_lines where account = 'maker_debt'
     group by owner_id, currency having sum(amount) < 0`,
  );
  await none(
    'a piece both free and held or paid',
    `select l.id, l.state, k.id as lock from listings l
     join locks k on k.listing_id = l.id and k.state <> 'released'
     where l.kind = 'offers' and l.state in ('available', 'in_auction', 'paused')
       and not exists (select from orders o where o.lock_id = k.id and o.state = 'cancelled')`,
  );
  await none(
    'a piece held for two',
    `select k.listing_id, count(*) from locks k join listings l on l.id = k.listing_id
     where l.kind = 'offers' and k.state <> 'released'
       and not exists (select from orders o where o.lock_id = k.id and o.state = 'cancelled')
     group by k.listing_id having count(*) > 1`,
  );
  await none(
    'more pieces sold than there were',
    `select l.id, l.units_free, l.units_held from listings l where l.units_free < 0 or l.units_held < 0`,
  );
  await none(
    'a paid lock without its one order',
    `select k.id, count(o.id) from locks k left join orders o on o.lock_id = k.id
     where k.state = 'paid' group by k.id having count(o.id) <> 1`,
  );
  await none(
    'money that is to go and does not',
    `select id, created_at from transfers where state = 'wanted' and created_at < app_now() - interval '1 day'
     union all select id, created_at from refunds where state = 'wanted' and created_at < app_now() - interval '1 day'`,
  );
  await none(
    'a maker’s part taken back and not asked for',
    `select r.id, r.created_at from transfer_reversals r join transfers t on t.id = r.transfer_id
     where r.state = 'wanted' and t.state = 'sent' and r.created_at < app_now() - interval '1 day'`,
  );
  await none(
    'a dispute that nobody follows',
    `select id, state from disputes
     where state in ('opened', 'evidence_due') and evidence_due < app_now() - interval '1 day'`,
  );
  await none(
    'an order that waits for a bank which has decided',
    `select o.id from orders o
     where o.disputed_at is not null and not exists (
       select from disputes d where d.payment_id = o.payment_id and d.state in ('opened', 'evidence_due', 'submitted'))`,
  );
  await none(
    'a lock that hangs',
    `select id, state, expires_at from locks
     where state in ('held', 'checkout_open', 'processing', 'releasing') and expires_at < app_now() - interval '2 hours'`,
  );
  found.push(...(await moneyViolations(stage)));
  for (const failure of new Set(day.failures.internal)) found.push(`an answer with status 500: ${failure}`);
  if (day.failures.silent > 0) found.push(`${day.failures.silent} questions were never answered`);
  return found;
};

/** In which the provider took money for a payment. */
const PAID_STATES = new Set(['captured', 'partially_refunded', 'refunded', 'late_refunded', 'quarantined']);

type Held = { amount: number };
type Charge = { id: string; amount: number; amount_refunded: number; captured: boolean; status: string };

/** The provider's charges are the orders and the refunds, to the cent and one each. */
const moneyViolations = async (stage: Stage): Promise<string[]> => {
  const found: string[] = [];
  const rows = stage.look;
  const charges = (await pagesOf<Charge>(stage, 'charges')).filter((charge) => charge.status === 'succeeded');
  const payments = await rows<{ id: string; charge: string; state: string; order_id: string | null; refunded: number }>(
    `select p.id, p.charge_id as charge, p.state, o.id as order_id,
            coalesce((select sum(amount) from refunds r where r.payment_id = p.id and r.state in ('pending', 'sent')), 0)::int as refunded
     from payments p left join orders o on o.payment_id = p.id where p.charge_id is not null`,
  );
  const byCharge = new Map(payments.map((payment) => [payment.charge, payment]));
  for (const charge of charges) {
    const payment = byCharge.get(charge.id);
    if (!payment) found.push(`a charge that we know nothing of: ${charge.id}, ${charge.amount}`);
    else if (payment.order_id === null && charge.amount_refunded !== charge.amount) {
      found.push(`a charge is neither an order nor refunded: ${charge.id}, payment ${payment.id} ${payment.state}`);
    } else if (payment.refunded !== charge.amount_refunded) {
      found.push(`refunded ${charge.amount_refunded} at the provider, ${payment.refunded} here: ${charge.id}`);
    }
  }
  for (const { charge, state } of payments) {
    // A card that was declined is a charge that failed; the payment may hold its name.
    if (!PAID_STATES.has(state)) continue;
    if (!charges.some(({ id }) => id === charge)) found.push(`a payment without its charge: ${charge}, ${state}`);
  }
  // What the provider holds for us is what our books say that it holds, to the cent.
  const balance = await stage.stripe<{ available: Held[]; pending: Held[] }>('/v1/balance');
  const held = [...balance.available, ...balance.pending].reduce((sum, { amount }) => sum + amount, 0);
  const [books] = await rows<{ amount: number }>(
    `select coalesce(sum(amount), 0)::int as amount from ledger_lines where account = 'clearing'`,
  );
  if (books?.amount !== held) found.push(`the provider holds ${held}, our books say ${books?.amount}`);
  const transfers = await pagesOf<{ id: string; amount: number }>(stage, 'transfers');
  const known = await rows<{ transfer_id: string; amount: number }>(
    `select transfer_id, amount from transfers where transfer_id is not null`,
  );
  for (const { id, amount } of transfers) {
    if (!known.some((each) => each.transfer_id === id))
      found.push(`a transfer that we know nothing of: ${id}, ${amount}`);
  }
  return found;
};

const pagesOf = async <T extends { id: string }>(stage: Stage, what: string): Promise<T[]> => {
  const all: T[] = [];
  for (let page = 0; page < 50; page++) {
    const last = all.at(-1);
    const after = last ? `&starting_after=${last.id}` : '';
    const answer = await fetch(`${stage.sandboxUrl}/sandbox/stripe/v1/${what}?limit=100${after}`, {
      headers: { authorization: 'Bearer sk_test_sandbox' },
    });
    const { data, has_more } = (await answer.json()) as { data: T[]; has_more: boolean };
    all.push(...data);
    if (!has_more) return all;
  }
  throw new Error(`there is no end of ${what}`);
};
