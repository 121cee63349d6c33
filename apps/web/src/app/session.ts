import { type QueryClient, useQuery } from '@tanstack/react-query';
import { can, type Role } from '@videowindow/contract';
import type { Me } from '@videowindow/contract/api/people';
import { keyOf, read } from '../lib/queries.ts';
import { client, realtime } from '../lib/server.ts';

export const sessionQuery = { ...read('GET /auth/profile'), staleTime: Number.POSITIVE_INFINITY };

/** Who is signed in: undefined while unknown, null for nobody. */
export function useMe(): Me | null | undefined {
  const { data, isError } = useQuery(sessionQuery);
  return isError ? null : data?.user;
}

/** Whether the signed-in person has a role. */
export const useHasRole = (role: Role): boolean => useMe()?.roles.includes(role) ?? false;

/** Whether the signed-in person may do something at all, by the same table as the server's. */
export function useCan(action: Parameters<typeof can>[1]): boolean {
  const me = useMe();
  return can({ id: me?.id ?? null, roles: me?.roles ?? [] }, action);
}

/** After signing in: everything cached was another person's. */
export async function changePerson(queries: QueryClient, me: Me): Promise<void> {
  const ofAnother = {
    predicate: ({ queryKey: [endpoint] }: { queryKey: readonly unknown[] }) =>
      endpoint !== 'GET /site' && endpoint !== 'GET /auth/profile',
  };
  await queries.cancelQueries(ofAnother);
  queries.setQueryData(keyOf('GET /auth/profile'), { user: me });
  queries.removeQueries({ ...ofAnother, type: 'inactive' });
  // What is on the screen is asked for anew; removing it would leave it there.
  void queries.resetQueries({ ...ofAnother, type: 'active' });
  realtime.reconnect();
}

/** Ends the session and begins anew, so that nothing of this person stays in the page's memory. */
export async function signOut(): Promise<void> {
  await client.call('POST /auth/logout');
  location.assign('/');
}
