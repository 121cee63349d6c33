import { Link } from '@tanstack/react-router';
import { isApiError } from '@videowindow/client';

/** After a refusal that asks for a saved card: why, and the way to save one. Nothing for any other refusal. */
export function CardNeeded({ error }: { error: Error }) {
  if (!isApiError(error, 'card_required')) return null;
  return (
    <>
      {' '}
      {why(error.details.why)}{' '}
      <Link to="/you/cards" className="font-semibold underline">
        Save a card
      </Link>
    </>
  );
}

function why(reason: unknown): string {
  if (reason === 'missed_payments') return 'It is needed after payments that were missed.';
  if (reason === 'new_account') return 'It is needed for amounts like this while your account is new.';
  return 'It is needed for amounts like this. Nothing is charged for saving it.';
}
