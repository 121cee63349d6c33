import { ApiError, isApiError } from '@videowindow/client';

/** What to tell a person about something that failed. */
export const sentenceOf = (error: unknown): string =>
  error instanceof ApiError ? error.message : 'Something went wrong here. Nothing was lost; please try again.';

/** Nothing of theirs is at this address, or the address was cut on its way here: a page reads what its address says. */
export const isMissing = (error: unknown): boolean =>
  isApiError(error, 'not_found') || isApiError(error, 'validation_failed');
