// The security register: what keeps this installation safe, as far as the program can see it.
import type { Audit } from '#platform/audit';
import { newId } from '#platform/crypto';
import { type Database, type Reader, sql } from '#platform/database';
import type { Events } from '#platform/events';
import { type Keys, secretAges, takeOldSecrets } from '#platform/keys';
import type { Room } from '#platform/room';
import type { Measure } from '#trust/users';
import { readPlace } from './providers.ts';
import type { Settings } from './settings.ts';

const DAY_MS = 86_400_000;
/** Secrets and keys are exchanged before this age; from the other one on the register says so, and admins are told. */
const SECRET_AGE_DAYS = 90;
const OLD_DAYS = 80;
/** So many refused sign-ins a day are no longer people who mistyped. */
const REFUSED_A_DAY = 200;
const BACKUP_AGE_DAYS = 2;
const LOOPBACK_DATABASE = /@(localhost|127\.0\.0\.1|\[::1\]|%2F)/i;

export const createRegister = (deps: {
  settings: Settings;
  database: Database;
  keys: Keys;
  audit: Audit;
  admins(): Promise<readonly string[]>;
  /** Moderators and admins who have neither a passkey nor an authenticator app. */
  staffWithOneFactor(): Promise<number>;
}) => {
  const { settings, database } = deps;
  const { loopback, https, sandboxed, staffNeedSecondFactor } = readPlace(settings);
  const daysSince = (at: Date) => Math.floor((Date.now() - at.getTime()) / DAY_MS);
  const measure = (name: string, state: Measure['state'], words: string): Measure => ({ name, state, words });

  const isDue = (days: number) => days >= OLD_DAYS;

  const web = (): Measure => {
    if (https)
      return measure('Web address', 'good', 'By https only: browsers are told so for two years, cookies are Secure.');
    if (loopback) return measure('Web address', 'good', 'Only this machine can reach it.');
    return measure('Web address', 'check', 'By plain http. Set PUBLIC_URL=https://… and put a TLS proxy in front.');
  };
  const proxies = (): Measure =>
    settings.TRUST_PROXY
      ? measure(
          'Proxies',
          'good',
          `People's addresses are believed from ${settings.TRUST_PROXY}, and from nobody else.`,
        )
      : measure(
          'Proxies',
          loopback ? 'good' : 'check',
          'Nobody is believed about other people’s addresses. Behind a proxy, name it in TRUST_PROXY.',
        );
  const files = (): Measure =>
    settings.FILES_URL
      ? measure('Files of people', 'good', `Shown from ${settings.FILES_URL} alone, where no cookie goes.`)
      : measure(
          'Files of people',
          'good',
          'Shown by this name, as pages that may do nothing. FILES_URL gives them a name of their own.',
        );
  const mail = (): Measure => {
    if (sandboxed)
      return measure('Mail', 'check', 'A stand-in on this machine: whoever can open it can sign in as anybody.');
    const on = settings.SMTP_URL ? 'By SMTP.' : settings.SENDGRID_API_KEY ? 'By SendGrid.' : null;
    return on ? measure('Mail', 'good', on) : measure('Mail', 'off', 'Not set up: nobody gets a code.');
  };
  const limits = (): Measure =>
    settings.RATE_LIMIT_SCALE === 1
      ? measure('Limits', 'good', `As they should be; ${settings.SOCKETS_PER_ADDRESS} sockets for one address.`)
      : measure(
          'Limits',
          'check',
          `All limits are multiplied by ${settings.RATE_LIMIT_SCALE}. That is for load tests.`,
        );
  const line = (): Measure => {
    const url = database.url;
    const isNear = LOOPBACK_DATABASE.test(url) || url.startsWith('socket:');
    const isSealed = /sslmode=(require|verify-ca|verify-full)/.test(url);
    return isNear || isSealed
      ? measure('Line to the database', 'good', isNear ? 'On this machine.' : 'Encrypted.')
      : measure('Line to the database', 'check', 'Not said to be encrypted. Add sslmode=verify-full to DATABASE_URL.');
  };
  const sealing = async (): Promise<Measure[]> => {
    const keys = await deps.keys.list();
    const current = keys.find(({ seals }) => seals);
    const days = current ? daysSince(current.madeAt) : 0;
    const late = keys.filter(({ seals, columns, sealsFrom }) => !seals && columns.length > 0 && sealsFrom < new Date());
    return [
      measure(
        'Keys',
        isDue(days) ? 'check' : 'good',
        `Key ${current?.id ?? '?'} seals, ${days === 0 ? 'made today' : `${days} days old`}.${isDue(days) ? ` Make a new one before it is ${SECRET_AGE_DAYS} days old: keys rotate.` : ''}`,
      ),
      measure(
        'Sealed columns',
        late.length > 0 ? 'check' : 'good',
        late.length > 0
          ? `Values of older keys (${late.map(({ id }) => id).join(', ')}) still wait to be sealed anew; it is done every night.`
          : `${deps.keys.columns().length} columns, all with the key of today.`,
      ),
    ];
  };
  const log = async (): Promise<Measure> => {
    const { rows } = await sql<{ seq: number; waiting: number | null }>`
      select seq, (select extract(epoch from clock_timestamp() - min(at))::int from audit_inbox) as waiting
      from audit_head`.execute(database.db);
    const [row] = rows;
    const late = (row?.waiting ?? 0) > 60;
    return measure(
      'Audit log',
      late ? 'check' : 'good',
      late
        ? 'Entries wait for more than a minute. Does a worker run?'
        : `${row?.seq ?? 0} entries, sealed every second.`,
    );
  };
  const proof = async (): Promise<Measure> => {
    const [last] = await deps.audit.find(database.db, { action: 'audit.verified' }, { after: null, limit: 1 });
    if (!last) return measure('Proof of the log', 'off', 'It is proved every night; not yet here.');
    const days = daysSince(last.at);
    const { entries, problems } = last.facts as { entries: number; problems: number }; // we wrote them
    if (problems > 0)
      return measure(
        'Proof of the log',
        'check',
        `It is not as it was written: ${problems} places. See the audit log.`,
      );
    return measure(
      'Proof of the log',
      days > 2 ? 'check' : 'good',
      `All ${entries} entries were as they were written, ${days === 0 ? 'today' : `${days} days ago`}.`,
    );
  };
  const signIns = async (): Promise<Measure> => {
    const { rows } = await sql<{ refused: number; started: number }>`
      select count(*) filter (where action = 'session.refused')::int as refused,
             count(*) filter (where action = 'session.started')::int as started
      from audit_log where at > now() - interval '1 day' and action in ('session.refused', 'session.started')`.execute(
      database.db,
    );
    const { refused = 0, started = 0 } = rows[0] ?? {};
    return measure(
      'Failed sign-ins',
      refused > REFUSED_A_DAY ? 'check' : 'good',
      `${refused} in the last day, beside ${started} that went well.`,
    );
  };
  const secrets = async (): Promise<Measure> => {
    const ages = (await secretAges(database)).map(({ name, since }) => ({ name, days: daysSince(since) }));
    const due = ages.filter(({ days }) => isDue(days));
    const oldest = ages[0]?.days ?? 0;
    const how = oldest === 0 ? 'all of them noted today' : `the oldest for ${oldest} days`;
    if (due.length === 0) return measure('Age of secrets', 'good', `${ages.length} in use, ${how}.`);
    return measure(
      'Age of secrets',
      'check',
      `Exchange before day ${SECRET_AGE_DAYS}: ${due.map(({ name, days }) => `${name} (${days} days)`).join(', ')}.`,
    );
  };
  const backups = async (): Promise<Measure> => {
    const [last] = await deps.audit.find(database.db, { action: 'backup.begun' }, { after: null, limit: 1 });
    if (!last)
      return measure('Backups', loopback ? 'off' : 'check', 'None was made yet. main.ts backup DIR makes one.');
    const days = daysSince(last.at);
    return measure(
      'Backups',
      days > BACKUP_AGE_DAYS ? 'check' : 'good',
      `The last one was begun ${days === 0 ? 'today' : `${days} days ago`}.`,
    );
  };
  const admins = async (): Promise<Measure> => {
    const { length } = await deps.admins();
    return measure(
      'Admins',
      length > 5 ? 'check' : 'good',
      length === 1 ? 'One person.' : `${length} people. Fewer are safer.`,
    );
  };

  const secondLock = async (): Promise<Measure> => {
    const open = await deps.staffWithOneFactor();
    const who = open === 0 ? 'Everybody has one.' : `${open} of them ${open === 1 ? 'has' : 'have'} none yet.`;
    return staffNeedSecondFactor
      ? measure('Second lock of staff', 'good', `Their tools open only behind one. ${who}`)
      : measure(
          'Second lock of staff',
          'check',
          `Not asked of them here${sandboxed ? ', where things are tried out' : ': leave STAFF_SECOND_FACTOR out'}. ${who}`,
        );
  };

  return async (): Promise<Measure[]> => [
    web(),
    proxies(),
    files(),
    measure(
      'Secret',
      settings.SECRET_KEY || loopback ? 'good' : 'check',
      settings.SECRET_KEY
        ? 'Given from outside; the database does not have it.'
        : 'In the data folder, beside the data. Give SECRET_KEY_FILE from a secret store.',
    ),
    await secrets(),
    ...(await sealing()),
    line(),
    mail(),
    limits(),
    await signIns(),
    await log(),
    await proof(),
    await backups(),
    await admins(),
    await secondLock(),
  ];
};

/** Tells admins of each secret once, when it grows old. */
export const createSecretAlarm = ({
  database,
  events,
  admins,
}: {
  database: Database;
  events: Events;
  admins(db: Reader): Promise<readonly string[]>;
}): Room => ({
  jobs: {
    'security.tell_old_secrets': {
      cron: '10 6 * * *',
      handle: () =>
        database.transaction(async (tx) => {
          const old = await takeOldSecrets(tx, OLD_DAYS);
          const [oldest] = old;
          if (!oldest) return;
          await events.emit(tx, 'secrets.old', newId(), {
            names: old.map(({ name }) => name),
            by: new Date(oldest.since.getTime() + SECRET_AGE_DAYS * DAY_MS).toISOString(),
            adminIds: [...(await admins(tx))],
          });
        }),
    },
  },
});
