// profiles: how people appear to others.
import { type Actor, DomainError } from '@videowindow/contract';
import { type PersonSummary, type Profile, profilesApi } from '@videowindow/contract/api/people';
import type { Static } from 'typebox';
import type { Account } from '#people/account';
import type { Graph } from '#people/graph';
import type { Identity, User } from '#people/identity';
import type { Presences } from '#people/presence';
import { recordAudit } from '#platform/audit';
import type { Database, Reader, Tx } from '#platform/database';
import { implement, type PageHead, personId, type RequestContext } from '#platform/http';
import type { Room } from '#platform/room';
import { headOfProfile } from './head.ts';
import { personal } from './personal.ts';
import * as store from './store.ts';

export type Profiles = ReturnType<typeof createProfiles>;

/** Uploaded pictures lie above; this is what a profile needs of them. */
export type Pictures = {
  /** Opens a person's own picture to everybody, or closes it. @throws DomainError not_found, media_not_ready */
  show(tx: Tx, ownerId: string, id: string, isShown: boolean): Promise<void>;
  /** Each of those that everybody may see, of a size for small places or at least `width` wide. */
  shown(db: Reader, ids: readonly string[], width?: number): Promise<Map<string, ShownPicture>>;
};
type ShownPicture = { url: string; thumbhash: string };

export type ProfilesDeps = {
  database: Database;
  identity: Identity;
  account: Account;
  graph: Graph;
  presence: Pick<Presences, 'of'>;
  pictures: Pictures;
  /** How many stories of a person the reader may see in lists; a room above knows. */
  storyCount(db: Reader, makerId: string, reader: string | null): Promise<number>;
  siteName: string;
  /** Origin of absolute links. */
  publicUrl: () => string;
};

type Change = Static<(typeof profilesApi)['PATCH /users/me']['body']>;

/** Sharp on a desk; a phone shows it smaller. */
const HERO_WIDTH = 1200;
/** Handles that may lead to one person at once: nobody keeps a shelf of names from others. */
const MOST_REDIRECTS = 3;

export const createProfiles = (deps: ProfilesDeps) => {
  const { database, identity, graph, pictures } = deps;

  const avatarsOf = (db: Reader, users: readonly User[]): Promise<Map<string, ShownPicture>> => {
    const ids = users.flatMap(({ avatarMediaId }) => (avatarMediaId ? [avatarMediaId] : []));
    return ids.length === 0 ? Promise.resolve(new Map<string, ShownPicture>()) : pictures.shown(db, ids);
  };

  /**
   * Shows the pictures of a page and closes those that are on it no more. The person's row is locked: of two chosen at
   * once, the one that loses is closed again.
   */
  const showInstead = async (
    tx: Tx,
    me: string,
    before: readonly (string | null)[],
    now: readonly (string | null)[],
  ) => {
    for (const id of new Set(now)) if (id !== null && !before.includes(id)) await pictures.show(tx, me, id, true);
    for (const id of new Set(before)) if (id !== null && !now.includes(id)) await pictures.show(tx, me, id, false);
  };

  const view = async (user: User, reader: string | null): Promise<Profile> => {
    const { db } = database;
    const page = await store.pageOf(db, user.id);
    const { heroMediaId } = page;
    const hero = heroMediaId === null ? null : (await pictures.shown(db, [heroMediaId], HERO_WIDTH)).get(heroMediaId);
    return {
      ...summary(user, await avatarsOf(db, [user])),
      bio: user.bio,
      links: page.links,
      heroUrl: hero?.url ?? null,
      heroThumbhash: hero?.thumbhash ?? null,
      isMaker: user.roles.includes('maker'),
      verified: await identity.isVerified(db, user.id),
      presence: await deps.presence.of(db, user.id, reader),
      memberSince: user.createdAt.toISOString(),
      ...(await graph.followCounts(db, user.id)),
      stories: await deps.storyCount(db, user.id, reader),
      followedByMe: await graph.follows(db, reader, user.id),
      followAskedByMe: await graph.hasAsked(db, reader, user.id),
      isPrivate: await deps.account.isPrivate(db, user.id),
      blockedByMe: reader !== null && (await graph.hasBlocked(db, reader, user.id)),
    };
  };

  /** Who has this handle, or had it lately, if they are there for this reader. */
  const find = async (handle: string, reader: string | null): Promise<User | null> => {
    const { db } = database;
    const before = async () => {
      const id = await store.whoseHandleWas(db, handle);
      return id === null ? null : await identity.user(db, id);
    };
    const user = (await identity.userByHandle(db, handle)) ?? (await before());
    if (!user || isAway(user)) return null;
    // One who blocked the reader is not there for them; one whom the reader blocked is, so that they can unblock.
    if (reader !== null && (await graph.hasBlocked(db, user.id, reader))) return null;
    return user;
  };

  /** @throws DomainError handle_changed_often */
  const assertHandleMayChange = async (tx: Tx, user: User, handle: string | undefined): Promise<void> => {
    if (handle === undefined || handle === user.handle) return;
    if ((await store.countRedirects(tx, user.id)) >= MOST_REDIRECTS) throw new DomainError('handle_changed_often');
  };

  const change = async (body: Change, context: RequestContext): Promise<{ profile: Profile }> => {
    const me = personId(context.actor);
    const displayName = body.displayName?.trim();
    const profile = await database
      .transaction(async (tx) => {
        const before = await identity.lockUser(tx, me);
        if (!before) throw new DomainError('not_found');
        await assertHandleMayChange(tx, before, body.handle);
        const { avatarMediaId, heroMediaId, links } = body;
        if (avatarMediaId !== undefined || heroMediaId !== undefined) {
          const worn = [before.avatarMediaId, (await store.pageOf(tx, me)).heroMediaId] as const;
          const [avatar, hero] = worn;
          await showInstead(tx, me, worn, [
            avatarMediaId === undefined ? avatar : avatarMediaId,
            heroMediaId === undefined ? hero : heroMediaId,
          ]);
        }
        if (heroMediaId !== undefined || links !== undefined)
          await store.updatePage(tx, me, {
            ...(links === undefined ? {} : { links }),
            ...(heroMediaId === undefined ? {} : { heroMediaId }),
          });
        if (body.handle !== undefined && body.handle !== before.handle)
          await recordAudit(tx, {
            actor: me,
            action: 'profile.handle_changed',
            subject: me,
            address: context.address,
            requestId: context.requestId,
            personal: { of: me, facts: { before: before.handle, after: body.handle } },
          });
        return await identity.updateUser(tx, me, {
          ...(body.handle === undefined ? {} : { handle: body.handle }),
          ...(displayName ? { displayName } : {}),
          ...(body.bio === undefined ? {} : { bio: body.bio.trim() }),
          ...(body.city === undefined ? {} : { city: body.city?.trim() || null }),
          ...(avatarMediaId === undefined ? {} : { avatarMediaId }),
        });
      })
      .catch((error: { code?: string; constraint?: string }) => {
        if (error.constraint === 'users_handle_key') throw new DomainError('handle_taken');
        throw error;
      });
    if (!profile) throw new DomainError('not_found');
    return { profile: await view(profile, me) };
  };

  const room: Room = {
    personal,
    jobs: {
      'profiles.sweep_redirects': { cron: '27 3 * * *', handle: () => store.sweepRedirects(database.db) },
    },
    routes: [
      implement(profilesApi, {
        'GET /users/:handle': async ({ params, context }) => {
          const user = await find(params.handle, context.actor.id);
          if (!user) throw new DomainError('not_found');
          return await view(user, context.actor.id);
        },
        'GET /users/me': async ({ context }) => {
          const me = personId(context.actor);
          const user = await identity.user(database.db, me);
          if (!user) throw new DomainError('sign_in_required');
          return { profile: await view(user, me) };
        },
        'PATCH /users/me': ({ body, context }) => change(body, context),
        'POST /users/me/avatar': ({ body, context }) => change({ avatarMediaId: body.mediaId }, context),
      }),
    ],
  };
  return {
    room,
    /** People by id, small, for lists. Missing ones are left out. */
    async summaries(db: Reader, ids: readonly string[]): Promise<Map<string, PersonSummary>> {
      const users = await identity.users(db, [...new Set(ids)]);
      const avatars = await avatarsOf(db, users);
      return new Map(users.map((user) => [user.id, summary(user, avatars)]));
    },
    /** Who of these is not there for a reader: one of the two blocked the other, or they closed their account. */
    async hiddenFrom(db: Reader, reader: string | null, ids: readonly string[]): Promise<Set<string>> {
      const others = [...new Set(ids)].filter((id) => id !== reader);
      const hidden = await graph.blockedAmong(db, reader, others);
      for (const user of await identity.users(db, others)) if (isAway(user)) hidden.add(user.id);
      return hidden;
    },
    /** What a shared link to `/@handle` shows; null for other paths. */
    async headOf(path: string, request: Pick<RequestContext['request'], 'headers'>): Promise<PageHead | null> {
      const handle = /^\/@([a-zA-Z0-9_.]{3,30})\/?$/.exec(path)?.[1];
      if (!handle) return null;
      const { actor }: { actor: Actor } = await identity.authenticate(request.headers);
      const user = await find(handle, actor.id);
      return headOfProfile(user && (await view(user, actor.id)), { path, ...deps, publicUrl: deps.publicUrl() });
    },
  };
};

/** Of somebody who has closed their account nothing is shown, wherever they stand beside others' things. */
const isAway = ({ status }: User): boolean => status === 'deactivated' || status === 'deleted';

const summary = (user: User, avatars: ReadonlyMap<string, ShownPicture>): PersonSummary => {
  const { id } = user;
  if (isAway(user))
    return { id, handle: 'gone', displayName: 'Somebody who left', city: null, avatarUrl: null, avatarThumbhash: null };
  const { handle, displayName, city, avatarMediaId } = user;
  const avatar = avatarMediaId === null ? undefined : avatars.get(avatarMediaId);
  return {
    id,
    handle,
    displayName,
    city,
    avatarUrl: avatar?.url ?? null,
    avatarThumbhash: avatar?.thumbhash ?? null,
  };
};
