// A label that brings a piece back and is bought from a carrier. One that somebody adds themselves is ready from the first.
import type { Machine, Transitions } from '../machine.ts';

export type ReturnLabelState = 'quoted' | 'buying' | 'refused' | 'ready';

export type ReturnLabelCommand = 'buy' | 'sell' | 'refuse';

/** - `priceNamed`: the price that is chosen is one of those that were named. */
export type ReturnLabelGuard = 'priceNamed';

export const transitions = {
  quoted: { buy: [{ to: 'buying', when: ['priceNamed'] }] },
  // The carrier's word; until it comes it is asked again.
  buying: { sell: [{ to: 'ready' }], refuse: [{ to: 'refused' }] },
  refused: {},
  ready: {},
} as const satisfies Transitions<ReturnLabelState, ReturnLabelCommand, ReturnLabelGuard>;

export const returnLabelMachine: Machine<ReturnLabelState, ReturnLabelCommand, ReturnLabelGuard> = {
  name: 'return label',
  initial: 'quoted',
  transitions,
};
