// npm run bench -- NAME [--scale N]: runs one benchmark, prints a table, writes bench/results/NAME.json.
//
// Each NAME.ts exports `bench({scale, log})` and returns its metrics. Compare ratios, not seconds: machines are noisy.
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

export type Metrics = Record<string, number>;
export type Bench = (options: { scale: number; log: (line: string) => void }) => Promise<Metrics>;

const FOLDER = import.meta.dirname;
const NOT_A_BENCH = new Set(['run.ts']);

const names = (await readdir(FOLDER))
  .filter((file) => /^[a-z]+\.ts$/.test(file) && !NOT_A_BENCH.has(file))
  .map((file) => file.slice(0, -3));

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { scale: { type: 'string', default: '1' } },
});
const [name = ''] = positionals;
const scale = Number(values.scale);
if (!names.includes(name) || !(scale > 0)) {
  console.error(`Usage: npm run bench -- NAME [--scale N]\n\nBenchmarks: ${names.join(', ')}`);
  process.exit(2);
}

const { bench }: { bench: Bench } = await import(join(FOLDER, `${name}.ts`));
const metrics = await bench({ scale, log: (line) => console.log(line) });
const machine = `${cpus().length} x ${cpus()[0]?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
const result = { name, at: new Date().toISOString(), machine, scale, metrics };

const width = Math.max(...Object.keys(metrics).map((metric) => metric.length));
console.log(`\n${name} on ${machine}${scale === 1 ? '' : `, scale ${scale}`}`);
for (const [metric, value] of Object.entries(metrics)) {
  console.log(`  ${metric.padEnd(width)}  ${Number.isInteger(value) ? value : value.toPrecision(4)}`);
}
await mkdir(join(FOLDER, 'results'), { recursive: true });
await writeFile(join(FOLDER, 'results', `${name}.json`), `${JSON.stringify(result, null, 2)}\n`);
process.exit(0);
