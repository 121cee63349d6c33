// Twilio's POST /2010-04-01/Accounts/{Sid}/Messages.json: checks the message as Twilio does and puts it in the inbox.
// Source: https://www.twilio.com/docs/messaging/api/message-resource
import { randomBytes, randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Chaos } from '../control/chaos.ts';
import type { Mailbox } from '../inbox/mailbox.ts';

export interface TwilioParts {
  readonly mailbox: Mailbox;
  readonly chaos: Chaos;
  readonly now: () => Promise<number>;
}

const E164 = /^\+[1-9]\d{6,14}$/;

/** Registers the messages of an account on `app`, whose forms must come as text. */
export function registerTwilio(app: FastifyInstance, parts: TwilioParts): void {
  app.post<{ Params: { sid: string } }>('/2010-04-01/Accounts/:sid/Messages.json', async (request, reply) => {
    const now = await parts.now();
    const answer = await parts.chaos.around(request, reply, () =>
      send(parts.mailbox, request.params.sid, request.headers.authorization, String(request.body ?? ''), now),
    );
    if (answer === undefined) return reply;
    return reply.code(answer.status).type('application/json').send(answer.body);
  });
}

function send(mailbox: Mailbox, sid: string, authorization: string | undefined, form: string, now: number) {
  const [user, password] = Buffer.from(/^Basic (\S+)$/.exec(authorization ?? '')?.[1] ?? '', 'base64')
    .toString()
    .split(':');
  if (user !== sid || !password) return refuse(401, 20003, 'Authenticate');
  const fields = new URLSearchParams(form);
  const [to, from, body] = [fields.get('To') ?? '', fields.get('From') ?? '', fields.get('Body') ?? ''];
  if (!to) return refuse(400, 21604, "A 'To' phone number is required.");
  if (!E164.test(to)) return refuse(400, 21211, `Invalid 'To' Phone Number: ${to}`);
  if (!from) return refuse(400, 21603, "A 'From' phone number is required.");
  if (!body) return refuse(400, 21602, 'Message body is required.');
  if (body.length > 1600) return refuse(400, 21617, 'The concatenated message body exceeds the 1600 character limit.');
  const messageId = `SM${randomBytes(16).toString('hex')}`;
  mailbox.keep({
    id: randomUUID(),
    messageId,
    sentAt: now,
    from: { email: from, name: 'SMS' },
    to: [{ email: to, name: null }],
    cc: [],
    bcc: [],
    replyTo: null,
    subject: body,
    text: body,
    html: null,
    headers: {},
    attachments: [],
  });
  const made = {
    sid: messageId,
    account_sid: sid,
    to,
    from,
    body,
    status: 'queued',
    error_code: null,
    error_message: null,
  };
  return { status: 201, body: JSON.stringify(made) };
}

function refuse(status: number, code: number, message: string) {
  const more_info = `https://www.twilio.com/docs/errors/${code}`;
  return { status, body: JSON.stringify({ code, message, more_info, status }) };
}
