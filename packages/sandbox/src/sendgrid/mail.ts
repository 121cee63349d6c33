// SendGrid's POST /v3/mail/send: checks the message as SendGrid does and puts one mail per recipient group in the inbox.
import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Chaos } from '../control/chaos.ts';
import type { Mailbox } from '../inbox/mailbox.ts';

interface Address {
  readonly email: string;
  readonly name: string | null;
}

interface Problem {
  readonly message: string;
  readonly field: string | null;
  readonly help: string | null;
}

export interface SendGridParts {
  readonly mailbox: Mailbox;
  readonly chaos: Chaos;
  readonly now: () => Promise<number>;
}

/** Registers /v3/mail/send on `app`, whose JSON bodies must come parsed (undefined when they are not JSON). */
export function registerSendGrid(app: FastifyInstance, parts: SendGridParts): void {
  app.post('/v3/mail/send', async (request, reply) => {
    const now = await parts.now();
    const answer = await parts.chaos.around(request, reply, () =>
      send(parts.mailbox, request.headers.authorization, request.body, now),
    );
    if (answer === undefined) return reply;
    if ('messageId' in answer) return reply.code(202).header('X-Message-Id', answer.messageId).send();
    return reply.code(answer.status).type('application/json').send(answer.body);
  });
}

type SendAnswer = { messageId: string } | { status: number; body: string };

function send(mailbox: Mailbox, authorization: string | undefined, body: unknown, now: number): SendAnswer {
  if (!/^Bearer SG\.[\w.-]+$/.test(authorization ?? '')) {
    return refuse(401, [
      { message: 'The provided authorization grant is invalid, expired, or revoked', field: null, help: null },
    ]);
  }
  const message = recordOf(body);
  if (message === undefined) return refuse(400, [{ message: 'Bad Request', field: null, help: null }]);
  const problems = check(message);
  if (problems.length > 0) return refuse(400, problems);

  const messageId = randomUUID().replaceAll('-', '').slice(0, 22);
  const from = addressOf(message.from);
  const groups = listOf(message.personalizations).map(recordOf);
  for (const group of groups) {
    if (group === undefined || from === undefined) continue;
    mailbox.keep({
      id: randomUUID(),
      messageId,
      sentAt: now,
      from,
      to: addressesOf(group.to),
      cc: addressesOf(group.cc),
      bcc: addressesOf(group.bcc),
      replyTo: addressOf(message.reply_to) ?? null,
      subject: textOf(group.subject) ?? textOf(message.subject) ?? '',
      text: contentOf(message, 'text/plain'),
      html: contentOf(message, 'text/html'),
      headers: { ...stringsOf(message.headers), ...stringsOf(group.headers) },
      attachments: listOf(message.attachments).map((item) => textOf(recordOf(item)?.filename) ?? 'unnamed'),
    });
  }
  return { messageId };
}

function refuse(status: number, errors: readonly Problem[]): SendAnswer {
  return { status, body: JSON.stringify({ errors }) };
}

/** The rules of https://www.twilio.com/docs/sendgrid/api-reference/mail-send/errors that a template mail can break. */
function check(message: Record<string, unknown>): Problem[] {
  const problems: Problem[] = [];
  const add = (field: string, text: string) => {
    problems.push({
      message: text,
      field,
      help: `http://sendgrid.com/docs/API_Reference/Web_API_v3/Mail/errors.html#message.${field.split('.')[0]}`,
    });
  };
  const groups = listOf(message.personalizations).map(recordOf);
  if (groups.length === 0)
    add('personalizations', 'The personalizations field is required and must have at least one personalization.');
  if (groups.length > 1000) add('personalizations', 'There are too many personalizations. The maximum is 1000.');
  groups.forEach((group, index) => {
    const to = listOf(group?.to);
    if (to.length === 0)
      add(
        `personalizations.${index}.to`,
        'The to array is required for all personalization objects, and must have at least one email object with a valid email address.',
      );
    for (const kind of ['to', 'cc', 'bcc']) {
      listOf(group?.[kind]).forEach((entry, at) => {
        if (addressOf(entry) === undefined)
          add(`personalizations.${index}.${kind}.${at}.email`, 'Does not contain a valid address.');
      });
    }
    if (!textOf(group?.subject) && !textOf(message.subject)) {
      add(
        'subject',
        'The subject is required. You can get around this requirement if you use a template with a subject defined or if every personalization has a subject defined.',
      );
    }
  });
  if (addressOf(message.from) === undefined) add('from.email', 'The from email does not contain a valid address.');
  const content = listOf(message.content);
  if (content.length === 0)
    add(
      'content',
      'Unless a valid template_id is provided, the content parameter is required. There must be at least one defined content block.',
    );
  content.forEach((entry, index) => {
    const part = recordOf(entry);
    if (!textOf(part?.type)) add(`content.${index}.type`, 'The content type is required.');
    if (!textOf(part?.value))
      add(`content.${index}.value`, 'The content value must be a string at least one character in length.');
  });
  const types = content.map((entry) => textOf(recordOf(entry)?.type));
  if (types.includes('text/html') && types.indexOf('text/plain') > types.indexOf('text/html')) {
    add('content', 'If present, text/plain and text/html must be the first and second entries of the content array.');
  }
  return problems;
}

function contentOf(message: Record<string, unknown>, type: string): string | null {
  const part = listOf(message.content)
    .map(recordOf)
    .find((entry) => entry?.type === type);
  return textOf(part?.value) ?? null;
}

function addressesOf(value: unknown): Address[] {
  return listOf(value)
    .map(addressOf)
    .filter((address) => address !== undefined);
}

function addressOf(value: unknown): Address | undefined {
  const record = recordOf(value);
  const email = textOf(record?.email);
  if (email === undefined || !/^[^\s@]+@[^\s@]+$/.test(email)) return undefined;
  return { email, name: textOf(record?.name) ?? null };
}

function recordOf(value: unknown): Record<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  // Any plain JSON object can be read as a record of unknowns.
  return value as Record<string, unknown>;
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function stringsOf(value: unknown): Record<string, string> {
  const pairs = Object.entries(recordOf(value) ?? {}).filter(
    (pair): pair is [string, string] => typeof pair[1] === 'string',
  );
  return Object.fromEntries(pairs);
}
