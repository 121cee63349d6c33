// Issues as those see them who may.
import type { Issue as IssueView, ReturnLabel } from '@videowindow/contract/api/commerce';
import { money } from '@videowindow/contract/money';
import { newsOf, type Scan } from './carriers.ts';
import { type Issue, issueButtons, leftOf, saleFacts } from './issue.ts';
import type { IssuesDeps } from './issues.ts';
import { costOf, type Label, labelsOf } from './label-store.ts';
import { type Order, refundedOf } from './store.ts';

type Case = { readonly issue: Issue; readonly order: Order };

/** Issues as one of their sides sees them, or as staff do; four reads, however many. The reader has been let in. */
export const issueViews = async (
  deps: IssuesDeps,
  cases: readonly Case[],
  readerId: string | null,
): Promise<IssueView[]> => {
  const { db } = deps.database;
  const now = await deps.database.now(db);
  const refunded = await refundedOf(
    db,
    cases.map(({ order }) => order.id),
  );
  const labels = await labelsOf(
    db,
    cases.map(({ issue }) => issue.id),
  );
  const parcels = [...labels.values()].flatMap(({ issueId, trackingNumber, at }) =>
    trackingNumber ? [{ id: issueId, trackingNumber, since: at }] : [],
  );
  const scans = await newsOf(db, parcels);
  return cases.map(({ issue, order }) => {
    const { currency } = order.item;
    const who = readerId === order.makerId ? 'maker' : readerId === order.buyerId ? 'buyer' : 'platform';
    const left = leftOf(order, refunded.get(order.id) ?? 0).amount;
    const label = labels.get(issue.id);
    return {
      id: issue.id,
      orderId: issue.orderId,
      reason: issue.reason,
      state: issue.state,
      openedAt: issue.openedAt.toISOString(),
      answerBy: issue.answerBy.toISOString(),
      decideBy: issue.decideBy?.toISOString() ?? null,
      refundAt: issue.refundAt.toISOString(),
      proposal:
        issue.proposedBy && issue.proposedAmount !== null
          ? { by: issue.proposedBy, amount: money(issue.proposedAmount, currency) }
          : null,
      refunded: money(issue.refundedAmount, currency),
      closedAt: issue.closedAt?.toISOString() ?? null,
      label: label ? labelView(label, scans.get(issue.id)?.[0], who) : null,
      possible: issueButtons(issue, who, now, left, saleFacts(issue, order, deps.labels !== null)),
    };
  });
};

const labelView = (label: Label, scan: Scan | undefined, who: 'maker' | 'buyer' | 'platform'): ReturnLabel => ({
  id: label.id,
  by: label.side,
  carrier: label.carrier ?? '',
  trackingNumber: label.trackingNumber,
  cost: who === label.side ? costOf(label) : null,
  at: label.at.toISOString(),
  file: label.hasFile,
  scan: scan ? { status: scan.status, at: scan.at.toISOString(), place: scan.place } : null,
});
