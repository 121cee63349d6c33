import { Link } from '@tanstack/react-router';
import { isApiError } from '@videowindow/client';

/** After a refusal because the maker cannot be paid yet: the way to mend that. Nothing for any other refusal. */
export function AccountNeeded({ error }: { error: Error }) {
  const isNew = isApiError(error, 'payouts_disabled');
  if (!isNew && !isApiError(error, 'kyc_required')) return null;
  return (
    <>
      {' '}
      The offer stays as it is.{' '}
      <Link to="/studio/start" className="font-semibold underline">
        {isNew ? 'Link an account' : 'See what is missing'}
      </Link>
    </>
  );
}
