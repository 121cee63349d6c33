// What is looked up so often that it is remembered for some seconds.

const REMEMBER_MS = 5_000;
const MOST = 10_000;

export type Memory<T> = {
  /** What was set in the last seconds. */
  get(key: string): T | undefined;
  /** @returns the value */
  set(key: string, value: T): T;
};

/** Forgets what is older than `ms`, and everything when it holds too much. */
export const createMemory = <T>(clock: () => Date, ms = REMEMBER_MS): Memory<T> => {
  const known = new Map<string, { value: T; until: number }>();
  return {
    get(key) {
      const found = known.get(key);
      return found && found.until > clock().getTime() ? found.value : undefined;
    },
    set(key, value) {
      if (known.size >= MOST) known.clear();
      known.set(key, { value, until: clock().getTime() + ms });
      return value;
    },
  };
};
