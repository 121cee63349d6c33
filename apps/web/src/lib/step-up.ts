// A call needs the person to show once more that it is them: asked here, answered by the sheet in the shell.
import { useSyncExternalStore } from 'react';

/** What is asked; `ways` as the server named them. */
export type StepUpAsk = { ways: readonly string[]; answer: (proved: boolean) => void };

let open: StepUpAsk | null = null;
const listeners = new Set<() => void>();
const set = (next: StepUpAsk | null) => {
  open = next;
  for (const listener of listeners) listener();
};

export const stepUp = {
  /** Resolves with whether they did. Calls that come while the sheet is up share its answer. */
  ask(ways: unknown): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const before = open?.answer;
    set({
      ways: Array.isArray(ways) ? ways.map(String) : [],
      answer(proved) {
        set(null);
        before?.(proved);
        resolve(proved);
      },
    });
    return promise;
  },
};

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useStepUpAsk = (): StepUpAsk | null => useSyncExternalStore(subscribe, () => open);
