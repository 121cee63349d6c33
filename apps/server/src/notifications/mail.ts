// The mail of a notification, with the product's look.
import { escapeHtml } from '#platform/http';
import type { Mail } from '#platform/providers';
import type { Message } from './message.ts';

export const notificationMail = (
  message: Message & { mail: { action: string } },
  about: { to: string; siteName: string; publicUrl: string },
): Mail => {
  const link = `${about.publicUrl}${message.href}`;
  return {
    to: about.to,
    subject: message.title,
    text: `${message.title}\n\n${message.body}\n\n${message.mail.action}: ${link}\n\n${about.siteName}`,
    html: `<!doctype html><html lang="en"><body style="margin:0;background:#FAF7F2;color:#1C1917;font:16px/1.5 system-ui,sans-serif">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center" style="padding:40px 16px">
<table role="presentation" width="480" cellpadding="0" cellspacing="0" style="max-width:100%;background:#fff;border:1px solid #E7E0D6;border-radius:14px">
<tr><td style="padding:32px">
<h1 style="margin:0 0 12px;font:600 28px/1.15 Georgia,serif">${escapeHtml(message.title)}</h1>
<p style="margin:0 0 24px;color:#57534E">${escapeHtml(message.body)}</p>
<a href="${escapeHtml(link)}" style="display:inline-block;background:#B8431F;color:#fff;text-decoration:none;font-weight:600;padding:12px 24px;border-radius:6px">${escapeHtml(message.mail.action)}</a>
</td></tr></table>
<p style="margin:16px 0 0;font-size:14px;color:#78716C">${escapeHtml(about.siteName)}</p>
</td></tr></table></body></html>`,
  };
};
