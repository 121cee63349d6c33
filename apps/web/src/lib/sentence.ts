import { ApiError } from '@videowindow/client';

/** What to tell a person about something that failed. */
export const sentenceOf = (error: unknown): string =>
  error instanceof ApiError ? error.message : 'Something went wrong here. Nothing was lost; please try again.';
