import { isApiError } from '@videowindow/client';

/** What the server found wrong with one field of a form; undefined when that field was fine. */
export const fieldErrorOf = (error: unknown, path: string): string | undefined =>
  isApiError(error) ? error.fields.find((field) => field.path === path)?.message : undefined;
