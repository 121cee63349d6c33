import { mkdtemp, rm } from 'node:fs/promises';
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSandbox } from '@videowindow/sandbox';
import Fastify from 'fastify';
import { afterAll, expect, test } from 'vitest';
import { createMailer } from '#platform/providers';

const MAIL = { to: 'vera@people.test', subject: 'Your código – ✓', text: 'plain\n.\nend', html: '<p>rich</p>' };
const FROM = 'Video Window <hello@localhost.test>';
const closing: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const close of closing.reverse()) await close();
});

const listen = async (server: Server | HttpServer): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  return (server.address() as AddressInfo).port; // it listens on a port
};

/** Enough of SMTP (RFC 5321) to take a mail, or to refuse its recipient. */
const startSmtp = async (answerTo: (recipient: string) => string = () => '250 OK') => {
  const mails: string[] = [];
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    let inData = false;
    let buffer = '';
    const say = (line: string) => socket.write(`${line}\r\n`);
    say('220 test ESMTP');
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      buffer += chunk;
      for (;;) {
        const end = buffer.indexOf(inData ? '\r\n.\r\n' : '\r\n');
        if (end < 0) return;
        const line = buffer.slice(0, end);
        buffer = buffer.slice(end + (inData ? 5 : 2));
        if (inData) {
          mails.push(line);
          inData = false;
          say('250 taken');
        } else if (/^(EHLO|HELO|MAIL)/i.test(line)) say('250 OK');
        else if (/^RCPT/i.test(line)) say(answerTo(line));
        else if (/^DATA/i.test(line)) {
          inData = true;
          say('354 go on');
        } else if (/^QUIT/i.test(line)) {
          say('221 bye');
          socket.end();
        } else say('250 OK');
      }
    });
  });
  return { url: `smtp://127.0.0.1:${await listen(server)}`, mails, connections: () => connections };
};

/** A SendGrid that answers with these statuses, one a request. */
const startSendGrid = async (...statuses: number[]) => {
  const asked: { path: string | undefined; key: string | undefined; body: unknown }[] = [];
  const server = createHttpServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      asked.push({ path: request.url, key: request.headers.authorization, body: JSON.parse(body) });
      const status = statuses[asked.length - 1] ?? 202;
      response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(status < 300 ? '' : '{"errors":[{"message":"no"}]}');
    });
  });
  const port = await listen(server);
  return { sendgrid: { apiKey: 'SG.test', baseUrl: () => `http://127.0.0.1:${port}/` }, asked };
};

test('without a provider mail is off, and says so', async () => {
  const mailer = createMailer({ from: FROM });

  expect(mailer.available).toBe(false);
  await expect(mailer.send(MAIL)).rejects.toMatchObject({ code: 'capability_off' });
});

test('SendGrid: the official SDK reaches the sandbox, whose inbox has the mail', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'videowindow-mail-'));
  const sandbox = createSandbox({ dir, log: { info() {}, warn() {} } });
  const app = Fastify();
  await app.register(sandbox.plugin, { prefix: '/sandbox' });
  const base = await app.listen({ host: '127.0.0.1', port: 0 });
  closing.push(async () => {
    await app.close();
    await rm(dir, { recursive: true });
  });
  const mailer = createMailer({
    from: FROM,
    sendgrid: { apiKey: 'SG.sandbox', baseUrl: () => `${base}/sandbox/sendgrid/` },
  });

  await mailer.send(MAIL);

  const inbox = await (await fetch(`${base}/sandbox/inbox`)).text();
  expect(inbox).toContain('vera@people.test');
  expect(inbox).toContain('Your código – ✓');
});

test('SendGrid: what is sent has its key, sender, subject and both forms', async () => {
  const { sendgrid, asked } = await startSendGrid();

  await createMailer({ from: FROM, sendgrid }).send(MAIL);

  expect(asked).toHaveLength(1);
  expect(asked[0]).toMatchObject({ path: '/v3/mail/send', key: 'Bearer SG.test' });
  expect(asked[0]?.body).toMatchObject({
    from: { email: 'hello@localhost.test', name: 'Video Window' },
    personalizations: [{ to: [{ email: MAIL.to }] }],
    subject: MAIL.subject,
    content: [
      { type: 'text/plain', value: MAIL.text },
      { type: 'text/html', value: MAIL.html },
    ],
  });
});

test('SendGrid: overload and its own errors are tried again', async () => {
  const { sendgrid, asked } = await startSendGrid(500, 429, 202);

  await createMailer({ from: FROM, sendgrid }).send(MAIL);

  expect(asked).toHaveLength(3);
});

test('SendGrid: an address that it refuses is refused once, and stops nobody else’s mail', async () => {
  const { sendgrid, asked } = await startSendGrid(...Array.from({ length: 8 }, () => 400));
  const mailer = createMailer({ from: FROM, sendgrid });

  for (let i = 0; i < 8; i++) await expect(mailer.send(MAIL)).rejects.toMatchObject({ code: 400 });
  await mailer.send(MAIL);

  expect(asked).toHaveLength(9);
});

test('two mailers of one process keep their keys and addresses apart', async () => {
  const [one, other] = [await startSendGrid(), await startSendGrid()];
  const mailers = [one, other].map(({ sendgrid }, i) =>
    createMailer({ from: FROM, sendgrid: { ...sendgrid, apiKey: `SG.${i}` } }),
  );

  await Promise.all(mailers.map((mailer) => mailer.send(MAIL)));

  expect([one.asked[0]?.key, other.asked[0]?.key]).toEqual(['Bearer SG.0', 'Bearer SG.1']);
});

test('SMTP: the mail arrives whole, also with a line that is only a dot', async () => {
  const { url, mails } = await startSmtp();
  const mailer = createMailer({ from: FROM, smtpUrl: url });

  expect(mailer.available).toBe(true);
  await mailer.send(MAIL);

  expect(mails).toHaveLength(1);
  expect(mails[0]).toContain('From: Video Window <hello@localhost.test>');
  expect(mails[0]).toContain('To: vera@people.test');
  expect(mails[0]).toContain('plain\r\n..\r\nend');
  expect(mails[0]).toContain('<p>rich</p>');
});

test('SMTP: no line of a subject becomes a header of its own', async () => {
  const { url, mails } = await startSmtp();

  await createMailer({ from: FROM, smtpUrl: url }).send({ ...MAIL, subject: 'hello\r\nBcc: thief@evil.test' });

  expect(mails[0]).not.toMatch(/^Bcc:/m);
});

test('SMTP: a temporary refusal is tried again, a lasting one is not', async () => {
  let calls = 0;
  const later = await startSmtp(() => (++calls < 3 ? '451 later' : '250 OK'));
  const never = await startSmtp(() => '550 no such user');

  await createMailer({ from: FROM, smtpUrl: later.url }).send(MAIL);
  await expect(createMailer({ from: FROM, smtpUrl: never.url }).send(MAIL)).rejects.toMatchObject({
    responseCode: 550,
  });

  expect(later.mails).toHaveLength(1);
  expect(never.connections()).toBe(1);
});

test('a server that is not there is a provider that is not available', async () => {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));

  const outcome = createMailer({ from: FROM, smtpUrl: `smtp://127.0.0.1:${port}` }).send(MAIL);

  await expect(outcome).rejects.toMatchObject({ code: 'external_service_unavailable', details: { provider: 'smtp' } });
});
