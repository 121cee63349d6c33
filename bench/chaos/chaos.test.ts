import { expect, test } from 'vitest';
import { rounds } from '../../apps/server/src/testing/rounds.ts';
import { runChaos } from './chaos.ts';
import { crashPoints, nameOf } from './crash-points.ts';

const BREAKS = 14;
const DAYS = rounds(2, 50);
const met = new Set<string>();

// Most of a day is waiting: for leases to end, for what hangs to be found.
test.concurrent.each(Array.from({ length: DAYS }, (_, n) => n + 1))(
  'day %i: whatever breaks, nothing is lost, doubled or sold twice',
  async (seed) => {
    const said: string[] = [];
    // Every second day a server stands still for longer than its leases.
    const standstill = seed % 2 === 0;

    const day = await runChaos({ seed, breaks: BREAKS, standstill, log: (line) => said.push(line) });

    for (const point of day.met) met.add(point);
    expect(day.violations, said.join('\n')).toEqual([]);
    expect(day.counts.acknowledged).toBeGreaterThan(0);
    expect(day.counts.orders).toBeGreaterThan(0);
  },
  300_000,
);

test.runIf(DAYS === 50)('on one of fifty days or another every crash point is met', () => {
  expect(crashPoints.map(nameOf).filter((point) => !met.has(point))).toEqual([]);
});
