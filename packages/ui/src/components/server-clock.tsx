import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';

const OffsetContext = createContext(0);

/** Gives every clock below the server's time. `offsetMs` = server's clock - this device's clock. */
export function ServerClock({ offsetMs, children }: { offsetMs: number; children: ReactNode }) {
  return <OffsetContext value={offsetMs}>{children}</OffsetContext>;
}

/** Milliseconds since the epoch by the server's clock, renewed on each of its whole steps while `running`. */
export function useServerNow(stepMs = 1000, running = true): number {
  const offset = useContext(OffsetContext);
  const [now, setNow] = useState(() => Date.now() + offset);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const tick = () => {
      const at = Date.now() + offset;
      setNow(at);
      if (running) timer = setTimeout(tick, stepMs - (at % stepMs));
    };
    tick();
    return () => clearTimeout(timer);
  }, [offset, stepMs, running]);
  return now;
}
