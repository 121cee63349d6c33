import { Link } from '@tanstack/react-router';
import { isApiError } from '@videowindow/client';
import { format, type Money } from '@videowindow/contract/money';

/** After a refusal that asks for a saved card: why, and the way to save one. Nothing for any other refusal. */
export function CardNeeded({ error }: { error: Error }) {
  if (!isApiError(error, 'card_required')) return null;
  return (
    <>
      {' '}
      {why(error.details)}{' '}
      <Link to="/you/cards" className="font-semibold underline">
        Save a card
      </Link>
    </>
  );
}

function why({ why: reason, upTo }: Readonly<Record<string, unknown>>): string {
  if (reason === 'missed_payments') return 'It is needed after payments that were missed.';
  const above = isMoney(upTo) ? `above ${format(upTo)}` : 'for amounts like this';
  return reason === 'new_account'
    ? `It is needed ${above} while your account is new.`
    : `It is needed ${above}. Nothing is charged for saving it.`;
}

/** Details of a refusal are of no type of ours. */
const isMoney = (value: unknown): value is Money =>
  typeof value === 'object' &&
  value !== null &&
  'amount' in value &&
  'currency' in value &&
  typeof value.amount === 'number' &&
  typeof value.currency === 'string';
