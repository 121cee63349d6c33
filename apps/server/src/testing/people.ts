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
  await session.client.call('POST /auth/otp/request', { body: { identifier: email } });
  await app.settle();
  const { user } = await session.client.call('POST /auth/otp/verify', {
    body: { identifier: email, code: (await newestCode(app.url(), email)) ?? '' },
  });
  for (const role of roles) {
    if (role === 'maker') await session.client.call('POST /makers');
    else await app.database.transaction((tx) => app.identity.grantRole(tx, user.id, role, null));
  }
  return { ...session, id: user.id, email };
}

/** Links a maker's payout account on the provider's page, as they would by clicking through it. */
export async function linkPayoutAccount(app: TestApp, maker: Person): Promise<void> {
  const { url } = await maker.client.call('POST /makers/me/onboarding');
  await completeOnboarding(url, { firstName: 'Mara', lastName: 'Kilnwright' });
  await app.settle();
}
