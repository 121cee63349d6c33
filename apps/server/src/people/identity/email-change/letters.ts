// What the old address is written. On their way the letters lie sealed: the first carries a token.
import type { Tx } from '#platform/database';
import { letter, type Mail } from '#platform/providers';
import { maskedEmail } from '../claims.ts';
import type { IdentityDeps } from '../enter.ts';

export const LETTER = 'identity.email_letter';

export type EmailLetter =
  | { kind: 'asked'; to: string; email: string; token: string; until: string }
  | { kind: 'changed'; to: string; email: string };

export const enqueueLetter = (
  deps: Pick<IdentityDeps, 'jobs' | 'keyring'>,
  tx: Tx,
  written: EmailLetter,
): Promise<void> =>
  deps.jobs.enqueue(tx, LETTER, { sealed: deps.keyring.encrypt(LETTER, JSON.stringify(written), LETTER) });

export const openLetter = ({ keyring }: Pick<IdentityDeps, 'keyring'>, sealed: string): EmailLetter =>
  JSON.parse(keyring.decrypt(LETTER, sealed, LETTER));

const day = (iso: string): string =>
  new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', timeZone: 'UTC' }).format(new Date(iso));

export const emailLetter = (written: EmailLetter, site: { siteName: string; siteUrl: string }): Mail => {
  const { to, email } = written;
  const common = { to, siteName: site.siteName };
  if (written.kind === 'changed')
    return letter({
      ...common,
      title: 'Your account has another mail address now',
      body: `From now on you sign in at ${site.siteName} with ${maskedEmail(email)}, and we write to you there. If you did not want this, write to the people who run the place.`,
      action: { label: 'Sign in', link: `${site.siteUrl}/sign-in` },
    });
  return letter({
    ...common,
    title: 'Is this to be your new mail address?',
    body: `Somebody who is signed in as you wants to use ${maskedEmail(email)} at ${site.siteName} instead of this address. Say yes, and it is so at once. If it was not you, stop it there before ${day(written.until)}: on that day it comes true by itself.`,
    // Behind the #, so that no server's log ever holds it.
    action: { label: 'Say yes, or stop it', link: `${site.siteUrl}/email-change#${written.token}` },
  });
};
