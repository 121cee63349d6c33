// The mail that carries a code.
import type { Mail } from '#platform/providers';

/** The code stands in the subject too, so that it can be read from a lock screen. */
export const codeMail = (to: string, code: string, siteName: string): Mail => ({
  to,
  subject: `${code} is your ${siteName} code`,
  text: `${code}\n\nType this code to sign in to ${siteName}. It is good for 10 minutes and for one sign-in.\nIf you did not ask for it, you can forget this mail: nobody gets in without the code.`,
  html: `<!doctype html><html lang="en"><body style="margin:0;background:#FAF7F2;color:#1C1917;font:16px/1.5 system-ui,sans-serif">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center" style="padding:40px 16px">
<table role="presentation" width="420" cellpadding="0" cellspacing="0" style="max-width:100%;background:#fff;border:1px solid #E7E0D6;border-radius:14px">
<tr><td style="padding:32px"><p style="margin:0 0 8px;color:#57534E">Your code</p>
<p style="margin:0 0 16px;font:600 36px/1.15 Georgia,serif;letter-spacing:6px">${code}</p>
<p style="margin:0;color:#57534E">Good for 10 minutes and for one sign-in. If you did not ask for it, you can forget this mail.</p>
</td></tr></table></td></tr></table></body></html>`,
});
