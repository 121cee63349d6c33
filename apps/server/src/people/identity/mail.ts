// The mails that carry a code.
import { escapeHtml } from '#platform/http';
import type { Mail } from '#platform/providers';
import type { CodeToSend } from './codes.ts';
import type { Purpose } from './tokens.ts';

/** What the code is for, as the mail says it. */
const words: Readonly<
  Record<Exclude<Purpose, 'verify_phone' | 'answer_email_change'>, { use: string; ifNot: string }>
> = {
  sign_in: {
    use: 'Type this code to sign in to',
    ifNot: 'If you did not ask for it, you can forget this mail: nobody gets in without the code.',
  },
  step_up: {
    use: 'Type this code to show once more that it is you on',
    ifNot: 'If you did not ask for it, somebody else is signed in as you: end that session under Sign-in and security.',
  },
  register: {
    use: 'Type this code to make your account on',
    ifNot: 'If you did not ask for it, you can forget this mail: without the code there is no account.',
  },
  reset_password: {
    use: 'Type this code to set a new password on',
    ifNot: 'If you did not ask for it, you can forget this mail: your password stays as it is.',
  },
  change_email: {
    use: 'Type this code to make this the mail address of your account on',
    ifNot: 'If you did not ask for it, you can forget this mail: without the code nothing changes.',
  },
};

/**
 * The mail for a code; null where there is nobody to write to.
 * @param place.isKnown whether somebody has an account with this address
 */
export const codeMail = (
  { to, code, purpose }: CodeToSend,
  { siteName, isKnown }: { siteName: string; isKnown: boolean },
): Mail | null => {
  if (purpose === 'verify_phone' || purpose === 'answer_email_change' || (purpose === 'reset_password' && !isKnown))
    return null;
  if (purpose === 'register' && isKnown) return accountIsThere(to, siteName);
  if (purpose === 'change_email' && isKnown) return addressIsUsed(to, siteName);
  const { use, ifNot } = words[purpose];
  return {
    to,
    // The code stands in the subject too, so that it can be read from a lock screen.
    subject: `${code} is your ${siteName} code`,
    text: `${code}\n\n${use} ${siteName}. It is good for 10 minutes, and once.\n${ifNot}`,
    html: sheet(`<p style="margin:0 0 8px;color:#57534E">${use} ${escapeHtml(siteName)}</p>
<p style="margin:0 0 16px;font:600 36px/1.15 Georgia,serif;letter-spacing:6px">${code}</p>
<p style="margin:0;color:#57534E">Good for 10 minutes, and once. ${ifNot}</p>`),
  };
};

/** The page answers alike whether or not there is an account; only its owner learns it, here. */
const accountIsThere = (to: string, siteName: string): Mail =>
  stays(to, {
    subject: `You have an account on ${siteName} already`,
    what: `Somebody, perhaps you, wanted to make an account on ${siteName} with this address. You have one already: sign in with a code from your mail, and set a new password there if you forgot yours.`,
  });

/** The same for who wants the address for the account that they are in. */
const addressIsUsed = (to: string, siteName: string): Mail =>
  stays(to, {
    subject: `This address has an account on ${siteName} already`,
    what: `Somebody, perhaps you, wanted to use this address for another account on ${siteName}. It has one of its own: an address belongs to one account at a time.`,
  });

const stays = (to: string, { subject, what }: { subject: string; what: string }): Mail => {
  return {
    to,
    subject,
    text: `${what}\nIf it was not you, you can forget this mail: nothing has changed.`,
    html: sheet(`<p style="margin:0 0 16px">${escapeHtml(what)}</p>
<p style="margin:0;color:#57534E">If it was not you, you can forget this mail: nothing has changed.</p>`),
  };
};

const sheet = (content: string) =>
  `<!doctype html><html lang="en"><body style="margin:0;background:#FAF7F2;color:#1C1917;font:16px/1.5 system-ui,sans-serif">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center" style="padding:40px 16px">
<table role="presentation" width="420" cellpadding="0" cellspacing="0" style="max-width:100%;background:#fff;border:1px solid #E7E0D6;border-radius:14px">
<tr><td style="padding:32px">${content}</td></tr></table></td></tr></table></body></html>`;
