// The id of the request that began what runs now. It goes on through events and jobs, so that one id finds it all.
import { AsyncLocalStorage } from 'node:async_hooks';

const storage = new AsyncLocalStorage<string | null>();

/** Null in what no request began: timers, nightly jobs. */
export const correlationId = (): string | null => storage.getStore() ?? null;

export const correlate = <T>(id: string | null, work: () => T): T => storage.run(id, work);
