// Twilio's POST /2010-04-01/Accounts/{Sid}/Messages.json: checks the message as Twilio does and puts it in the inbox.
// Source: https://www.twilio.com/docs/messaging/api/message-resource
import type { FastifyInstance } from 'fastify';
import type { Mailbox } from '../inbox/mailbox.ts';
import { E164, isAccount, keepText, refuse, type TwilioParts } from './account.ts';

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
  if (!isAccount(authorization, sid)) return refuse(401, 20003, 'Authenticate');
  const fields = new URLSearchParams(form);
  const [to, from, body] = [fields.get('To') ?? '', fields.get('From') ?? '', fields.get('Body') ?? ''];
  if (!to) return refuse(400, 21604, "A 'To' phone number is required.");
  if (!E164.test(to)) return refuse(400, 21211, `Invalid 'To' Phone Number: ${to}`);
  if (!from) return refuse(400, 21603, "A 'From' phone number is required.");
  if (!body) return refuse(400, 21602, 'Message body is required.');
  if (body.length > 1600) return refuse(400, 21617, 'The concatenated message body exceeds the 1600 character limit.');
  const messageId = keepText(mailbox, { at: now, from, to, text: body });
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
