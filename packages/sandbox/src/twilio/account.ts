// What Twilio's APIs share: who calls, how it refuses, where a text goes.
import { randomBytes, randomUUID } from 'node:crypto';
import type { Chaos } from '../control/chaos.ts';
import type { Mailbox } from '../inbox/mailbox.ts';

export interface TwilioParts {
  readonly mailbox: Mailbox;
  readonly chaos: Chaos;
  readonly now: () => Promise<number>;
}

export const E164 = /^\+[1-9]\d{6,14}$/;

/** Whether a request carries an account's id and token, of `sid` where that is given. */
export function isAccount(authorization: string | undefined, sid?: string): boolean {
  const [user, password] = Buffer.from(/^Basic (\S+)$/.exec(authorization ?? '')?.[1] ?? '', 'base64')
    .toString()
    .split(':');
  return Boolean(user && password) && (sid === undefined || user === sid);
}

/** @returns the id under which the text lies in the inbox */
export function keepText(
  mailbox: Mailbox,
  { at, from, to, text }: { at: number; from: string; to: string; text: string },
): string {
  const messageId = `SM${randomBytes(16).toString('hex')}`;
  mailbox.keep({
    id: randomUUID(),
    messageId,
    sentAt: at,
    from: { email: from, name: 'SMS' },
    to: [{ email: to, name: null }],
    cc: [],
    bcc: [],
    replyTo: null,
    subject: text,
    text,
    html: null,
    headers: {},
    attachments: [],
  });
  return messageId;
}

export function refuse(status: number, code: number, message: string) {
  const more_info = `https://www.twilio.com/docs/errors/${code}`;
  return { status, body: JSON.stringify({ code, message, more_info, status }) };
}
