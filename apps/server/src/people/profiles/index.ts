// profiles: how people appear to others.
import { DomainError } from '@videowindow/contract';
import { type PersonSummary, type Profile, profilesApi } from '@videowindow/contract/api/people';
import type { Graph } from '#people/graph';
import type { Identity, User } from '#people/identity';
import type { Database, Reader } from '#platform/database';
import { implement, personId } from '#platform/http';
import type { Room } from '#platform/room';

export type Profiles = ReturnType<typeof createProfiles>;

export const createProfiles = ({
  database,
  identity,
  graph,
}: {
  database: Database;
  identity: Identity;
  graph: Graph;
}) => {
  const view = async (user: User, reader: string | null): Promise<Profile> => ({
    ...summary(user),
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
            .transaction((tx) =>
              identity.updateUser(tx, me, {
                ...(body.handle === undefined ? {} : { handle: body.handle }),
                ...(displayName ? { displayName } : {}),
                ...(body.bio === undefined ? {} : { bio: body.bio.trim() }),
                ...(body.city === undefined ? {} : { city: body.city?.trim() || null }),
              }),
            )
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
      return new Map(users.map((user) => [user.id, summary(user)]));
    },
  };
};

const summary = (user: User): PersonSummary => ({
  id: user.id,
  handle: user.handle,
  displayName: user.displayName,
  city: user.city,
});
