// The nightly comparison of our ledger with the provider's books. Both are summed by payment; where they differ for
// longer than news takes to come, it is an incident: a row, an alarm in the log, a notice to admins.
import { format, type Money, money } from '@videowindow/contract/money';
import { ownFeeEntry, withdrawalEntry } from '#commerce/ledger';
import type { Movement } from '#commerce/payments';
import { newId } from '#platform/crypto';
import { type Reader, sql, type Tx } from '#platform/database';
import type { PayoutsDeps } from './deps.ts';

/** Webhooks and jobs may take so long; what moved since then is compared the next time. */
const FRESH_MS = 3_600_000;
const OVERLAP_S = 2 * 86_400;
/** What moved longer ago was compared before. */
const LOOK_BACK_MS = 40 * 86_400_000;

export type Difference = {
  readonly kind: 'payment' | 'unknown' | 'holdings';
  /** The payment, or what the provider calls it. */
  readonly subject: string;
  readonly paymentId: string | null;
  readonly ours: Money;
  readonly theirs: Money;
};

/** Takes in the provider's books, compares, opens and closes incidents. @returns what differs now */
export const reconcileBooks = async (deps: PayoutsDeps): Promise<readonly Difference[]> => {
  const { settlement, database } = deps;
  if (!settlement) return [];
  const taken = await takeIn(deps, settlement.movementsSince(await since(database.db)));
  await nameSources(deps);
  await bookOwnFees(deps);
  const now = await database.now(database.db);
  const differences = [
    ...(await byPayment(deps, now)),
    ...(await unknown(deps, now)),
    ...(await holdings(deps, await settlement.holdings(), now)),
  ];
  await database.transaction(async (tx) => {
    for (const difference of differences) await open(deps, tx, difference, now);
    await closeOthers(tx, differences, now);
    await sql`
      insert into book_runs (id, at, movements, differences)
      values (${newId()}, ${now}, ${taken}, ${differences.length})`.execute(tx);
  });
  return differences;
};

const since = async (reader: Reader): Promise<number> => {
  const { rows } = await sql<{ at: Date | null }>`select max(at) as at from provider_movements`.execute(reader);
  return rows[0]?.at ? Math.floor(rows[0].at.getTime() / 1000) - OVERLAP_S : 0;
};

const takeIn = async (deps: PayoutsDeps, movements: AsyncIterable<Movement>): Promise<number> => {
  let taken = 0;
  for await (const { id, type, source, amount, fee, net, at } of movements) {
    const { rows } = await sql`
      insert into provider_movements (id, type, source, currency, amount, fee, net, at)
      values (${id}, ${type}, ${source}, ${amount.currency}, ${amount.amount}, ${fee.amount}, ${net.amount}, ${at})
      on conflict (id) do nothing
      returning 1`.execute(deps.database.db);
    taken += rows.length;
  }
  return taken;
};

/** Which payment each movement is about; what the provider paid to our own bank is booked as taken out. */
const nameSources = async (deps: PayoutsDeps): Promise<void> => {
  const { db } = deps.database;
  const { rows } = await sql<{ id: string; type: string; source: string; net: number; currency: string }>`
    select id, type, source, net, currency from provider_movements
    where payment_id is null and source is not null order by at limit 10000`.execute(db);
  const sources = rows.map(({ source }) => source);
  const payments = new Map([
    ...(await deps.payments.paymentsOf(db, sources)),
    ...(await deps.disputedPayments(db, sources)),
  ]);
  for (const { id, type, source, net, currency } of rows) {
    const paymentId = payments.get(source);
    if (paymentId) {
      await sql`update provider_movements set payment_id = ${paymentId} where id = ${id}`.execute(db);
    } else if (type.startsWith('payout') && net !== 0) {
      await deps.database.transaction((tx) => deps.ledger.post(tx, withdrawalEntry(id, money(0 - net, currency))));
    }
  }
};

/** What the provider takes for its own services, such as a monthly fee and the tax on it; these move for no payment. */
const OWN_FEES = ['stripe_fee', 'stripe_fx_fee', 'tax_fee'];

/** They are ours to bear: each is booked once. */
const bookOwnFees = async (deps: PayoutsDeps): Promise<void> => {
  const { rows } = await sql<{ id: string; net: number; currency: string }>`
    select id, net, currency from provider_movements
    where payment_id is null and net <> 0 and type = any (${OWN_FEES})
      and at > ${new Date((await deps.database.now(deps.database.db)).getTime() - LOOK_BACK_MS)}
    order by at`.execute(deps.database.db);
  for (const { id, net, currency } of rows) {
    await deps.database.transaction((tx) => deps.ledger.post(tx, ownFeeEntry(id, money(0 - net, currency))));
  }
};

/** Payments for which the sums differ. */
const byPayment = async (deps: PayoutsDeps, now: Date): Promise<Difference[]> => {
  const { db } = deps.database;
  const from = new Date(now.getTime() - LOOK_BACK_MS);
  const { rows: moved } = await sql<{ id: string }>`
    select distinct payment_id as id from provider_movements
    where payment_id is not null and at > ${from}`.execute(db);
  const ids = [...new Set([...moved.map(({ id }) => id), ...(await deps.ledger.movedSince(db, from))])];
  const ours = await deps.ledger.clearingOf(db, ids);
  const { rows } = await sql<{ id: string; net: number; newest: Date }>`
    select payment_id as id, sum(net)::bigint as net, max(at) as newest from provider_movements
    where payment_id = any (${ids}::uuid[]) and currency = ${deps.currency}
    group by payment_id`.execute(db);
  const theirs = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id): Difference[] => {
    const own = ours.get(id);
    const their = theirs.get(id);
    const newest = Math.max(own?.newest.getTime() ?? 0, their?.newest.getTime() ?? 0);
    const sums = [own?.amount ?? 0, their?.net ?? 0] as const;
    if (sums[0] === sums[1] || newest > now.getTime() - FRESH_MS) return [];
    const [mine, its] = [money(sums[0], deps.currency), money(sums[1], deps.currency)];
    return [{ kind: 'payment', subject: id, paymentId: id, ours: mine, theirs: its }];
  });
};

/** Movements that nothing of ours explains. */
const unknown = async (deps: PayoutsDeps, now: Date): Promise<Difference[]> => {
  const { rows } = await sql<{ id: string; net: number; currency: string }>`
    select id, net, currency from provider_movements
    where payment_id is null and net <> 0 and type not like 'payout%' and type <> all (${OWN_FEES}) and at < ${new Date(now.getTime() - FRESH_MS)}
    order by at limit 1000`.execute(deps.database.db);
  return rows.map(({ id, net, currency }) => ({
    kind: 'unknown',
    subject: id,
    paymentId: null,
    ours: money(0, currency),
    theirs: money(net, currency),
  }));
};

/** What the provider says that it holds, against the sum of all that it told us; at a quiet hour. */
const holdings = async (deps: PayoutsDeps, held: readonly Money[], now: Date): Promise<Difference[]> => {
  const { rows } = await sql<{ net: number; newest: Date | null }>`
    select coalesce(sum(net), 0)::bigint as net, max(at) as newest from provider_movements
    where currency = ${deps.currency}`.execute(deps.database.db);
  const told = rows[0];
  const theirs = held.find(({ currency }) => currency === deps.currency) ?? money(0, deps.currency);
  if (!told || (told.newest && told.newest.getTime() > now.getTime() - FRESH_MS) || told.net === theirs.amount)
    return [];
  return [{ kind: 'holdings', subject: deps.currency, paymentId: null, ours: money(told.net, deps.currency), theirs }];
};

const open = async (deps: PayoutsDeps, tx: Tx, difference: Difference, now: Date): Promise<void> => {
  const { kind, subject, paymentId, ours, theirs } = difference;
  const id = newId();
  const { rows } = await sql`
    insert into book_incidents (id, kind, subject, payment_id, currency, ours, theirs, opened_at)
    values (${id}, ${kind}, ${subject}, ${paymentId}, ${ours.currency}, ${ours.amount}, ${theirs.amount}, ${now})
    on conflict (kind, subject) where resolved_at is null
    do update set ours = excluded.ours, theirs = excluded.theirs
    returning (xmax = 0) as "isNew"`.execute(tx);
  const isNew = (rows[0] as { isNew: boolean } | undefined)?.isNew; // the expression just selected
  if (!isNew) return;
  deps.log.error({ incidentId: id, ...difference }, "alarm: our ledger and the provider's books differ");
  await deps.events.emit(tx, 'books.differ', id, {
    incidentId: id,
    what: `Of ${whatOf(difference)} our books say ${format(ours, 'en')} and the provider's say ${format(theirs, 'en')}.`,
    adminIds: [...(await deps.admins(tx))],
  });
};

const whatOf = ({ kind, subject }: Difference): string =>
  ({ payment: `payment ${subject}`, unknown: `movement ${subject}`, holdings: `all that it holds in ${subject}` })[
    kind
  ];

/** What agrees again is over; what a person closed stays closed until it differs anew. */
const closeOthers = async (tx: Tx, differences: readonly Difference[], now: Date): Promise<void> => {
  await sql`
    update book_incidents set resolved_at = ${now}, note = 'Both agree again.'
    where resolved_at is null
      and not (kind || ' ' || subject) = any (${differences.map(({ kind, subject }) => `${kind} ${subject}`)}::text[])`.execute(
    tx,
  );
};
