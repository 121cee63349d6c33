// The mail of a notification.
import { letter, type Mail } from '#platform/providers';
import type { Message } from './message.ts';

export const notificationMail = (
  message: Message & { mail: { action: string } },
  { to, siteName, publicUrl }: { to: string; siteName: string; publicUrl: string },
): Mail =>
  letter({
    to,
    title: message.title,
    body: message.body,
    action: { label: message.mail.action, link: `${publicUrl}${message.href}` },
    siteName,
  });
