/** People in tests: they sign in as anybody would, with a code from the sandbox's mail. */

import { createNodeSession, type NodeSession } from '@videowindow/client/node';
import type { Role } from '@videowindow/contract';
import { completeOnboarding, newestCode } from '@videowindow/sandbox/visitor';
import type { TestApp } from './app.ts';

export type Person = NodeSession & { id: string; email: string };

/** Signs a person in, with an account at the first time, and gives them roles beyond viewer. */
export async function signIn(
  app: TestApp,
  name: string,
  roles: readonly Exclude<Role, 'viewer'>[] = [],
): Promise<Person> {
  const session = createNodeSession(app.url());
  const email = name.includes('@') ? name : `${name}@people.test`;
  // Before they come in: a role that is given ends the sessions that were there.
  await app.database.transaction(async (tx) => {
    for (const role of roles) {
      if (role === 'maker') continue;
      const { id } =
        (await app.identity.userByEmail(tx, email)) ?? (await app.identity.register(tx, { email, roles: [] }));
      await app.identity.grantRole(tx, id, role, null);
    }
  });
  await session.client.call('POST /auth/otp/request', { body: { identifier: email } });
  await app.settle();
  const { user } = await session.client.call('POST /auth/otp/verify', {
    body: { identifier: email, code: (await newestCode(app.url(), email)) ?? '' },
  });
  if (roles.includes('maker')) await session.client.call('POST /makers');
  return { ...session, id: user.id, email };
}

/** Links a maker's payout account on the provider's page, as they would by clicking through it. */
export async function linkPayoutAccount(app: TestApp, maker: Person): Promise<void> {
  const { url } = await maker.client.call('POST /makers/me/onboarding');
  await completeOnboarding(url, { firstName: 'Mara', lastName: 'Kilnwright' });
  await app.settle();
}
