// npm run chaos -- --seed N [--seeds COUNT] [--breaks N] [--quick]: market days on which everything breaks.
//
// Prints what was broken and what came of it; ends with 1 when anything was lost, doubled or sold twice.
import { parseArgs } from 'node:util';
import { runChaos } from './chaos.ts';
import { crashPoints, nameOf } from './crash-points.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '1' },
    breaks: { type: 'string', default: '25' },
    quick: { type: 'boolean', default: false },
  },
});
const first = Number(values.seed);
const count = Number(values.seeds);
const breaks = Number(values.breaks);
if (![first, count, breaks].every((value) => Number.isInteger(value) && value > 0)) {
  console.error('Usage: npm run chaos -- --seed N [--seeds COUNT] [--breaks N] [--quick]');
  process.exit(2);
}

const met = new Set<string>();
let failed = 0;
for (let seed = first; seed < first + count; seed++) {
  const began = performance.now();
  const log = (line: string) =>
    console.log(`  ${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${line}`);
  const violations = await runChaos({ seed, breaks, standstill: !values.quick, log }).then(
    (day) => {
      for (const point of day.met) met.add(point);
      console.log(`seed ${seed}: ${JSON.stringify(day.counts)}; killed at ${day.met.join(', ') || 'no named point'}`);
      return day.violations;
    },
    (error: unknown) => [String(error)],
  );
  for (const violation of violations) console.log(`  VIOLATION ${violation}`);
  if (violations.length > 0) failed++;
}
console.log(
  `\n${count - failed} of ${count} days were in order; ${met.size} of ${crashPoints.length} crash points were met`,
);
const missed = crashPoints.map(nameOf).filter((point) => !met.has(point));
if (count > 1 && missed.length > 0) console.log(`never met: ${missed.join(', ')}`);
process.exit(failed > 0 ? 1 : 0);
