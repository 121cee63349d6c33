// The program: reads the command and the configuration, builds the app, starts the roles asked for.
import { parseArgs } from 'node:util';
import { format as formatMoney } from '@videowindow/contract';
import { ConfigError, describeSettings, printSettings } from '#platform/config';
import { migrate, openDatabase } from '#platform/database';
import { type App, createApp, type RoleName, roleNames } from './app.ts';
import { auditCommand } from './audit-command.ts';
import { backupCommand, restoreCommand } from './backup/commands.ts';
import { BackupError } from './backup/index.ts';
import { ensureDemoPeople, seedDemo } from './demo.ts';
import { examine } from './doctor.ts';
import { openInstallation, readInstallationSettings } from './installation.ts';
import { keysCommand } from './keys-command.ts';
import { settings } from './settings.ts';
import { demoPeople } from './site.ts';
import { storageCommand } from './storage-command.ts';
import { userCommand } from './user-command.ts';

const USAGE = `Usage: main.ts COMMAND [options]

  start                     everything, or only some roles: --role ${roleNames.join(',')}
  migrate                   brings the database's schema up to date
  doctor                    checks everything that the server stands on
  backup DIR                copies the database and all objects into a new folder; backup verify DIR looks at one
  restore DIR               brings a backup back into an empty place
  storage move              brings every object to where STORAGE says, from where it lay before
  payments reconcile        takes in what the payment provider's webhooks never told
  user EMAIL --grant ROLE   makes an account if there is none, and gives it a role
  user EMAIL --release-second-factor
                            lets somebody in again who lost their second factor, at once:
                            their authenticator app and their passkeys are asked for no more
  books                     compares the ledger with the payment provider's books; ends with 1 when they differ
  audit verify [HEAD]       proves that nothing in the audit log was changed or taken out; HEAD is SEQ:STAMP
                            as the logs had it at some time. Ends with 1 when something is wrong
  keys                      shows the keys of what is sealed at rest; keys rotate makes a new one,
                            keys drop N destroys one that nothing is sealed with any more
  openapi                   prints the OpenAPI document
  env-example               prints every setting with its default

Options:
  --data DIR      folder for database, media and the sandbox (default ./data)
  --port N        port of the web app (default 8080)
  --no-demo       no demo people and no demo content
  --print-config  shows the configuration, secrets hidden, and ends
`;

const { positionals, values: flags } = parseArgs({
  allowPositionals: true,
  allowNegative: true,
  options: {
    role: { type: 'string' },
    grant: { type: 'string' },
    'release-second-factor': { type: 'boolean' },
    data: { type: 'string', default: './data' },
    port: { type: 'string' },
    demo: { type: 'boolean', default: true },
    'print-config': { type: 'boolean', default: false },
  },
});
const place = { data: flags.data, ...(flags.port === undefined ? {} : { port: flags.port }) };

const readRoles = (text: string | undefined): readonly RoleName[] => {
  if (text === undefined) return roleNames;
  const wanted = text.split(',');
  const unknown = wanted.filter((name) => !roleNames.some((role) => role === name));
  if (unknown.length > 0) throw new ConfigError([`--role ${unknown.join(',')}: there are ${roleNames.join(', ')}`]);
  return roleNames.filter((role) => wanted.includes(role));
};

const start = async () => {
  if (flags['print-config']) return console.log(printSettings(settings, readInstallationSettings(place)));
  const roles = readRoles(flags.role);
  const installation = await openInstallation(place, false);
  let app: App | null = null;
  const stop = async () => {
    await app?.close();
    await installation.close();
  };
  try {
    app = await createApp({ ...installation, roles, demo: flags.demo });
    if (app.demo) await ensureDemoPeople(app);
    await app.start();
  } catch (error) {
    await stop().catch(() => {});
    throw error;
  }
  let stopSeeding = () => {};
  onEnd(async () => {
    stopSeeding();
    await stop();
  });
  await greet(app, installation.settings.HOST);
  if (app.demo && roles.length === roleNames.length) {
    stopSeeding = await seedDemo({ baseUrl: app.url(), dataFolder: installation.dataFolder, log: app.log });
  }
};

/** Ctrl-C and SIGTERM end in order; a second one at once. A parent that is gone counts as Ctrl-C. */
const onEnd = (stop: () => Promise<void>) => {
  let ending = false;
  const end = async () => {
    if (ending) process.exit(130);
    ending = true;
    await stop().catch((error) => console.error(error));
    process.exit(0);
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  process.on('disconnect', end);
};

const greet = async (app: App, host: string) => {
  const lines = ['', `  Video Window is ready: ${app.url()}`, ''];
  const setupCode = await app.identity.setupCode(app.database.db);
  if (setupCode)
    lines.push('  Nobody runs this place yet. To be its admin, open', `  ${app.url()}/setup#${setupCode}`, '');
  if (app.sandbox) {
    if (app.demo) {
      const people = demoPeople.map(({ role, email }) => `  ${role.padEnd(10)} ${email}`);
      lines.push('  Sign in with a code, as one of these people:', ...people, '');
    }
    lines.push(`  The codes arrive in the sandbox's mail page: ${app.url()}/sandbox/inbox`);
    lines.push('  Mail, payments and payouts are stand-ins on this machine; nothing leaves it.', '');
  } else {
    lines.push(`  Listening on ${host}.`, '');
  }
  lines.push('  Ctrl-C stops everything.', '');
  console.log(lines.join('\n'));
};

const migrateOnly = async () => {
  const installation = await openInstallation(place, true);
  const database = openDatabase({
    url: installation.databaseUrl,
    poolSize: 4,
    statementTimeoutMs: 0,
    idleTransactionTimeoutMs: 0,
  });
  const applied = await migrate(database.db);
  console.log(applied.length > 0 ? applied.join('\n') : 'nothing to do');
  await database.close();
  await installation.close();
};

const doctor = async () => {
  const installation = await openInstallation(place, true);
  const findings = await examine(installation);
  for (const { name, ok, words } of findings) console.log(`${ok ? 'ok  ' : 'BAD '} ${name.padEnd(10)} ${words}`);
  await installation.close();
  if (findings.some(({ ok }) => !ok)) process.exitCode = 1;
};

/** An app that neither listens nor works, for commands that need its rooms. */
const withApp = async (use: (app: App) => Promise<void>) => {
  const installation = await openInstallation(place, true);
  const app = await createApp({
    ...installation,
    settings: { ...installation.settings, LOG_LEVEL: 'warn' },
    roles: [],
    demo: false,
  });
  await use(app).finally(async () => {
    await app.close();
    await installation.close();
  });
};

const payments = async () => {
  if (positionals[1] !== 'reconcile') throw new ConfigError(['payments reconcile']);
  await withApp(async (app) => {
    const missed = await app.payments.reconcile();
    console.log(missed === 0 ? 'nothing was missed' : `${missed} events had never come; workers see to them now`);
  });
};

const openapi = () =>
  withApp(async ({ http }) => {
    await http.app.ready();
    console.log(JSON.stringify(http.app.swagger(), null, 2));
  });

const books = () =>
  withApp(async ({ payouts }) => {
    const differences = await payouts.reconcile();
    for (const { kind, subject, ours, theirs } of differences) {
      console.log(`${kind} ${subject}: ours ${formatMoney(ours, 'en')}, the provider's ${formatMoney(theirs, 'en')}`);
    }
    if (differences.length === 0) console.log('The ledger and the provider agree.');
    else process.exitCode = 1;
  });

const commands: Readonly<Record<string, () => unknown>> = {
  start,
  migrate: migrateOnly,
  doctor,
  backup: () => backupCommand(place, positionals.slice(1)),
  restore: () => restoreCommand(place, positionals.slice(1)),
  storage: () => storageCommand(place, positionals.slice(1)),
  payments,
  user: () => withApp((app) => userCommand(app, positionals.slice(1), flags)),
  audit: () => withApp((app) => auditCommand(app, positionals.slice(1))),
  keys: () => withApp((app) => keysCommand(app.keys, positionals.slice(1))),
  openapi,
  books,
  'env-example': () => console.log(describeSettings(settings)),
};

const command = commands[positionals[0] ?? 'start'];
if (!command) {
  console.error(USAGE);
  process.exit(2);
}
try {
  await command();
} catch (error) {
  const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
  if (error instanceof ConfigError || error instanceof BackupError) console.error(error.message);
  else if (taken) console.error('The port is taken by another program. Choose another: npm start -- --port N');
  else console.error(error);
  process.exit(1);
}
