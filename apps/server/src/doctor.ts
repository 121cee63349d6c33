// doctor: looks at everything that the server stands on and says in plain words what is wrong and what to do.
import { statfs } from 'node:fs/promises';
import { av1Doctor, mediaDoctor } from '#content/media';
import { openDatabase, sql } from '#platform/database';
import { checkStorage } from '#platform/storage';
import type { Installation } from './installation.ts';

type Finding = { name: string; ok: boolean; words: string };

const LEAST_FREE = 0.05;
const OLDEST_POSTGRES = 150_000;

/** @returns whether all is well. */
export const runDoctor = async (installation: Installation, print: (line: string) => void): Promise<boolean> => {
  const findings = [
    await checkDatabase(installation),
    await checkDisk(installation.dataFolder),
    { name: 'storage', ...(await checkStorage(installation.settings, installation.dataFolder)) },
    checkCage(installation),
    ...checkAv1(installation),
    checkMail(installation),
    checkSignIn(installation),
    checkPayments(installation),
  ];
  for (const { name, ok, words } of findings) print(`${ok ? 'ok  ' : 'BAD '} ${name.padEnd(10)} ${words}`);
  return findings.every(({ ok }) => ok);
};

const checkDatabase = async ({ databaseUrl, settings }: Installation): Promise<Finding> => {
  const database = openDatabase({
    url: databaseUrl,
    poolSize: 1,
    statementTimeoutMs: settings.STATEMENT_TIMEOUT_MS,
    idleTransactionTimeoutMs: settings.IDLE_TRANSACTION_TIMEOUT_MS,
  });
  try {
    const { rows } = await sql<{ version: string; number: number; fsync: string; skew: number }>`
      select current_setting('server_version') as version, current_setting('server_version_num')::int as number,
             current_setting('fsync') as fsync, extract(epoch from clock_timestamp())::float8 * 1000 as skew`.execute(
      database.db,
    );
    const found = rows[0];
    if (!found) return { name: 'database', ok: false, words: 'does not answer' };
    const skewS = Math.abs(found.skew - Date.now()) / 1000;
    if (found.number < OLDEST_POSTGRES)
      return { name: 'database', ok: false, words: `PostgreSQL ${found.version} is older than 15` };
    if (found.fsync !== 'on')
      return { name: 'database', ok: false, words: 'fsync is off: a power cut can lose paid orders. Turn it on' };
    if (skewS > 2)
      return {
        name: 'database',
        ok: false,
        words: `its clock differs from ours by ${skewS.toFixed(0)} s. Set up NTP on both`,
      };
    return { name: 'database', ok: true, words: `PostgreSQL ${found.version}` };
  } catch (error) {
    return {
      name: 'database',
      ok: false,
      words: `cannot be reached: ${error instanceof Error ? error.message : error}`,
    };
  } finally {
    await database.close();
  }
};

const checkDisk = async (folder: string): Promise<Finding> => {
  const { bavail, blocks, bsize } = await statfs(folder);
  const words = `${((bavail * bsize) / 2 ** 30).toFixed(1)} GiB free of ${((blocks * bsize) / 2 ** 30).toFixed(1)}`;
  const ok = bavail / blocks > LEAST_FREE;
  return { name: 'disk', ok, words: ok ? words : `${words}. Make room: below 5% uploads should stop` };
};

const checkCage = ({ settings }: Installation): Finding => {
  const { cage, summary, details } = mediaDoctor(settings);
  return { name: 'media cage', ok: cage !== undefined, words: [summary, ...(cage ? [] : details)].join(' ') };
};

const checkAv1 = ({ settings }: Installation): Finding[] => {
  const found = av1Doctor(settings);
  return found ? [{ name: 'AV1', ...found }] : [];
};

const checkMail = ({ settings }: Installation): Finding => {
  const configured = Boolean(settings.SMTP_URL || settings.SENDGRID_API_KEY);
  if (configured) return { name: 'mail', ok: true, words: settings.SMTP_URL ? 'by SMTP' : 'by SendGrid' };
  const production = settings.VW_ENV === 'production';
  return {
    name: 'mail',
    ok: !production,
    words: production
      ? 'not set up: nobody can sign in. Set SMTP_URL or SENDGRID_API_KEY'
      : 'the sandbox, on this machine only',
  };
};

/** Google and Apple: each may be left out. */
const checkSignIn = ({ settings }: Installation): Finding => {
  const { GOOGLE_CLIENT_ID: google, APPLE_CLIENT_ID: apple } = settings;
  const words = [
    `Google ${google ? 'on' : 'off: set GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET'}`,
    `Apple ${apple ? 'on' : 'off: set APPLE_CLIENT_ID, APPLE_TEAM_ID, APPLE_KEY_ID and APPLE_PRIVATE_KEY'}`,
  ];
  const production = settings.VW_ENV === 'production';
  return {
    name: 'sign-in',
    ok: true,
    words: production || google || apple ? words.join('; ') : 'Google and Apple by the sandbox, on this machine only',
  };
};

const checkPayments = ({ settings }: Installation): Finding => {
  const production = settings.VW_ENV === 'production';
  if (settings.STRIPE_SECRET_KEY) return { name: 'payments', ok: true, words: 'Stripe' };
  return {
    name: 'payments',
    ok: true,
    words: production ? 'off: set STRIPE_SECRET_KEY to sell' : 'the sandbox, on this machine only',
  };
};
