/** `npm run stats`: files and lines by room, product and tests apart, and the longest files. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { ROOT } from './setup/root.mjs';

const LONGEST = 10;
const CODE = /\.(ts|tsx|mjs|css|sql)$/;
const TEST = /\.(test|fixture)\.tsx?$|^e2e\/|\/testing\//;

const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' }).split('\0');
const files = tracked
  .filter((name) => CODE.test(name))
  .map((name) => ({
    name,
    test: TEST.test(name),
    lines: readFileSync(new URL(encodeURI(name), ROOT), 'utf8').split('\n').length,
  }));

/** apps/server/src/commerce/auctions/x.ts → commerce/auctions; elsewhere the first two folders. */
const place = (name) => {
  const room = /^apps\/server\/src\/([^/]+\/[^/]+)\//.exec(name)?.[1];
  return (
    room ??
    name
      .split('/')
      .slice(0, -1)
      .slice(0, name.startsWith('apps/web/') ? 5 : 2)
      .join('/')
  );
};

const sum = (list) => list.reduce((total, { lines }) => total + lines, 0);
const row = (title, list) => {
  const product = list.filter(({ test }) => !test);
  const tests = list.filter(({ test }) => test);
  const numbers = [product.length, sum(product), tests.length, sum(tests)];
  console.log(title.padEnd(34) + numbers.map((number) => String(number).padStart(9)).join(''));
};

console.log(`${' '.repeat(34)}    files    lines    tests    lines`);
for (const where of [...new Set(files.map(({ name }) => place(name)))].sort()) {
  row(
    where || '.',
    files.filter(({ name }) => place(name) === where),
  );
}
row('together', files);

console.log('\nLongest:');
const longest = files.filter(({ test }) => !test).sort((a, b) => b.lines - a.lines);
for (const { name, lines } of longest.slice(0, LONGEST)) console.log(`${String(lines).padStart(6)}  ${name}`);
