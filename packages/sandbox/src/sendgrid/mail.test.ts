import mail from '@sendgrid/mail';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Mail } from '../inbox/mailbox.ts';
import { type Fixture, openSandbox } from '../sandbox.fixture.ts';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await openSandbox();
  mail.setApiKey('SG.sandbox.key');
  client().setDefaultRequest('baseUrl', `${fixture.url}/sendgrid/`);
});
afterEach(() => fixture.close());

/** The SDK keeps its HTTP client on the service, but its types don't say so. */
function client(): { setDefaultRequest(key: string, value: string): void } {
  return (mail as unknown as { client: { setDefaultRequest(key: string, value: string): void } }).client;
}

async function inbox(query = ''): Promise<Mail[]> {
  const answer = await fetch(`${fixture.url}/inbox.json${query}`);
  // The sandbox's own JSON.
  return ((await answer.json()) as { mails: Mail[] }).mails;
}

const code = {
  to: { email: 'viewer@demo.test', name: 'Vera' },
  from: { email: 'hello@videowindow.test', name: 'Video Window' },
  subject: 'Your code is 482 913',
  text: 'Your code is 482 913.',
  html: '<p>Your code is <b>482 913</b>.</p><script>alert(1)</script>',
};

describe('SendGrid', () => {
  test('takes a mail of the official SDK and keeps it for the inbox', async () => {
    const [answer] = await mail.send(code);

    expect(answer.statusCode).toBe(202);
    expect(answer.headers['x-message-id']).toMatch(/^\w{22}$/);
    expect(await inbox()).toMatchObject([
      {
        to: [{ email: 'viewer@demo.test', name: 'Vera' }],
        from: { email: 'hello@videowindow.test' },
        subject: 'Your code is 482 913',
        text: code.text,
        html: code.html,
      },
    ]);
  });

  test('shows newest first and finds by recipient, whatever the case', async () => {
    await mail.send(code);
    await mail.send({ ...code, to: 'maker@demo.test', subject: 'Sold' });

    expect((await inbox()).map((kept) => kept.subject)).toEqual(['Sold', 'Your code is 482 913']);
    expect((await inbox('?to=Viewer@Demo.test')).map((kept) => kept.subject)).toEqual(['Your code is 482 913']);
    expect(await inbox('?to=nobody@demo.test')).toEqual([]);
  });

  test('keeps one mail for each personalization', async () => {
    await mail.sendMultiple({ ...code, to: ['a@demo.test', 'b@demo.test'] });

    expect((await inbox('?to=a@demo.test')).length).toBe(1);
    expect((await inbox('?to=b@demo.test')).length).toBe(1);
  });

  test('refuses what SendGrid refuses, in its envelope', async () => {
    const noSubject = mail.send({ ...code, subject: '' });
    await expect(noSubject).rejects.toMatchObject({
      code: 400,
      response: {
        body: { errors: [{ field: 'subject', message: expect.stringContaining('The subject is required') }] },
      },
    });

    mail.setApiKey('SG.');
    client().setDefaultRequest('baseUrl', `${fixture.url}/sendgrid/`);
    await expect(mail.send(code)).rejects.toMatchObject({ code: 401 });
    expect(await inbox()).toEqual([]);
  });

  test('fails when it is told to', async () => {
    await fixture.control('PUT', '/calls/sendgrid', [
      { path: '/v3/mail/send', times: 1, when: 'before', answer: 503 },
      { path: '/v3/mail/send', times: 1, when: 'after', answer: 500 },
    ]);

    await expect(mail.send(code)).rejects.toMatchObject({ code: 503 });
    expect(await inbox()).toEqual([]);
    await expect(mail.send(code)).rejects.toMatchObject({ code: 500 });
    expect((await inbox()).length).toBe(1);
    await mail.send(code);
  });
});

describe('the inbox page', () => {
  test('shows the mail as text and, in a frame that can do nothing, as HTML', async () => {
    await mail.send(code);
    const [kept] = await inbox();

    const list = await (await fetch(`${fixture.url}/inbox?to=viewer@demo.test`)).text();
    expect(list).toContain('Your code is 482 913');
    const page = await (await fetch(`${fixture.url}/inbox/${kept?.id}`)).text();
    expect(page).toContain('sandbox="allow-popups');
    expect(page).not.toContain('<script>');
    const frame = await fetch(`${fixture.url}/inbox/${kept?.id}/html`);
    expect(frame.headers.get('content-security-policy')).toMatch(/^sandbox allow-popups/);
    expect((await fetch(`${fixture.url}/inbox/nothing`)).status).toBe(404);
  });
});
