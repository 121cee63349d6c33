// What one process knows of who is here, written down now and then: whose pages are open, and at once who comes.
import type { Log } from '#platform/telemetry';
import type { Presences } from './index.ts';

const TICK_MS = 1000;
/** Whose pages are open is written down every so many ticks. */
const ALL_EVERY = 20;

export const createPresenceNotes = ({
  presences,
  people,
  log,
}: {
  presences: Pick<Presences, 'seen'>;
  /** Whose connections are open. */
  people(): string[];
  log: Log;
}) => {
  let came = new Set<string>();
  let timer: NodeJS.Timeout | null = null;
  let ticks = 0;
  let isBusy = false;
  const tick = async () => {
    ticks++;
    // A slow database is asked once; what comes meanwhile waits for the next tick.
    if (isBusy) return;
    const ids = [...came, ...(ticks % ALL_EVERY === 0 ? people() : [])];
    came = new Set();
    isBusy = true;
    await presences
      .seen(ids)
      .catch((error) => log.warn({ err: error }, 'who is here could not be noted'))
      .finally(() => {
        isBusy = false;
      });
  };
  return {
    came: (id: string) => void came.add(id),
    start() {
      timer = setInterval(tick, TICK_MS).unref();
    },
    stop() {
      if (timer) clearInterval(timer);
    },
  };
};
