/**
 * `npm test`: every gate that a change has to pass, cheap ones first, two at a time; the same in CI.
 *
 *   node scripts/test.mjs                       all gates
 *   node scripts/test.mjs types walls           only these
 *   node scripts/test.mjs integration auctions  the words that name no gate go to Vitest
 *
 * The last line is `N passed, N failed`: tests, and gates that aren't made of tests. Exit code 0 when none failed.
 */

import { say } from './setup/root.mjs';
import { orSay, setup } from './setup.mjs';
import { GATES, runGate } from './test/gates.mjs';
import { buildWeb } from './web-build.mjs';

const words = process.argv.slice(2);
const names = GATES.map(({ name }) => name);
const asked = words.filter((word) => names.includes(word));
const filters = words.filter((word) => !names.includes(word));
if (filters.length > 0 && asked.length === 0) {
  console.error(`No gate is called ${filters.join(' ')}. There are: ${names.join(', ')}.`);
  process.exit(1);
}
const chosen =
  asked.length > 0 ? GATES.filter(({ name }) => asked.includes(name)) : GATES.filter(({ byName }) => !byName);
const began = performance.now();

await orSay(() => setup(chosen.some(({ browser }) => browser) ? 'test' : 'start'));

const results = [];
const run = async (gate) => {
  if (gate.browser) await orSay(buildWeb);
  const result = await runGate(gate, filters);
  results.push(result);
  const seconds = `${(result.ms / 1000).toFixed(1)} s`.padStart(8);
  const count = result.counted
    ? `  ${result.passed} passed${result.failed > 0 ? `, ${result.failed} failed` : ''}`
    : '';
  if (result.failed > 0) say(`\n${result.output.trim()}\n`);
  if (result.again) say(`\n${result.again.trim()}\n`);
  say(`  ${result.failed > 0 ? 'FAILED' : 'ok    '}  ${gate.title.padEnd(28)}${seconds}${count}`);
};

const light = chosen.filter(({ alone }) => !alone);
await Promise.all(
  [0, 1].map(async () => {
    for (let gate = light.shift(); gate; gate = light.shift()) await run(gate);
  }),
);
for (const gate of chosen.filter(({ alone }) => alone)) await run(gate);

const total = (of) => results.reduce((sum, result) => sum + result[of], 0);
const skipped = total('skipped');
say(`\n${skipped > 0 ? `${skipped} skipped, ` : ''}${((performance.now() - began) / 60_000).toFixed(1)} min`);
process.exitCode = total('failed') > 0 ? 1 : 0;
say(`${total('passed')} passed, ${total('failed')} failed`);
