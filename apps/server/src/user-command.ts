// `user`: what only who has the machine may do to an account. Each act is a row of the audit log, without a person behind it.
import { type Role, roles as roleTable } from '@videowindow/contract';
import type { Identity } from '#people/identity';
import { ConfigError } from '#platform/config';
import type { Database } from '#platform/database';

const USE = [
  'user EMAIL --grant moderator, or --grant admin',
  'user EMAIL --release-second-factor, for somebody who lost theirs',
];

const isStaffRole = (text: string | undefined): text is Exclude<Role, 'viewer' | 'maker'> =>
  text !== 'viewer' && text !== 'maker' && roleTable.some((role) => role === text);

/** @throws ConfigError with what could be said instead */
export const userCommand = async (
  { database, identity }: { database: Database; identity: Identity },
  [given]: readonly string[],
  asked: { grant?: string | undefined; 'release-second-factor'?: boolean | undefined },
): Promise<void> => {
  const email = given?.trim().toLowerCase();
  if (!email?.includes('@')) throw new ConfigError(USE);
  const role = asked.grant;
  if (isStaffRole(role) && !asked['release-second-factor']) {
    await database.transaction(async (tx) => {
      const found = (await identity.userByEmail(tx, email)) ?? (await identity.register(tx, { email, roles: [] }));
      await identity.grantRole(tx, found.id, role, null);
    });
    return console.log(`${email} is ${role} now.`);
  }
  if (!asked['release-second-factor'] || role !== undefined) throw new ConfigError(USE);
  const wasOn = await database.transaction(async (tx) => {
    const found = await identity.userByEmail(tx, email);
    if (!found) throw new ConfigError([`nobody has the address ${email} here`]);
    return await identity.dropSecondFactor(tx, found.id);
  });
  console.log(
    wasOn
      ? `${email} is no longer asked for a second factor, has no passkeys any more, and is signed out everywhere. They were told.`
      : `${email} has no passkey and no second factor that is on; nothing was changed.`,
  );
};
