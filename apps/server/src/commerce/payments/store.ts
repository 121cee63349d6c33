// SQL of payments: the payment, its shares, and the events that the provider sent.
import type { PaymentState } from '@videowindow/contract/machines/payment';
import { type Money, money } from '@videowindow/contract/money';
import type { Generated, Selectable, Updateable } from 'kysely';
import { type Share, taxIn } from '#commerce/ledger';
import { lazily, type Reader, sql, type Tx } from '#platform/database';
import type { Jobs } from '#platform/jobs';
import { isLive } from './payment.ts';
import type { HeldShare } from './refund.ts';
import type { EventEndpoint, ProviderEvent, SessionRequest } from './settlement.ts';

type Tables = {
  payments: {
    id: string;
    lock_id: string;
    buyer_id: string;
    state: PaymentState;
    currency: string;
    amount: number;
    request: SessionRequest;
    session_id: string | null;
    session_url: string | null;
    session_ends_at: Date | null;
    intent_id: string | null;
    charge_id: string | null;
    card_print: string | null;
    received_amount: number | null;
    received_currency: string | null;
    address_sealed: string | null;
    method: string | null;
    tax_amount: number | null;
    created_at: Date;
    captured_at: Date | null;
    ended_at: Date | null;
  };
  payment_shares: {
    payment_id: string;
    maker_id: string;
    payable: number;
    fee: number;
    tax: Generated<number>;
    returned_payable: Generated<number>;
    returned_fee: Generated<number>;
    returned_tax: Generated<number>;
  };
  provider_events: {
    id: string;
    endpoint: EventEndpoint;
    type: string;
    subject: string | null;
    account: string | null;
    received_at: Generated<Date>;
    handled_at: Date | null;
  };
};

type PaymentRow = Selectable<Tables['payments']>;

/** A payment as this room thinks of it. */
export type Payment = Omit<PaymentRow, 'amount' | 'currency'> & { amount: Money };

const LIVE = ['created', 'session_open', 'processing'] as const satisfies readonly PaymentState[];
const ARRIVED = ['captured', 'partially_refunded', 'quarantined'] as const satisfies readonly PaymentState[];
const ENDED = ['failed', 'expired'] as const satisfies readonly PaymentState[];

const isOneOf = (states: readonly PaymentState[], state: PaymentState): boolean => states.includes(state);

const tables = (reader: Reader) => reader.withTables<Tables>();

const paymentOf = ({ amount, currency, ...row }: PaymentRow): Payment => ({ ...row, amount: money(amount, currency) });

/** A payment that begins, with whose money it will be; one statement. */
export const insertPayment = async (
  tx: Tx,
  payment: Pick<Payment, 'id' | 'lock_id' | 'buyer_id' | 'state' | 'amount' | 'request'>,
  shares: readonly Share[],
): Promise<Payment> => {
  const { id, lock_id, buyer_id, state, amount, request } = payment;
  const { rows } = await sql<PaymentRow>`
    with made as (
      insert into payments (id, lock_id, buyer_id, state, amount, currency, request, created_at)
      values (${id}, ${lock_id}, ${buyer_id}, ${state}, ${amount.amount}, ${amount.currency},
              ${JSON.stringify(request)}::jsonb, app_now())
      returning *
    ), parts as (
      insert into payment_shares (payment_id, maker_id, payable, fee)
      select made.id, part.maker_id, part.payable, part.fee
      from made, unnest(
        ${shares.map(({ makerId }) => makerId)}::uuid[],
        ${shares.map(({ payable }) => payable.amount)}::bigint[],
        ${shares.map(({ fee }) => fee.amount)}::bigint[]
      ) as part (maker_id, payable, fee)
    )
    select * from made`.execute(tx);
  const [row] = rows;
  if (!row) throw new Error('a payment was not made');
  return paymentOf(row);
};

/** Makes callers that open a checkout of one lock wait for each other; until the transaction ends. */
export const queueAtLock = async (tx: Tx, lockId: string): Promise<void> => {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`payments:${lockId}`}, 0))`.execute(tx);
};

/**
 * The payment by which money for this lock may still come (one at most), whether some is here, and the newest that the
 * provider had a page of and that ended without.
 */
export const moneyFor = async (
  reader: Reader,
  lockId: string,
): Promise<{ live: Payment | null; arrived: boolean; ended: Payment | null }> => {
  const rows = await tables(reader)
    .selectFrom('payments')
    .selectAll()
    .where('lock_id', '=', lockId)
    .where('state', 'in', [...LIVE, ...ARRIVED, ...ENDED])
    .orderBy('created_at')
    .execute();
  const live = rows.find(({ state }) => isLive(state));
  const ended = rows.findLast(({ state, session_id }) => isOneOf(ENDED, state) && session_id !== null);
  return {
    live: live ? paymentOf(live) : null,
    arrived: rows.some(({ state }) => isOneOf(ARRIVED, state)),
    ended: ended ? paymentOf(ended) : null,
  };
};

export const findPayment = async (reader: Reader, id: string): Promise<Payment | null> => {
  const row = await tables(reader).selectFrom('payments').selectAll().where('id', '=', id).executeTakeFirst();
  return row ? paymentOf(row) : null;
};

/** The payment, locked until the transaction ends. */
export const lockPayment = async (tx: Tx, id: string): Promise<Payment | null> => {
  const row = await tables(tx).selectFrom('payments').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
  return row ? paymentOf(row) : null;
};

export const updatePayment = async (
  tx: Tx,
  id: string,
  change: Omit<Updateable<Tables['payments']>, 'request'>,
): Promise<Payment> =>
  paymentOf(
    await tables(tx).updateTable('payments').set(change).where('id', '=', id).returningAll().executeTakeFirstOrThrow(),
  );

/** Whose the money is, and what of it went back; in the makers' order. */
export const readShares = async (reader: Reader, { id, amount }: Payment): Promise<HeldShare[]> => {
  const rows = await tables(reader)
    .selectFrom('payment_shares')
    .selectAll()
    .where('payment_id', '=', id)
    .orderBy('maker_id')
    .execute();
  return rows.map(({ maker_id, payable, fee, tax, ...returned }) => ({
    makerId: maker_id,
    payable: money(payable, amount.currency),
    fee: money(fee, amount.currency),
    ...(tax > 0 && { tax: money(tax, amount.currency) }),
    returned: { payable: returned.returned_payable, fee: returned.returned_fee, tax: returned.returned_tax },
  }));
};

/** The parts as they are with the tax that the provider found in them. */
export const setShares = async (tx: Tx, paymentId: string, shares: readonly Share[]): Promise<void> => {
  for (const share of shares) {
    await sql`
      update payment_shares
      set payable = ${share.payable.amount}, fee = ${share.fee.amount}, tax = ${taxIn(share)}
      where payment_id = ${paymentId} and maker_id = ${share.makerId}`.execute(tx);
  }
};

/** Writes down that parts of a payment go back; the database refuses more than there was. */
export const takeFromShares = async (tx: Tx, paymentId: string, taken: readonly Share[]): Promise<void> => {
  for (const share of taken) {
    await sql`
      update payment_shares
      set returned_payable = returned_payable + ${share.payable.amount}, returned_fee = returned_fee + ${share.fee.amount},
          returned_tax = returned_tax + ${taxIn(share)}
      where payment_id = ${paymentId} and maker_id = ${share.makerId}`.execute(tx);
  }
};

/** The order of things is over for the address: whoever needs it has it. */
export const forgetAddress = async (tx: Tx, lockId: string): Promise<void> => {
  await tables(tx).updateTable('payments').set({ address_sealed: null }).where('lock_id', '=', lockId).execute();
};

/** Payments whose session should have ended, or that never got one; oldest first. */
export const hangingPayments = async (reader: Reader, now: Date, limit: number): Promise<Payment[]> => {
  const rows = await tables(reader)
    .selectFrom('payments')
    .selectAll()
    .where((eb) =>
      eb.or([
        eb('state', 'in', ['session_open', 'processing']).and('session_ends_at', '<', new Date(now.getTime() - 60_000)),
        eb('state', '=', 'created').and('created_at', '<', new Date(now.getTime() - 120_000)),
      ]),
    )
    .orderBy('created_at')
    .limit(limit)
    .execute();
  return rows.map(paymentOf);
};

/** Locks whose open session ends between two moments. */
export const locksEnding = async (reader: Reader, from: Date, to: Date): Promise<string[]> => {
  const rows = await tables(reader)
    .selectFrom('payments')
    .select('lock_id')
    .where('state', '=', 'session_open')
    .where('session_ends_at', '>', from)
    .where('session_ends_at', '<', to)
    .orderBy('session_ends_at')
    .execute();
  return rows.map(({ lock_id }) => lock_id);
};

/**
 * Keeps an event of the provider's and, when it is new, adds its job; one statement. Without a job it is done with.
 * @returns whether it was new
 */
export const insertEvent = async (
  tx: Tx,
  endpoint: EventEndpoint,
  { id, type, subject, account }: ProviderEvent,
  addJob: ReturnType<Jobs['adding']> | null,
): Promise<boolean> => {
  const { rows } = await sql`
    with kept as (
      insert into provider_events (id, endpoint, type, subject, account, handled_at)
      values (${id}, ${endpoint}, ${type}, ${subject}, ${account}, ${addJob ? null : sql`clock_timestamp()`})
      on conflict (id) do nothing
      returning 1
    )
    select ${addJob ?? sql`1`} from kept`.execute(tx);
  return rows.length > 0;
};

export const findEvent = (reader: Reader, id: string): Promise<Selectable<Tables['provider_events']> | undefined> =>
  tables(reader).selectFrom('provider_events').selectAll().where('id', '=', id).executeTakeFirst();

export const markHandled = async (reader: Reader, id: string): Promise<void> => {
  // Lost in a crash it is handled once more, which changes nothing.
  await sql`update provider_events set handled_at = clock_timestamp() from ${lazily} where id = ${id}`.execute(reader);
};

/** Events that nobody has handled for five minutes. */
export const hangingEvents = async (reader: Reader): Promise<string[]> => {
  const { rows } = await sql<{ id: string }>`
    select id from provider_events
    where handled_at is null and received_at < clock_timestamp() - make_interval(mins => 5)
    order by received_at limit 200`.execute(reader);
  return rows.map(({ id }) => id);
};

/** Up to which second of the provider's clock its events have been compared with ours. */
export const readCursor = async (reader: Reader, name: string): Promise<number | null> => {
  const { rows } = await sql<{ seconds: number }>`select seconds from provider_cursors where name = ${name}`.execute(
    reader,
  );
  return rows[0]?.seconds ?? null;
};

export const moveCursor = async (reader: Reader, name: string, seconds: number): Promise<void> => {
  await sql`
    insert into provider_cursors (name, seconds) values (${name}, ${seconds})
    on conflict (name) do update set seconds = greatest(provider_cursors.seconds, excluded.seconds)`.execute(reader);
};

/** The payment behind each of the provider's ids of charges, refunds, transfers and their reversals. */
export const paymentsOfSources = async (reader: Reader, sources: readonly string[]): Promise<Map<string, string>> => {
  if (sources.length === 0) return new Map();
  const { rows } = await sql<{ source: string; paymentId: string }>`
    with wanted (source) as (select unnest(${[...sources]}::text[]))
    select source, p.id as "paymentId" from wanted join payments p on p.charge_id = source
    union all
    select source, p.id from wanted join payments p on p.intent_id = source or p.session_id = source
    union all
    select source, payment_id from wanted join refunds r on r.refund_id = source or source = any (r.earlier_ids)
    union all
    select source, payment_id from wanted join transfers t on t.transfer_id = source
    union all
    select source, t.payment_id
    from wanted join transfer_reversals r on r.reversal_id = source join transfers t on t.id = r.transfer_id`.execute(
    reader,
  );
  return new Map(rows.map((row) => [row.source, row.paymentId]));
};

/** The payments of a lock. */
export const paymentsOfLock = async (reader: Reader, lockId: string): Promise<string[]> => {
  const rows = await tables(reader).selectFrom('payments').select('id').where('lock_id', '=', lockId).execute();
  return rows.map(({ id }) => id);
};

/** Payments that differ from what was agreed and wait for a person, oldest first. */
export const quarantinedPayments = async (reader: Reader): Promise<Payment[]> => {
  const rows = await tables(reader)
    .selectFrom('payments')
    .selectAll()
    .where('state', '=', 'quarantined')
    .orderBy('created_at')
    .limit(100)
    .execute();
  return rows.map(paymentOf);
};

/** The print of the card that each payment was made with. */
export const cardPrints = async (reader: Reader, ids: readonly string[]): Promise<Map<string, string>> => {
  const { rows } = await sql<{ id: string; print: string }>`
    select id, card_print as print from payments
    where id = any (${[...ids]}::uuid[]) and card_print is not null`.execute(reader);
  return new Map(rows.map(({ id, print }) => [id, print]));
};
