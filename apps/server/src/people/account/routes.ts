// /users/me: settings, privacy, consents, archives, leaving.
import { DomainError } from '@videowindow/contract';
import { accountApi, type Privacy } from '@videowindow/contract/api/account';
import type { Identity } from '#people/identity';
import { recordAudit } from '#platform/audit';
import type { Database, Reader, Tx } from '#platform/database';
import { implement, personId, type RequestContext } from '#platform/http';
import { type ArchiveDeps, archivesOf, askForArchive, grantArchive } from './archives.ts';
import * as choices from './choices.ts';
import { addConsent, consentsOf, type Documents, hasConsented } from './consents.ts';
import { askToBeErased, deactivate, GRACE_DAYS, type LeavingDeps, openMatters } from './leaving.ts';

export type AccountDeps = LeavingDeps & ArchiveDeps & ChoicesDeps;

type ChoicesDeps = {
  database: Database;
  identity: Identity;
  documents: Documents;
  /** A person closes their account to all but approved followers, or opens it: rooms above follow suit. */
  setPrivate(tx: Tx, userId: string, isPrivate: boolean): Promise<void>;
};

const fullPrivacy = async (deps: ChoicesDeps, db: Reader, userId: string): Promise<Privacy> => {
  const privacy = (await choices.privacyOf(db, [userId])).get(userId);
  if (!privacy) throw new DomainError('not_found');
  return { ...privacy, analytics: await hasConsented(db, deps.documents, userId, 'analytics') };
};

/** What of it is another afterwards; null when nothing is. */
const changed = <T extends object>(before: T, after: T) => {
  const names = Object.keys(after).filter(
    (name) => JSON.stringify(before[name as keyof T]) !== JSON.stringify(after[name as keyof T]),
  );
  const only = (of: T) => Object.fromEntries(names.map((name) => [name, of[name as keyof T] ?? null]));
  return names.length === 0 ? null : { before: only(before), after: only(after) };
};

/** A person's choices say something of them: they lie under their key. */
const noteChoice = async <T extends object>(tx: Tx, context: RequestContext, action: string, before: T, after: T) => {
  const of = personId(context.actor);
  const facts = changed(before, after);
  if (!facts) return;
  const { address, requestId } = context;
  await recordAudit(tx, { actor: of, action, subject: of, address, requestId, personal: { of, facts } });
};

/** The person's row is locked: what rooms above make of the choice is made of the one that holds. */
const changePrivacy = async (deps: ChoicesDeps, tx: Tx, userId: string, change: Partial<Privacy>): Promise<void> => {
  const { analytics, ...stored } = change;
  await choices.changePrivacy(tx, userId, stored);
  if (analytics !== undefined) {
    const now = await deps.database.now(tx);
    const { version } = deps.documents.analytics;
    await addConsent(tx, { userId, kind: 'analytics', version, given: analytics, now });
  }
  if (stored.privateAccount !== undefined) await deps.setPrivate(tx, userId, stored.privateAccount);
};

export const accountRoutes = (deps: AccountDeps) => {
  const { database } = deps;
  const { db } = database;
  return implement(accountApi, {
    'GET /users/me/settings': async ({ context }) => await choices.settingsOf(db, personId(context.actor)),
    'PATCH /users/me/settings': async ({ body, context }) => {
      const me = personId(context.actor);
      return await database.transaction(async (tx) => {
        await deps.identity.lockUser(tx, me);
        const before = await choices.settingsOf(tx, me);
        const after = await choices.changeSettings(tx, me, body);
        await noteChoice(tx, context, 'account.settings_changed', before, after);
        return after;
      });
    },
    'GET /users/me/privacy': async ({ context }) => await fullPrivacy(deps, db, personId(context.actor)),
    'PATCH /users/me/privacy': async ({ body, context }) => {
      const me = personId(context.actor);
      return await database.transaction(async (tx) => {
        await deps.identity.lockUser(tx, me);
        const before = await fullPrivacy(deps, tx, me);
        await changePrivacy(deps, tx, me, body);
        const after = await fullPrivacy(deps, tx, me);
        await noteChoice(tx, context, 'account.privacy_changed', before, after);
        return after;
      });
    },
    'GET /users/me/consents': async ({ context }) => ({
      items: await consentsOf(db, deps.documents, personId(context.actor)),
    }),
    'POST /users/me/consents': async ({ body: { kind, version, given }, context }) => {
      const userId = personId(context.actor);
      const today = deps.documents[kind].version;
      if (given && version !== today) throw new DomainError('version_conflict', { version: today });
      return await database.transaction(async (tx) => {
        await addConsent(tx, { userId, kind, version, given, now: await database.now(tx) });
        await recordAudit(tx, {
          actor: userId,
          action: given ? 'consent.given' : 'consent.withdrawn',
          subject: userId,
          requestId: context.requestId,
          facts: { kind, version },
        });
        return { items: await consentsOf(tx, deps.documents, userId) };
      });
    },
    'GET /users/me/leaving': async ({ context }) => ({
      matters: await openMatters(deps, db, personId(context.actor)),
      graceDays: GRACE_DAYS,
    }),
    'POST /users/me/deactivation': async ({ context }) => await deactivate(deps, personId(context.actor)),
    'POST /users/me/deletion': async ({ context }) => ({
      eraseAt: (await askToBeErased(deps, personId(context.actor))).toISOString(),
    }),
    'GET /users/me/archives': async ({ context }) => ({ items: await archivesOf(db, personId(context.actor)) }),
    'POST /users/me/archives': async ({ context }) => await askForArchive(deps, personId(context.actor)),
    'POST /users/me/archives/:id/grant': async ({ params, context }) => ({
      url: await grantArchive(deps, personId(context.actor), params.id),
    }),
  });
};
