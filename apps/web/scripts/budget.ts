// Prints the gzipped sizes of the built app and fails when a page costs more than its budget (docs/performance.md).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const KB = 1000;
const FIRST_LOAD_JS = 150 * KB;
const FIRST_LOAD_CSS = 20 * KB;
const LAZY_PAGE_JS = 60 * KB;
/** Lazy, large and outside the sums by the budget's own words. */
const APART = [/hls\.light/, /\/map-/];

type Chunk = {
  file: string;
  css?: string[];
  imports?: string[];
  dynamicImports?: string[];
  name?: string;
};
type Manifest = Record<string, Chunk>;

const dist = join(import.meta.dirname, '..', 'dist');
// Written by Vite in the build that ran just before.
const manifest = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8')) as Manifest;
const sizes = new Map<string, number>();

const gzipped = (file: string): number => {
  const known = sizes.get(file);
  if (known !== undefined) return known;
  const size = gzipSync(readFileSync(join(dist, file)), { level: 9 }).length;
  sizes.set(file, size);
  return size;
};

/** All files that load with a chunk: itself and what it imports statically. */
function filesOf(key: string, seen = new Set<string>()): Set<string> {
  const chunk = manifest[key];
  if (!chunk || seen.has(chunk.file)) return seen;
  seen.add(chunk.file);
  for (const style of chunk.css ?? []) seen.add(style);
  for (const imported of chunk.imports ?? []) filesOf(imported, seen);
  return seen;
}

const sum = (files: Iterable<string>, ending: string): number =>
  [...files].filter((file) => file.endsWith(ending)).reduce((total, file) => total + gzipped(file), 0);
const kb = (bytes: number) => `${(bytes / KB).toFixed(1)} kB`;

// The feed is part of the entry (src/app/routes.tsx): what the page itself names is all of the first load.
const page = readFileSync(join(dist, 'index.html'), 'utf8');
const named = [...page.matchAll(/(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g)].map(([, file = '']) => file);
const first = new Set(
  Object.keys(manifest).flatMap((key) => (named.includes(manifest[key]?.file ?? '') ? [...filesOf(key)] : [])),
);
if (first.size === 0) throw new Error('the page names no script of the build');

const rows: { what: string; size: number; limit: number }[] = [
  { what: 'feed, first load, js', size: sum(first, '.js'), limit: FIRST_LOAD_JS },
  { what: 'feed, first load, css', size: sum(first, '.css'), limit: FIRST_LOAD_CSS },
];
for (const [key, chunk] of Object.entries(manifest)) {
  if (!key.startsWith('src/') || APART.some((apart) => apart.test(chunk.file))) continue;
  const own = [...filesOf(key)].filter((file) => !first.has(file));
  rows.push({ what: key.replace('src/features/', ''), size: sum(own, '.js'), limit: LAZY_PAGE_JS });
}

const over = rows.filter((row) => row.size > row.limit);
for (const row of rows) {
  console.log(`${row.size > row.limit ? 'OVER' : 'ok  '} ${kb(row.size).padStart(9)} of ${kb(row.limit)}  ${row.what}`);
}
if (over.length > 0) {
  console.error(`${over.length} over budget`);
  process.exit(1);
}
