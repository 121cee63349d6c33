// profiles: how people appear to others.
import { DomainError } from '@videowindow/contract';
import { type PersonSummary, type Profile, profilesApi } from '@videowindow/contract/api/people';
import type { Graph } from '#people/graph';
import type { Identity, User } from '#people/identity';
import type { Database, Reader, Tx } from '#platform/database';
import { implement, personId } from '#platform/http';
import type { Room } from '#platform/room';

export type Profiles = ReturnType<typeof createProfiles>;

/** Uploaded pictures lie above; this is what a profile needs of them. */
export type Pictures = {
  /** Opens a person's own picture to everybody, or closes it. @throws DomainError not_found, media_not_ready */
  show(tx: Tx, ownerId: string, id: string, isShown: boolean): Promise<void>;
  /** An address for each of those that everybody may see. */
  urls(db: Reader, ids: readonly string[]): Promise<Map<string, string>>;
};

export const createProfiles = ({
  database,
  identity,
  graph,
  pictures,
}: {
  database: Database;
  identity: Identity;
  graph: Graph;
  pictures: Pictures;
}) => {
  const avatarsOf = (db: Reader, users: readonly User[]): Promise<Map<string, string>> => {
    const ids = users.flatMap(({ avatarMediaId }) => (avatarMediaId ? [avatarMediaId] : []));
    return ids.length === 0 ? Promise.resolve(new Map<string, string>()) : pictures.urls(db, ids);
  };

  /** The row is locked: of two pictures chosen at once, the one that loses is closed again. */
  const wear = async (tx: Tx, me: string, id: string | null): Promise<void> => {
    const before = (await identity.lockUser(tx, me))?.avatarMediaId ?? null;
    if (before === id) return;
    if (id !== null) await pictures.show(tx, me, id, true);
    if (before !== null) await pictures.show(tx, me, before, false);
    await identity.updateUser(tx, me, { avatarMediaId: id });
  };

  const view = async (user: User, reader: string | null): Promise<Profile> => ({
    ...summary(user, await avatarsOf(database.db, [user])),
    bio: user.bio,
    isMaker: user.roles.includes('maker'),
    memberSince: user.createdAt.toISOString(),
    ...(await graph.followCounts(database.db, user.id)),
    followedByMe: await graph.follows(database.db, reader, user.id),
    blockedByMe: reader !== null && (await graph.hasBlocked(database.db, reader, user.id)),
  });

  const room: Room = {
    routes: [
      implement(profilesApi, {
        'GET /users/:handle': async ({ params, context }) => {
          const user = await identity.userByHandle(database.db, params.handle);
          if (!user || user.status === 'deleted' || user.status === 'deactivated') throw new DomainError('not_found');
          // One who blocked the reader is not there for them; one whom the reader blocked is, so that they can unblock.
          if (context.actor.id && (await graph.hasBlocked(database.db, user.id, context.actor.id)))
            throw new DomainError('not_found');
          return await view(user, context.actor.id);
        },
        'PATCH /users/me': async ({ body, context }) => {
          const me = personId(context.actor);
          const displayName = body.displayName?.trim();
          const profile = await database
            .transaction(async (tx) => {
              if (body.avatarMediaId !== undefined) await wear(tx, me, body.avatarMediaId);
              return await identity.updateUser(tx, me, {
                ...(body.handle === undefined ? {} : { handle: body.handle }),
                ...(displayName ? { displayName } : {}),
                ...(body.bio === undefined ? {} : { bio: body.bio.trim() }),
                ...(body.city === undefined ? {} : { city: body.city?.trim() || null }),
              });
            })
            .catch((error: { code?: string; constraint?: string }) => {
              if (error.constraint === 'users_handle_key') throw new DomainError('handle_taken');
              throw error;
            });
          if (!profile) throw new DomainError('not_found');
          return { profile: await view(profile, me) };
        },
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
  };
};

const summary = (user: User, avatars: ReadonlyMap<string, string>): PersonSummary => ({
  id: user.id,
  handle: user.handle,
  displayName: user.displayName,
  city: user.city,
  avatarUrl: (user.avatarMediaId && avatars.get(user.avatarMediaId)) || null,
});
