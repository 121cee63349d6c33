// Going for a while or for good. Closing an account hides everything of a person until they sign in again; asking to be
// erased is that, with a day on which every room forgets them.
import { DomainError } from '@videowindow/contract';
import type { MatterKind } from '@videowindow/contract/account-choices';
import type { Identity } from '#people/identity';
import { forgetPerson, recordAudit } from '#platform/audit';
import { type Database, type Reader, sql, type Tx } from '#platform/database';
import type { Jobs, TimerHandlers, Timers } from '#platform/jobs';
import { forget, type Matter, type Personal } from '#platform/personal';
import { letter, type Mailer } from '#platform/providers';

export const GRACE_DAYS = 30;
/** Days before the end on which a person is reminded by mail. */
const REMINDERS = [7, 1];
const DAY_MS = 86_400_000;
const ERASE = 'account.erase';
const REMIND = 'account.remind';
const MAIL = 'account.mail';

export type LeavingDeps = {
  database: Database;
  identity: Identity;
  timers: Timers;
  jobs: Jobs;
  mailer: Mailer;
  siteName: string;
  publicUrl: () => string;
  /** What all rooms hold of people, those above first. */
  personal: () => readonly Personal[];
  /** How far what a person shows may reach has changed; rooms above follow suit. @throws DomainError story_frozen */
  reachChanged(tx: Tx, userId: string): Promise<void>;
};

export type OpenMatter = Omit<Matter, 'kind'> & { kind: MatterKind };

/** What is still going on with other people. */
export const openMatters = async (deps: LeavingDeps, db: Reader, userId: string): Promise<OpenMatter[]> => {
  const found: OpenMatter[] = [];
  for (const { open } of deps.personal()) {
    // Rooms name their matters by the contract's words.
    if (open) found.push(...((await open(db, userId)) as OpenMatter[]));
  }
  return found;
};

/** @throws DomainError account_busy with the `matters` */
const close = async (deps: LeavingDeps, tx: Tx, userId: string, isFor: 'a while' | 'good'): Promise<void> => {
  await deps.identity.lockUser(tx, userId);
  const matters = await openMatters(deps, tx, userId);
  const inTheWay = isFor === 'good' ? matters : matters.filter(({ also }) => also);
  if (inTheWay.length > 0) throw new DomainError('account_busy', { matters: inTheWay });
  await deps.identity.setStatus(tx, userId, 'deactivated', userId);
  await deps.reachChanged(tx, userId);
};

export const deactivate = (deps: LeavingDeps, userId: string): Promise<void> =>
  deps.database.transaction((tx) => close(deps, tx, userId, 'a while'));

/** @returns the day from which nothing brings it back */
export const askToBeErased = (deps: LeavingDeps, userId: string): Promise<Date> =>
  deps.database.transaction(async (tx) => {
    await close(deps, tx, userId, 'good');
    const now = await deps.database.now(tx);
    const eraseAt = new Date(now.getTime() + GRACE_DAYS * DAY_MS);
    await sql`
      insert into departures (user_id, asked_at, erase_at) values (${userId}, ${now}, ${eraseAt})
      on conflict (user_id) do update set asked_at = excluded.asked_at, erase_at = excluded.erase_at`.execute(tx);
    await deps.timers.set(tx, ERASE, userId, eraseAt);
    await setReminder(deps, tx, userId, eraseAt, now);
    await deps.jobs.enqueue(tx, MAIL, { userId, kind: 'asked', day: eraseAt.toISOString() });
    await recordAudit(tx, { actor: userId, action: 'user.deletion_asked', subject: userId });
    return eraseAt;
  });

const setReminder = async (deps: LeavingDeps, tx: Tx, userId: string, eraseAt: Date, now: Date): Promise<void> => {
  const next = REMINDERS.map((days) => new Date(eraseAt.getTime() - days * DAY_MS)).find((at) => at > now);
  if (next) await deps.timers.set(tx, REMIND, userId, next);
};

/** Somebody whose account is closed has signed in: everything is as it was. The person's row is locked. */
export const welcomeBack = async (deps: LeavingDeps, tx: Tx, userId: string): Promise<void> => {
  await deps.identity.setStatus(tx, userId, 'active', userId);
  const { rows } = await sql`delete from departures where user_id = ${userId} returning 1`.execute(tx);
  await deps.timers.clear(tx, ERASE, userId);
  await deps.timers.clear(tx, REMIND, userId);
  await deps.reachChanged(tx, userId);
  if (rows.length > 0) await recordAudit(tx, { actor: userId, action: 'user.deletion_called_off', subject: userId });
};

type Departure = { eraseAt: Date };

/** Locked; null when the person has thought better of it, or is gone. */
const departing = async (deps: LeavingDeps, tx: Tx, userId: string): Promise<Departure | null> => {
  const user = await deps.identity.lockUser(tx, userId);
  if (user?.status !== 'deactivated') return null;
  const { rows } = await sql<Departure>`
    select erase_at as "eraseAt" from departures where user_id = ${userId} and erased_at is null`.execute(tx);
  return rows[0] ?? null;
};

export const leavingTimers = (deps: LeavingDeps): TimerHandlers => ({
  async [ERASE](tx, userId) {
    const departure = await departing(deps, tx, userId);
    if (departure && departure.eraseAt <= (await deps.database.now(tx)))
      await deps.jobs.enqueue(tx, ERASE, { userId }, { key: `${ERASE} ${userId}` });
  },
  async [REMIND](tx, userId) {
    const departure = await departing(deps, tx, userId);
    if (!departure) return;
    await deps.jobs.enqueue(tx, MAIL, { userId, kind: 'reminder', day: departure.eraseAt.toISOString() });
    await setReminder(deps, tx, userId, departure.eraseAt, await deps.database.now(tx));
  },
});

/**
 * Erases a person from every room, in one transaction. What has come up meanwhile (a bank that takes a payment back) is
 * waited for, a day at a time.
 */
const eraseWhenDue = (deps: LeavingDeps, userId: string): Promise<void> =>
  deps.database.transaction(async (tx) => {
    const departure = await departing(deps, tx, userId);
    const now = await deps.database.now(tx);
    if (!departure || departure.eraseAt > now) return;
    if ((await openMatters(deps, tx, userId)).length > 0) {
      await deps.timers.set(tx, ERASE, userId, new Date(now.getTime() + DAY_MS));
      return;
    }
    for (const personal of deps.personal()) await forget(tx, personal, userId);
    await forgetPerson(tx, userId);
    await sql`update departures set erased_at = ${now} where user_id = ${userId}`.execute(tx);
    await recordAudit(tx, { actor: null, action: 'user.erased', subject: userId });
  });

const day = (iso: string): string =>
  new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    new Date(iso),
  );

const WORDS = {
  asked: (at: string) => ({
    title: 'Your account will be deleted',
    body: `It is closed now, and on ${day(at)} everything personal goes for good. If you think better of it, sign in before that day: then everything is as it was. If it was not you who asked, sign in now.`,
  }),
  reminder: (at: string) => ({
    title: `Your account goes on ${day(at)}`,
    body: 'Then everything personal is deleted for good. If you would rather stay, sign in before that day: then everything is as it was.',
  }),
};

export const leavingJobs = (deps: LeavingDeps) => ({
  [ERASE]: { handle: ({ userId }: { userId: string }) => eraseWhenDue(deps, userId) },
  [MAIL]: {
    async handle({ userId, kind, day: at }: { userId: string; kind: keyof typeof WORDS; day: string }) {
      const user = await deps.identity.user(deps.database.db, userId);
      if (user?.status !== 'deactivated' || !deps.mailer.available) return;
      const action = { label: 'Sign in', link: `${deps.publicUrl()}/sign-in` };
      await deps.mailer.send(letter({ to: user.email, ...WORDS[kind](at), action, siteName: deps.siteName }));
    },
  },
});
