// The mail that carries a code.
import { escapeHtml } from '#platform/http';
import type { Mail } from '#platform/providers';
import type { CodeToSend } from './codes.ts';
import type { Purpose } from './tokens.ts';

/** What the code is for, as the mail says it. */
const words: Readonly<Record<Purpose, { use: string; ifNot: string }>> = {
  sign_in: {
    use: 'Type this code to sign in to',
    ifNot: 'If you did not ask for it, you can forget this mail: nobody gets in without the code.',
  },
  step_up: {
    use: 'Type this code to show once more that it is you on',
    ifNot: 'If you did not ask for it, somebody else is signed in as you: end that session under Sign-in and security.',
  },
};

/** The code stands in the subject too, so that it can be read from a lock screen. */
export const codeMail = ({ to, code, purpose }: CodeToSend, siteName: string): Mail => {
  const { use, ifNot } = words[purpose];
  return {
    to,
    subject: `${code} is your ${siteName} code`,
    text: `${code}\n\n${use} ${siteName}. It is good for 10 minutes, and once.\n${ifNot}`,
    html: `<!doctype html><html lang="en"><body style="margin:0;background:#FAF7F2;color:#1C1917;font:16px/1.5 system-ui,sans-serif">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center" style="padding:40px 16px">
<table role="presentation" width="420" cellpadding="0" cellspacing="0" style="max-width:100%;background:#fff;border:1px solid #E7E0D6;border-radius:14px">
<tr><td style="padding:32px"><p style="margin:0 0 8px;color:#57534E">${use} ${escapeHtml(siteName)}</p>
<p style="margin:0 0 16px;font:600 36px/1.15 Georgia,serif;letter-spacing:6px">${code}</p>
<p style="margin:0;color:#57534E">Good for 10 minutes, and once. ${ifNot}</p>
</td></tr></table></td></tr></table></body></html>`,
  };
};
