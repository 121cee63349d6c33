// How far the server's clock is from this device's. Measured by the socket, first set by GET /site.
import { useSyncExternalStore } from 'react';

let offsetMs = 0;
const listeners = new Set<() => void>();

/** Below this a new measurement is noise, and every clock on the page would jump for nothing. */
const NOTICEABLE_MS = 150;

export const clock = {
  /** Milliseconds since the epoch by the server's clock. */
  now: (): number => Date.now() + offsetMs,
  set(offset: number): void {
    if (Math.abs(offset - offsetMs) < NOTICEABLE_MS) return;
    offsetMs = offset;
    for (const listener of listeners) listener();
  },
};

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** The server's clock minus this device's, in milliseconds. */
export const useClockOffset = (): number => useSyncExternalStore(subscribe, () => offsetMs);
