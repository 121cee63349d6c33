/** Chance that comes out the same for the same seed. */
export type Random = {
  /** 0 <= x < 1 */
  next(): number;
  /** Whether something of this likelihood happens. */
  chance(likelihood: number): boolean;
  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number;
  /** One of several; there must be one. */
  pick<T>(all: readonly T[]): T;
};

/** mulberry32, of Tommy Ettinger: 32 bits of state, good enough to choose by. */
export const createRandom = (seed: number): Random => {
  let state = seed | 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    chance: (likelihood) => next() < likelihood,
    between: (least, most) => least + Math.floor(next() * (most - least + 1)),
    pick(all) {
      const one = all[Math.floor(next() * all.length)];
      if (one === undefined) throw new Error('there is nothing to pick from');
      return one;
    },
  };
};
