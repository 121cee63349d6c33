/** People as the server knows them, made over HTTP: for what a journey needs but isn't about. */
import { createNodeSession, type NodeSession } from '@videowindow/client/node';
import type { Role } from '@videowindow/contract';
import { completeOnboarding, newestCode } from '@videowindow/sandbox/visitor';
import { eventually } from '../../apps/server/src/testing/eventually.ts';

/** A running server. */
export type Site = {
  url: string;
  /** Gives a role that nobody can take for themselves, and makes the account when there is none. It ends their sessions. */
  grant(email: string, role: 'moderator' | 'admin'): Promise<void>;
};

export type Account = NodeSession & { id: string; name: string; email: string; handle: string };

/** What `read` gives once it gives something; null means not yet. */
export async function arrival<T>(read: () => Promise<T | null | undefined>, withinMs = 20_000): Promise<T> {
  let found: T | null | undefined;
  await eventually(async () => {
    found = await read();
    if (found == null) throw new Error(`nothing came within ${withinMs} ms: ${read}`);
  }, withinMs);
  // `eventually` only resolves when it is there.
  return found as T;
}

/** Makes an account, signed in with the code from its mail. Its name is what others see. */
export async function join(site: Site, name: string, roles: readonly Exclude<Role, 'viewer'>[] = []): Promise<Account> {
  const session = createNodeSession(site.url);
  const handle = name.toLowerCase().replace(/[^a-z]+/g, '.');
  const email = `${handle}@people.test`;
  for (const role of roles) if (role !== 'maker') await site.grant(email, role);
  await session.client.call('POST /auth/otp/request', { body: { identifier: email } });
  const code = await arrival(() => newestCode(site.url, email));
  const { user } = await session.client.call('POST /auth/otp/verify', { body: { identifier: email, code } });
  await session.client.call('PATCH /users/me', { body: { displayName: name, handle } });
  if (roles.includes('maker')) await session.client.call('POST /makers');
  return { ...session, id: user.id, name, email, handle };
}

/** Links a maker's payout account, as they would by clicking through the provider's page. */
export async function linkPayoutAccount(maker: Account): Promise<void> {
  const { url } = await maker.client.call('POST /makers/me/onboarding');
  const [firstName = '', lastName = ''] = maker.name.split(' ');
  await completeOnboarding(url, { firstName, lastName });
  await arrival(async () => {
    const { payoutAccount } = await maker.client.call('GET /makers/me');
    return payoutAccount.state === 'enabled' ? payoutAccount : null;
  });
}
