// The request that began what runs now: its id, which goes on through events and jobs, so that one id finds it all; and
// where it came from, which is known while the request itself runs.
import { AsyncLocalStorage } from 'node:async_hooks';

const storage = new AsyncLocalStorage<{ id: string | null; address: string | null }>();

/** Null in what no request began: timers, nightly jobs. */
export const correlationId = (): string | null => storage.getStore()?.id ?? null;

/** The network address of who asks; null in what follows of it later. */
export const callerAddress = (): string | null => storage.getStore()?.address ?? null;

export const correlate = <T>(id: string | null, work: () => T, address: string | null = null): T =>
  storage.run({ id, address }, work);
