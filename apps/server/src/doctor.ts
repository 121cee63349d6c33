// What the server stands on: looked at, and said in plain words what is wrong and what to do. For `main.ts doctor`, and for
// admins at /admin/health.
import { statfs } from 'node:fs/promises';
import { format, money } from '@videowindow/contract';
import type { Finding } from '@videowindow/contract/api/health';
import { createStripe } from '#commerce/payments';
import { av1Doctor, mediaDoctor } from '#content/media';
import { openDatabase, sql } from '#platform/database';
import { checkStorage } from '#platform/storage';
import { readPlace } from './providers.ts';
import type { Settings } from './settings.ts';

const LEAST_FREE = 0.05;
const OLDEST_POSTGRES = 150_000;

type Place = { settings: Settings; databaseUrl: string; dataFolder: string };

export const examine = async (place: Place): Promise<Finding[]> => [
  checkAddress(place.settings),
  await checkDatabase(place),
  await checkDisk(place.dataFolder),
  { name: 'storage', ...(await checkStorage(place.settings, place.dataFolder)) },
  checkCage(place),
  ...checkAv1(place),
  checkMail(place.settings),
  checkSignIn(place.settings),
  await checkPayments(place.settings),
  { name: 'name', ok: true, words: `${place.settings.SITE_NAME}. To change it: SITE_NAME` },
  sayMoney(place.settings),
  checkTerms(place.settings),
];

const checkAddress = (settings: Settings): Finding => {
  const name = 'address';
  const { production, https } = readPlace(settings);
  if (!production) return { name, ok: true, words: 'this machine only. To let people in: VW_ENV, HOST and PUBLIC_URL' };
  if (!https)
    return { name, ok: false, words: 'not https: what people send can be read on its way. Set PUBLIC_URL=https://…' };
  if (!settings.TRUST_PROXY) {
    return {
      name,
      ok: false,
      words: 'TRUST_PROXY is not set: everybody seems to come from your TLS proxy, and limits take them for one',
    };
  }
  return { name, ok: true, words: `${settings.PUBLIC_URL}` };
};

const checkDatabase = async ({ databaseUrl, settings }: Place): Promise<Finding> => {
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

const checkCage = ({ settings }: Place): Finding => {
  const { cage, summary, details } = mediaDoctor(settings);
  return { name: 'media cage', ok: cage !== undefined, words: [summary, ...(cage ? [] : details)].join(' ') };
};

const checkAv1 = ({ settings }: Place): Finding[] => {
  const found = av1Doctor(settings);
  return found ? [{ name: 'AV1', ...found }] : [];
};

const checkMail = (settings: Settings): Finding => {
  const name = 'mail';
  if (settings.SMTP_URL) return { name, ok: true, words: 'by SMTP' };
  if (settings.SENDGRID_API_KEY) return { name, ok: true, words: 'by SendGrid' };
  if (readPlace(settings).sandboxed) return { name, ok: true, words: 'the sandbox, on this machine only' };
  return { name, ok: false, words: 'not set up: nobody can sign in. Set SMTP_URL or SENDGRID_API_KEY, and MAIL_FROM' };
};

/** Google and Apple: each may be left out. */
const checkSignIn = (settings: Settings): Finding => {
  const name = 'sign-in';
  const { GOOGLE_CLIENT_ID: google, APPLE_CLIENT_ID: apple } = settings;
  if (readPlace(settings).sandboxed && !google && !apple) {
    return { name, ok: true, words: 'Google and Apple by the sandbox, on this machine only' };
  }
  const words = [
    `Google ${google ? 'on' : 'off: set GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET'}`,
    `Apple ${apple ? 'on' : 'off: set APPLE_CLIENT_ID, APPLE_TEAM_ID, APPLE_KEY_ID and APPLE_PRIVATE_KEY'}`,
  ];
  return { name, ok: true, words: words.join('; ') };
};

/** What sellers are told of first: it is hard to change once something was sold. */
const sayMoney = ({ CURRENCY, FEE_BPS, FEE_FIXED }: Settings): Finding => ({
  name: 'money',
  ok: true,
  words: `prices in ${CURRENCY}; of each sale ${FEE_BPS / 100}% and ${format(money(FEE_FIXED, CURRENCY), 'en')} are yours. To change it, before anything is sold: CURRENCY, FEE_BPS, FEE_FIXED`,
});

/** What the law of most places asks of who lets others sell. */
const checkTerms = (settings: Settings): Finding => {
  const missing = (['TERMS_URL', 'PRIVACY_URL', 'LEGAL_NAME'] as const).filter((name) => !settings[name]);
  const ok = missing.length === 0 || !readPlace(settings).production;
  const words =
    missing.length === 0
      ? `by ${settings.LEGAL_NAME}, at ${settings.TERMS_URL} and ${settings.PRIVACY_URL}`
      : `people are not told who you are and what holds here: set ${missing.join(', ')}`;
  return { name: 'terms', ok, words };
};

const checkPayments = async (settings: Settings): Promise<Finding> => {
  const name = 'payments';
  if (readPlace(settings).sandboxed) return { name, ok: true, words: 'the sandbox, on this machine only' };
  const secretKey = settings.STRIPE_SECRET_KEY;
  if (!secretKey) return { name, ok: true, words: 'off: to sell, set STRIPE_SECRET_KEY and both webhook secrets' };
  try {
    await createStripe({ secretKey, webhookSecrets: { platform: [], connect: [] } }).holdings();
    return { name, ok: true, words: 'Stripe takes our key' };
  } catch (error) {
    return {
      name,
      ok: false,
      words: `Stripe does not take our key: ${error instanceof Error ? error.message : error}`,
    };
  }
};
