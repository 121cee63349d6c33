// SQL of issues and of an order's thread.
import type { IssueReason, OrderMessage } from '@videowindow/contract/api/commerce';
import type { IssueState } from '@videowindow/contract/machines/issue';
import { type Reader, sql, type Tx } from '#platform/database';
import type { Issue } from './issue.ts';

const ISSUE = sql`id, order_id as "orderId", reason, state, opened_at as "openedAt", answer_by as "answerBy",
  decide_by as "decideBy", refund_at as "refundAt", proposed_by as "proposedBy", proposed_amount as "proposedAmount",
  refunded_amount as "refundedAmount", closed_at as "closedAt"`;

export const insertIssue = async (
  tx: Tx,
  issue: { id: string; orderId: string; reason: IssueReason; openedAt: Date; answerBy: Date; refundAt: Date },
): Promise<Issue> => {
  const { rows } = await sql<Issue>`
    insert into order_issues (id, order_id, reason, state, opened_at, answer_by, refund_at)
    values (${issue.id}, ${issue.orderId}, ${issue.reason}, 'open', ${issue.openedAt}, ${issue.answerBy},
            ${issue.refundAt})
    returning ${ISSUE}`.execute(tx);
  return one(rows);
};

export const findIssue = async (reader: Reader, id: string): Promise<Issue | null> => {
  const { rows } = await sql<Issue>`select ${ISSUE} from order_issues where id = ${id}`.execute(reader);
  return rows[0] ?? null;
};

/** The issues of an order, oldest first. */
export const issuesOf = async (reader: Reader, orderId: string): Promise<Issue[]> => {
  const { rows } = await sql<Issue>`
    select ${ISSUE} from order_issues where order_id = ${orderId} order by opened_at, id`.execute(reader);
  return rows;
};

/** Whether an issue of this order was brought before the platform. */
export const wasBrought = async (reader: Reader, orderId: string): Promise<boolean> => {
  const { rows } = await sql`
    select 1 from order_issues where order_id = ${orderId} and decide_by is not null limit 1`.execute(reader);
  return rows.length > 0;
};

/** Changes what is named; the issue's order is locked by this transaction. */
export const updateIssue = async (
  tx: Tx,
  id: string,
  change: {
    state: IssueState;
    proposal?: { by: 'buyer' | 'maker'; amount: number } | null;
    decideBy?: Date;
    refundAt?: Date;
    closed?: { at: Date; refunded: number; by: string | null };
  },
): Promise<Issue> => {
  const { proposal, decideBy, refundAt, closed } = change;
  const { rows } = await sql<Issue>`
    update order_issues
    set state = ${change.state}
        ${proposal === undefined ? sql`` : sql`, proposed_by = ${proposal?.by ?? null}, proposed_amount = ${proposal?.amount ?? null}`}
        ${decideBy === undefined ? sql`` : sql`, decide_by = ${decideBy}`}
        ${refundAt === undefined ? sql`` : sql`, refund_at = ${refundAt}`}
        ${closed === undefined ? sql`` : sql`, closed_at = ${closed.at}, refunded_amount = ${closed.refunded}, decided_by = ${closed.by}`}
    where id = ${id}
    returning ${ISSUE}`.execute(tx);
  return one(rows);
};

/** Those that wait for the platform, most urgent first, behind a moment and an id. */
export const escalatedIssues = async (
  reader: Reader,
  behind: { decideBy: Date; id: string } | null,
  limit: number,
): Promise<Issue[]> => {
  const after = behind ? sql`and (decide_by, id) > (${behind.decideBy}, ${behind.id})` : sql``;
  const { rows } = await sql<Issue>`
    select ${ISSUE} from order_issues
    where state = 'escalated' ${after}
    order by decide_by, id limit ${limit}`.execute(reader);
  return rows;
};

export type MessageRow = {
  id: string;
  from: OrderMessage['from'];
  kind: OrderMessage['kind'];
  text: string;
  amount: number | null;
  pictures: string[];
  at: Date;
};

export const insertMessage = async (
  tx: Tx,
  message: MessageRow & { orderId: string; issueId: string | null; authorId: string | null },
): Promise<void> => {
  await sql`
    insert into order_messages (id, order_id, issue_id, author_id, side, kind, text, amount, pictures, at)
    values (${message.id}, ${message.orderId}, ${message.issueId}, ${message.authorId}, ${message.from}, ${message.kind},
            ${message.text}, ${message.amount}, ${message.pictures}::uuid[], ${message.at})`.execute(tx);
};

/** The newest of an order's thread, oldest of them first. */
export const messagesOf = async (reader: Reader, orderId: string, limit: number): Promise<MessageRow[]> => {
  const { rows } = await sql<MessageRow>`
    select id, side as "from", kind, text, amount, pictures, at from order_messages
    where order_id = ${orderId} order by at desc, id desc limit ${limit}`.execute(reader);
  return rows.reverse();
};

/** Whether a picture is evidence of some order. */
export const isEvidence = async (reader: Reader, mediaId: string): Promise<boolean> => {
  const { rows } = await sql`
    select 1 from order_messages where pictures @> array[${mediaId}::uuid] limit 1`.execute(reader);
  return rows.length > 0;
};

const one = (rows: readonly Issue[]): Issue => {
  const [row] = rows;
  if (!row) throw new Error('an issue is gone');
  return row;
};
