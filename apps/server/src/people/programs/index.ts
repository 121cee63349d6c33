// programs: keys with which a person's own programs come in. Shown once, kept as a hash, good for some areas and some time.
import type { IncomingHttpHeaders } from 'node:http';
import { type Action, type Actor, DomainError } from '@videowindow/contract';
import { type ApiKey, programsApi } from '@videowindow/contract/api/programs';
import { allows, type Scope } from '@videowindow/contract/scopes';
import { recordAudit } from '#platform/audit';
import { newId, randomToken, sha256 } from '#platform/crypto';
import type { Database } from '#platform/database';
import { authorize, implement, personId, type RequestContext } from '#platform/http';
import type { Room } from '#platform/room';
import { personal } from './personal.ts';
import * as store from './store.ts';

const PREFIX = 'vwk_';
const MOST = 20;
const DAY_MS = 86_400_000;
const BEARER = /^bearer (vwk_[A-Za-z0-9_-]{43})$/i;

/** A key's request: its person, with what the key may. What only staff may is for staff themselves, never for a key. */
export type ByKey = { actor: Actor; sessionId: null; scopes: readonly Scope[] };

const viewOf = ({ madeAt, expiresAt, lastUsedAt, ...key }: store.KeyRow): ApiKey => ({
  ...key,
  madeAt: madeAt.toISOString(),
  expiresAt: expiresAt.toISOString(),
  lastUsedAt: lastUsedAt?.toISOString() ?? null,
});

export const createPrograms = ({ database }: { database: Database }) => {
  const meOf = ({ actor }: RequestContext): string => {
    const me = personId(actor);
    authorize(actor, 'key.manage', { ownerId: me });
    return me;
  };
  const room: Room = {
    personal,
    routes: [
      implement(programsApi, {
        'GET /me/api-keys': async ({ context }) => ({
          items: (await store.keysOf(database.db, meOf(context))).map(viewOf),
        }),
        'POST /me/api-keys': async ({ body, context }) => {
          const me = meOf(context);
          const key = `${PREFIX}${randomToken()}`;
          const item = await database.transaction(async (tx) => {
            const now = await database.now(tx);
            const row = {
              id: newId(),
              name: body.name.trim(),
              begins: key.slice(0, PREFIX.length + 4),
              scopes: body.scopes,
              madeAt: now,
              expiresAt: new Date(now.getTime() + body.days * DAY_MS),
            };
            if (!(await store.insertKey(tx, me, { ...row, hash: sha256(key) }, MOST)))
              throw new DomainError('key_limit_reached');
            await recordAudit(tx, {
              actor: me,
              action: 'api_key.made',
              subject: row.id,
              address: context.address,
              requestId: context.requestId,
              facts: { scopes: row.scopes, expiresAt: row.expiresAt },
            });
            return { ...row, lastUsedAt: null };
          });
          return { key, item: viewOf(item) };
        },
        'DELETE /me/api-keys/:id': async ({ params, context }) => {
          const me = meOf(context);
          await database.transaction(async (tx) => {
            if (!(await store.deleteKey(tx, me, params.id))) throw new DomainError('not_found');
            await recordAudit(tx, {
              actor: me,
              action: 'api_key.ended',
              subject: params.id,
              address: context.address,
              requestId: context.requestId,
            });
          });
        },
      }),
    ],
  };
  const authenticate = async ({ authorization }: IncomingHttpHeaders): Promise<ByKey | null> => {
    if (!authorization?.includes(PREFIX)) return null;
    const key = BEARER.exec(authorization)?.[1];
    const live = key === undefined ? null : await store.liveKey(database.db, sha256(key));
    if (!live) throw new DomainError('key_invalid');
    if (!live.usedLately) await store.noteUse(database.db, live.id);
    const roles = live.roles.filter((role) => role === 'maker');
    return { actor: { id: live.userId, roles }, sessionId: null, scopes: live.scopes };
  };
  return {
    room,
    /** Whose key a request carries; null when it carries none. @throws DomainError key_invalid */
    authenticate,
    /** The same for what lies beside the API (the upload server). @throws DomainError key_invalid, scope_missing */
    async authenticateFor(headers: IncomingHttpHeaders, action: Action, isRead: boolean): Promise<ByKey | null> {
      const byKey = await authenticate(headers);
      if (byKey && !allows(byKey.scopes, action, isRead)) throw new DomainError('scope_missing');
      return byKey;
    },
  };
};
