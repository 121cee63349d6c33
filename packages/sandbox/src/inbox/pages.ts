// /inbox: the mail of this machine, newest first, as a page and as JSON.
import type { FastifyInstance } from 'fastify';
import { type Html, html, pageHeaders, renderPage } from '../web/html.ts';
import type { Mail, Mailbox } from './mailbox.ts';

const MOST_SHOWN = 100;

/** @param base address path of the inbox, such as /sandbox/inbox */
export function registerInbox(app: FastifyInstance, mailbox: Mailbox, base: () => string): void {
  app.get<{ Querystring: { to?: string } }>('/inbox', async (request, reply) => {
    const to = filterOf(request.query.to);
    const mails = mailbox.list({ to, limit: MOST_SHOWN });
    return reply
      .headers(pageHeaders())
      .send(renderPage({ title: 'Inbox', width: 'wide', body: listBody(mails, to, base()) }));
  });

  app.get<{ Querystring: { to?: string; limit?: string } }>('/inbox.json', async (request) => {
    const limit = Math.min(Math.max(Number(request.query.limit) || MOST_SHOWN, 1), 1000);
    return { mails: mailbox.list({ to: filterOf(request.query.to), limit }) };
  });

  app.get<{ Params: { id: string } }>('/inbox/:id', async (request, reply) => {
    const mail = mailbox.find(request.params.id);
    if (mail === undefined) return reply.code(404).headers(pageHeaders()).send(missingPage(base()));
    return reply
      .headers(pageHeaders())
      .send(renderPage({ title: mail.subject, width: 'wide', body: mailBody(mail, base()) }));
  });

  // The mail's own HTML, in a frame that may do nothing: no scripts, no forms, no way out but a new tab.
  app.get<{ Params: { id: string } }>('/inbox/:id/html', async (request, reply) => {
    const mail = mailbox.find(request.params.id);
    if (mail?.html == null) return reply.code(404).headers(pageHeaders()).send(missingPage(base()));
    const headers = {
      ...pageHeaders(),
      'content-security-policy':
        "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data: https: http:; frame-ancestors 'self'",
    };
    return reply.headers(headers).send(`<base target="_blank">${mail.html}`);
  });
}

function filterOf(to: unknown): string | undefined {
  return typeof to === 'string' && to.trim() !== '' ? to.trim() : undefined;
}

function people(list: Mail['to']): string {
  return list.map(({ email, name }) => (name === null ? email : `${name} <${email}>`)).join(', ');
}

function time(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

function listBody(mails: readonly Mail[], to: string | undefined, base: string): Html {
  const rows = mails.map(
    (mail) =>
      html`<li><a href="${base}/${mail.id}">${mail.subject}</a><br><span class="small quiet">to ${people(mail.to)} · ${time(mail.sentAt)}</span></li>`,
  );
  const empty = html`<p class="quiet">${to === undefined ? 'No mail yet. Ask for a sign-in code, and it lands here.' : `No mail for ${to} yet.`}</p>`;
  return html`<section class="sheet"><h1>Inbox</h1>
<form method="get" action="${base}"><label>Only mail for<input type="search" name="to" value="${to ?? ''}" placeholder="viewer@demo.test"></label><button class="second" type="submit">Filter</button></form>
${mails.length === 0 ? empty : html`<ul class="rows">${rows}</ul>`}</section>`;
}

function mailBody(mail: Mail, base: string): Html {
  const text = html`<h2>Text</h2><pre>${mail.text ?? '(none)'}</pre>`;
  return html`<section class="sheet"><p><a href="${base}">All mail</a></p><h1>${mail.subject}</h1>
<dl><dt>From</dt><dd>${people([mail.from])}</dd><dt>To</dt><dd>${people(mail.to)}</dd>
${mail.cc.length === 0 ? '' : html`<dt>Cc</dt><dd>${people(mail.cc)}</dd>`}
${mail.bcc.length === 0 ? '' : html`<dt>Bcc</dt><dd>${people(mail.bcc)}</dd>`}
<dt>Sent</dt><dd>${time(mail.sentAt)}</dd>
${mail.attachments.length === 0 ? '' : html`<dt>Attached</dt><dd>${mail.attachments.join(', ')}</dd>`}</dl></section>
${mail.html === null ? '' : html`<section class="sheet"><h2>As it looks</h2><iframe title="The mail" sandbox="allow-popups allow-popups-to-escape-sandbox" src="${base}/${mail.id}/html"></iframe></section>`}
<section class="sheet">${text}</section>`;
}

function missingPage(base: string): string {
  return renderPage({
    title: 'No such mail',
    body: html`<section class="sheet"><h1>No such mail</h1><a href="${base}">All mail</a></section>`,
  });
}
