// A mail in the product's look: a title, a few words, one thing to press.
import { escapeHtml } from '#platform/http';
import type { Mail } from './index.ts';

export type Letter = {
  to: string;
  title: string;
  body: string;
  action: { label: string; link: string };
  siteName: string;
};

export const letter = ({ to, title, body, action, siteName }: Letter): Mail => ({
  to,
  subject: title,
  text: `${title}\n\n${body}\n\n${action.label}: ${action.link}\n\n${siteName}`,
  html: `<!doctype html><html lang="en"><body style="margin:0;background:#FAF7F2;color:#1C1917;font:16px/1.5 system-ui,sans-serif">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center" style="padding:40px 16px">
<table role="presentation" width="480" cellpadding="0" cellspacing="0" style="max-width:100%;background:#fff;border:1px solid #E7E0D6;border-radius:14px">
<tr><td style="padding:32px">
<h1 style="margin:0 0 12px;font:600 28px/1.15 Georgia,serif">${escapeHtml(title)}</h1>
<p style="margin:0 0 24px;color:#57534E">${escapeHtml(body)}</p>
<a href="${escapeHtml(action.link)}" style="display:inline-block;background:#B8431F;color:#fff;text-decoration:none;font-weight:600;padding:12px 24px;border-radius:6px">${escapeHtml(action.label)}</a>
</td></tr></table>
<p style="margin:16px 0 0;font-size:14px;color:#78716C">${escapeHtml(siteName)}</p>
</td></tr></table></body></html>`,
});
