// SQL of disputes.
import type { DisputeState } from '@videowindow/contract/machines/dispute';
import { type Money, money } from '@videowindow/contract/money';
import type { Share } from '#commerce/ledger';
import type { EvidenceFiles } from '#commerce/payments';
import { type Reader, sql, type Tx } from '#platform/database';

type Row = {
  id: string;
  providerId: string;
  paymentId: string;
  orderId: string | null;
  amount: number;
  currency: string;
  reason: string;
  inquiry: boolean;
  state: DisputeState;
  evidenceDue: Date | null;
  openedAt: Date;
  taken: number;
  parts: Share[];
  evidenceSealed: string | null;
  remark: string;
  submitAskedAt: Date | null;
  submitBy: string | null;
  /** The provider's ids of what was uploaded; null before. */
  files: EvidenceFiles | null;
};

export type Dispute = Omit<Row, 'amount' | 'currency' | 'taken'> & { readonly amount: Money; readonly taken: Money };

export type Moment = { readonly kind: string; readonly at: Date; readonly note: string | null };

const COLUMNS = sql.raw(`
  id, provider_id as "providerId", payment_id as "paymentId", order_id as "orderId", amount, currency, reason, inquiry,
  state, evidence_due as "evidenceDue", opened_at as "openedAt", taken, parts, evidence_sealed as "evidenceSealed",
  remark, submit_asked_at as "submitAskedAt", submit_by as "submitBy", files`);

const disputeOf = ({ amount, currency, taken, ...row }: Row): Dispute => ({
  ...row,
  amount: money(amount, currency),
  taken: money(taken, currency),
});

/** Writes a new dispute down. @returns whether it was new */
export const insertDispute = async (
  tx: Tx,
  row: {
    id: string;
    providerId: string;
    paymentId: string;
    orderId: string | null;
    amount: Money;
    reason: string;
    inquiry: boolean;
    state: DisputeState;
    evidenceDue: Date | null;
    openedAt: Date;
  },
): Promise<boolean> => {
  const { rows } = await sql`
    insert into disputes
      (id, provider_id, payment_id, order_id, amount, currency, reason, inquiry, state, evidence_due, opened_at, heard_at)
    values (${row.id}, ${row.providerId}, ${row.paymentId}, ${row.orderId}, ${row.amount.amount}, ${row.amount.currency},
            ${row.reason}, ${row.inquiry}, ${row.state}, ${row.evidenceDue}, ${row.openedAt}, app_now())
    on conflict (provider_id) do nothing
    returning 1`.execute(tx);
  return rows.length > 0;
};

export const lockByProvider = async (tx: Tx, providerId: string): Promise<Dispute | null> => {
  const { rows } = await sql<Row>`
    select ${COLUMNS} from disputes where provider_id = ${providerId} for update`.execute(tx);
  return rows[0] ? disputeOf(rows[0]) : null;
};

export const lockDispute = async (tx: Tx, id: string): Promise<Dispute | null> => {
  const { rows } = await sql<Row>`select ${COLUMNS} from disputes where id = ${id} for update`.execute(tx);
  return rows[0] ? disputeOf(rows[0]) : null;
};

export const findDispute = async (reader: Reader, id: string): Promise<Dispute | null> => {
  const { rows } = await sql<Row>`select ${COLUMNS} from disputes where id = ${id}`.execute(reader);
  return rows[0] ? disputeOf(rows[0]) : null;
};

/** Disputes of some payments, newest first. */
export const ofPayments = async (reader: Reader, paymentIds: readonly string[]): Promise<Dispute[]> => {
  const { rows } = await sql<Row>`
    select ${COLUMNS} from disputes where payment_id = any (${[...paymentIds]}::uuid[])
    order by opened_at desc, id desc`.execute(reader);
  return rows.map(disputeOf);
};

/** Disputes about an order, newest first. */
export const ofOrder = async (reader: Reader, orderId: string): Promise<Dispute[]> => {
  const { rows } = await sql<Row>`
    select ${COLUMNS} from disputes where order_id = ${orderId} order by opened_at desc, id desc`.execute(reader);
  return rows.map(disputeOf);
};

/** Newest first, behind a place. */
export const pageOfDisputes = async (
  reader: Reader,
  page: { onlyOpen: boolean; after: readonly [Date, string] | null; limit: number },
): Promise<Dispute[]> => {
  const open = page.onlyOpen ? sql`and state in ('opened', 'evidence_due', 'submitted')` : sql``;
  const behind = page.after ? sql`and (opened_at, id) < (${page.after[0]}, ${page.after[1]})` : sql``;
  const { rows } = await sql<Row>`
    select ${COLUMNS} from disputes where true ${open} ${behind}
    order by opened_at desc, id desc limit ${page.limit}`.execute(reader);
  return rows.map(disputeOf);
};

/** Open ones that were not heard of for a while. */
export const quietSince = async (reader: Reader, before: Date): Promise<string[]> => {
  const { rows } = await sql<{ providerId: string }>`
    select provider_id as "providerId" from disputes
    where state in ('opened', 'evidence_due', 'submitted') and heard_at < ${before}
    order by heard_at limit 200`.execute(reader);
  return rows.map(({ providerId }) => providerId);
};

export type Change = {
  state?: DisputeState;
  orderId?: string;
  inquiry?: boolean;
  evidenceDue?: Date | null;
  taken?: Money;
  parts?: readonly Share[];
  evidenceSealed?: string;
  submitted?: { at: Date; by: string | null; remark: string } | null;
  files?: EvidenceFiles | null;
};

export const updateDispute = async (tx: Tx, id: string, change: Change): Promise<void> => {
  const { state, orderId, inquiry, evidenceDue, taken, parts, evidenceSealed, submitted, files } = change;
  await sql`
    update disputes
    set heard_at = app_now(),
        state = coalesce(${state ?? null}, state),
        order_id = coalesce(${orderId ?? null}::uuid, order_id),
        inquiry = coalesce(${inquiry ?? null}::boolean, inquiry),
        evidence_due = coalesce(${evidenceDue ?? null}::timestamptz, evidence_due),
        taken = coalesce(${taken?.amount ?? null}::bigint, taken),
        parts = coalesce(${parts ? JSON.stringify(parts) : null}::jsonb, parts),
        evidence_sealed = coalesce(${evidenceSealed ?? null}::text, evidence_sealed)
    where id = ${id}`.execute(tx);
  if (files !== undefined) {
    await sql`
      update disputes set files = ${files && JSON.stringify(files)}::jsonb where id = ${id}`.execute(tx);
  }
  if (submitted === undefined) return;
  await sql`
    update disputes
    set submit_asked_at = ${submitted?.at ?? null}, submit_by = ${submitted?.by ?? null},
        remark = ${submitted?.remark ?? ''}
    where id = ${id}`.execute(tx);
};

/** The dispute is locked by this transaction. */
export const addMoment = async (
  tx: Tx,
  id: string,
  kind: string,
  at: Date,
  note: string | null = null,
): Promise<void> => {
  await sql`
    insert into dispute_timeline (dispute_id, seq, kind, at, note)
    select ${id}, coalesce(max(seq), 0) + 1, ${kind}, ${at}, ${note} from dispute_timeline where dispute_id = ${id}`.execute(
    tx,
  );
};

export const timelinesOf = async (reader: Reader, ids: readonly string[]): Promise<Map<string, Moment[]>> => {
  const { rows } = await sql<Moment & { id: string }>`
    select dispute_id as id, kind, at, note from dispute_timeline
    where dispute_id = any (${[...ids]}::uuid[]) order by dispute_id, seq`.execute(reader);
  const timelines = new Map<string, Moment[]>(ids.map((id) => [id, []]));
  for (const { id, ...moment } of rows) timelines.get(id)?.push(moment);
  return timelines;
};

/** Payments by the provider's ids of their disputes. */
export const paymentsOf = async (reader: Reader, providerIds: readonly string[]): Promise<Map<string, string>> => {
  const { rows } = await sql<{ source: string; paymentId: string }>`
    select provider_id as source, payment_id as "paymentId" from disputes
    where provider_id = any (${[...providerIds]}::text[])`.execute(reader);
  return new Map(rows.map(({ source, paymentId }) => [source, paymentId]));
};

export const byIds = async (reader: Reader, ids: readonly string[]): Promise<Dispute[]> => {
  const { rows } = await sql<Row>`select ${COLUMNS} from disputes where id = any (${[...ids]}::uuid[])`.execute(reader);
  return rows.map(disputeOf);
};

/** By when the open disputes of some payments want their evidence, by payment. */
export const answersDue = async (reader: Reader, paymentIds: readonly string[]): Promise<ReadonlyMap<string, Date>> => {
  const { rows } = await sql<{ id: string; due: Date }>`
    select payment_id as id, min(evidence_due) as due from disputes
    where payment_id = any (${[...paymentIds]}::uuid[]) and state in ('opened', 'evidence_due')
      and evidence_due is not null
    group by payment_id`.execute(reader);
  return new Map(rows.map(({ id, due }) => [id, due]));
};

/** The orders whose payment a bank looks at. */
export const ordersInDispute = async (reader: Reader): Promise<string[]> => {
  const { rows } = await sql<{ id: string }>`
    select distinct order_id as id from disputes
    where state in ('opened', 'evidence_due', 'submitted') and order_id is not null`.execute(reader);
  return rows.map(({ id }) => id);
};

export const countOpen = async (reader: Reader): Promise<number> => {
  const { rows } = await sql<{ open: number }>`
    select count(*) as open from disputes where state in ('opened', 'evidence_due', 'submitted')`.execute(reader);
  return rows[0]?.open ?? 0;
};
