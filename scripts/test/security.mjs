/**
 * `npm run test:security`: every row of the table of attacks (issue 5; docs/contributors.md, Security), with the whole
 * corpus of texts in every field and on every page. What of it is short is part of `npm test`.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const GATES = ['advisories', 'integration', 'e2e'];

/** Parts of the paths of its tests, by what they guard. */
const TESTS = [
  'src/ownership', // another's object; what only the server owns; any input; floods; logs
  'testing/security', // schemas and permissions, without a server
  ...['platform/http', 'platform/realtime'], // headers, hosts, origins, limits; sockets
  ...['platform/audit', 'platform/crypto', 'platform/keys', 'platform/telemetry'],
  ...['people/identity', 'people/programs', 'people/makers', 'trust/admin'], // ways in, tokens, keys, who is let out
  ...['content/media/import', 'content/media/attacks', 'content/media/cage', 'content/media/upload-metadata'], // SSRF, paths
  ...['scripts/dependencies', 'scripts/expressions', 'scripts/hooks'], // what we use; slow expressions; secrets
  ...['e2e/hostile', 'e2e/keys', 'e2e/sign-in'],
];

const child = spawn(process.execPath, [fileURLToPath(new URL('../test.mjs', import.meta.url)), ...GATES, ...TESTS], {
  stdio: 'inherit',
  env: { ...process.env, CORPUS: 'whole' },
});
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
