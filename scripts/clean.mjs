/** `npm run clean`: takes away what can be made again. Data, packages and settings stay. */
import { rmSync } from 'node:fs';
import { ROOT } from './setup/root.mjs';

const MADE = ['.cache', 'coverage', 'test-results', 'bench/results', 'apps/web/dist', 'packages/client/dist'];

for (const folder of MADE) rmSync(new URL(folder, ROOT), { recursive: true, force: true });
console.log(`Removed ${MADE.join(', ')}.`);
