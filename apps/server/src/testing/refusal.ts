/** How the server said no. */
import { ApiError } from '@videowindow/client';

/** The refusal of a call: its status, code and what goes with it. @throws Error when the call succeeds. */
export const refusalOf = async (call: Promise<unknown>) => {
  const error = await call.then(
    () => new Error('the call was not refused'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ApiError)) throw error;
  const { status, code, details, fields } = error;
  return { status, code, details, fields };
};
