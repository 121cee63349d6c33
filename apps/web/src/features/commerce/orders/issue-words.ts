// What an issue and the entries of a thread are to those who read them.
import { format } from '@videowindow/contract';
import type { Issue, IssueReason, Order, OrderMessage, ReturnLabel } from '@videowindow/contract/api/commerce';
import type { Tone } from '@videowindow/ui';
import { dateTime } from '../../../lib/dates.ts';
import { firstName, type Side } from '../order-words.ts';

export const reasonWords: Record<IssueReason, string> = {
  not_arrived: 'It did not arrive',
  damaged: 'It is damaged',
  not_as_described: 'It is not as described',
  return: 'To be sent back',
  other: 'Something else',
};

/** Who speaks, as this reader knows them. */
export function speaker(
  message: Pick<OrderMessage, 'from'>,
  order: Pick<Order, 'maker' | 'buyer'>,
  side: Side | null,
): string {
  if (message.from === 'platform') return 'Video Window';
  if (message.from === side) return 'You';
  return firstName(message.from === 'maker' ? order.maker : order.buyer);
}

/** What a step of an issue says beside its words; null for plain words. */
export function stepWords({ kind, amount }: OrderMessage): string | null {
  const money = amount ? format(amount) : '';
  switch (kind) {
    case 'message':
      return null;
    case 'opened':
      return 'Something is wrong';
    case 'proposed':
      return `${money} back?`;
    case 'agreed':
      return `Agreed: ${money} back`;
    case 'refunded':
      return `Everything back: ${money}`;
    case 'resolved':
      return 'All is well now';
    case 'escalated':
      return 'Asked Video Window to decide';
    case 'decided':
      return money ? `Decided: ${money} back` : 'Decided: nothing goes back';
    case 'ran_out':
      return `Nobody settled it in time: ${money} back`;
    case 'label':
      return 'A label to send it back';
  }
}

export function issueChip(issue: Issue): { label: string; tone: Tone } {
  switch (issue.state) {
    case 'open':
    case 'answered':
      return { label: 'Being settled', tone: 'due' };
    case 'escalated':
      return { label: 'With Video Window', tone: 'due' };
    case 'resolved':
      return { label: 'Settled', tone: 'good' };
    case 'refunded':
    case 'partially_refunded':
      return { label: `${format(issue.refunded)} back`, tone: 'good' };
    case 'decided':
      return { label: 'Decided', tone: 'plain' };
  }
}

/** What comes next, in a sentence; null when it is over. */
export function issueNext(issue: Issue, order: Pick<Order, 'maker' | 'buyer'>, side: Side): string | null {
  const other = firstName(side === 'maker' ? order.buyer : order.maker);
  switch (issue.state) {
    case 'open':
      if (side === 'maker')
        return `${other} needs an answer by ${dateTime(issue.answerBy)}. Until it is settled the money stays with us.`;
      return issue.possible.includes('escalate')
        ? `${other} has not answered. You can ask us to decide. Your money is safe until then.`
        : `${other} has until ${dateTime(issue.answerBy)} to answer. Then you can ask us to decide. Your money is safe until it is settled.`;
    case 'answered':
      return side === 'maker'
        ? 'Find an amount that is fair to both of you. Until it is settled the money stays with us.'
        : 'Find an amount that is fair to both of you, or ask us to decide. Your money is safe until it is settled.';
    case 'escalated':
      return `We look at what both of you wrote and decide by ${issue.decideBy ? dateTime(issue.decideBy) : 'soon'}. Add what we should know below.`;
    default:
      return null;
  }
}

/** What the label is to each of them. @param side null for staff */
export function labelWords(
  { carrier, trackingNumber, by, cost }: Pick<ReturnLabel, 'carrier' | 'trackingNumber' | 'by' | 'cost'>,
  side: Side | null,
  buyer: string,
): string {
  const number = trackingNumber ? `, ${trackingNumber}` : '';
  if (side === 'buyer')
    return `Print the label, stick it on the parcel and take it to ${carrier}${number}. It costs you nothing.`;
  const paid = cost
    ? ` It cost ${format(cost)}.`
    : by === 'platform' && side === 'maker'
      ? ' It costs you nothing.'
      : '';
  return `${buyer} has a label of ${carrier}${number}.${paid}`;
}
