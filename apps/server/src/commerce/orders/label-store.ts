// SQL of labels that bring pieces back.
import type { LabelRate } from '@videowindow/contract/api/commerce';
import type { ReturnLabelState } from '@videowindow/contract/machines/return-label';
import { money } from '@videowindow/contract/money';
import { type Reader, sql, type Tx } from '#platform/database';
import type { BoughtLabel } from './easypost.ts';

export type Label = {
  readonly id: string;
  readonly issueId: string;
  readonly authorId: string;
  readonly side: 'maker' | 'platform';
  readonly state: ReturnLabelState;
  readonly providerId: string | null;
  readonly rates: readonly LabelRate[] | null;
  readonly rateId: string | null;
  readonly carrier: string | null;
  readonly trackingNumber: string | null;
  readonly currency: string | null;
  readonly cost: number | null;
  readonly hasFile: boolean;
  readonly at: Date;
};

const COLUMNS = sql.raw(`
  id, issue_id as "issueId", author_id as "authorId", side, state, provider_id as "providerId", rates,
  rate_id as "rateId", carrier, tracking_number as "trackingNumber", currency, cost, pdf_sealed is not null as "hasFile", at`);

type Made = Pick<Label, 'id' | 'issueId' | 'authorId' | 'side' | 'at'>;

export const insertQuote = async (
  tx: Tx,
  label: Made & { providerId: string; rates: readonly LabelRate[] },
): Promise<void> => {
  await sql`
    insert into return_labels (id, issue_id, author_id, side, state, provider_id, rates, at)
    values (${label.id}, ${label.issueId}, ${label.authorId}, ${label.side}, 'quoted', ${label.providerId},
            ${JSON.stringify(label.rates)}::jsonb, ${label.at})`.execute(tx);
};

export const insertAttached = async (
  tx: Tx,
  label: Made & { carrier: string; trackingNumber: string | null; pdfSealed: string },
): Promise<void> => {
  await sql`
    insert into return_labels (id, issue_id, author_id, side, state, carrier, tracking_number, pdf_sealed, at)
    values (${label.id}, ${label.issueId}, ${label.authorId}, ${label.side}, 'ready', ${label.carrier},
            ${label.trackingNumber}, ${label.pdfSealed}, ${label.at})`.execute(tx);
};

export const findLabel = async (reader: Reader, id: string): Promise<Label | null> => {
  const { rows } = await sql<Label>`select ${COLUMNS} from return_labels where id = ${id}`.execute(reader);
  return rows[0] ?? null;
};

/** The newest that the buyer of each issue has. */
export const labelsOf = async (reader: Reader, issueIds: readonly string[]): Promise<Map<string, Label>> => {
  const { rows } = await sql<Label>`
    select distinct on (issue_id) ${COLUMNS} from return_labels
    where issue_id = any (${[...issueIds]}::uuid[]) and state = 'ready'
    order by issue_id, at desc, id desc`.execute(reader);
  return new Map(rows.map((label) => [label.issueId, label]));
};

/** This price is being bought. The issue's order is locked. */
export const beginBuying = async (
  tx: Tx,
  id: string,
  to: ReturnLabelState,
  rateId: string,
  at: Date,
): Promise<void> => {
  await sql`update return_labels set state = ${to}, rate_id = ${rateId}, at = ${at} where id = ${id}`.execute(tx);
};

/** The carrier sold it. @returns whether nobody had written that down before */
export const keepBought = async (
  tx: Tx,
  id: string,
  { carrier, trackingNumber, price }: BoughtLabel,
  pdfSealed: string,
  at: Date,
): Promise<boolean> => {
  const { rows } = await sql`
    update return_labels
    set state = 'ready', carrier = ${carrier}, tracking_number = ${trackingNumber}, currency = ${price.currency},
        cost = ${price.amount}, pdf_sealed = ${pdfSealed}, at = ${at}
    where id = ${id} and state = 'buying' returning 1`.execute(tx);
  return rows.length > 0;
};

export const refuseBuying = async (reader: Reader, id: string): Promise<void> => {
  await sql`update return_labels set state = 'refused' where id = ${id} and state = 'buying'`.execute(reader);
};

/** Those about which nobody knows whether the carrier sold them. */
export const buyingSince = async (reader: Reader, before: Date): Promise<string[]> => {
  const { rows } = await sql<{ id: string }>`
    select id from return_labels where state = 'buying' and at < ${before} order by at limit 100`.execute(reader);
  return rows.map(({ id }) => id);
};

export const sealedFile = async (reader: Reader, id: string): Promise<string | null> => {
  const { rows } = await sql<{ sealed: string | null }>`
    select pdf_sealed as sealed from return_labels where id = ${id}`.execute(reader);
  return rows[0]?.sealed ?? null;
};

/** Nobody needs the addresses on them any more. */
export const forgetFiles = async (tx: Tx, issueId: string): Promise<void> => {
  await sql`update return_labels set pdf_sealed = null where issue_id = ${issueId}`.execute(tx);
};

/** What it cost whoever gave it; null where that is not known here. */
export const costOf = ({ cost, currency }: Label) =>
  cost === null || currency === null ? null : money(cost, currency);
