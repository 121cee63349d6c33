// The hosted Express onboarding: a link that works once, one form, and back to the shop.
import type { FastifyInstance } from 'fastify';
import { parseForm } from '../web/form.ts';
import { html, pageHeaders, renderPage } from '../web/html.ts';
import { submitOnboarding } from './accounts.ts';
import type { HostedPageParts } from './checkoutPage.ts';
import { type AccountLinkRecord, newId, type Work } from './work.ts';

/** How long the page stays usable once its link has been opened. */
const VISIT_SECONDS = 60 * 60;

/** Registers /setup/e/:account/:secret (the link) and /setup/visit/:secret/:visit (the page). */
export function registerOnboardingPage(app: FastifyInstance, parts: HostedPageParts): void {
  app.get<{ Params: { account: string; secret: string } }>('/setup/e/:account/:secret', async (request, reply) => {
    const { account, secret } = request.params;
    const target = await parts.transact(request, (work) => openLink(work, account, secret));
    if (target === undefined) return reply.code(404).headers(pageHeaders()).send(unknownPage());
    return reply.redirect(target, 303);
  });

  app.get<{ Params: { secret: string; visit: string } }>('/setup/visit/:secret/:visit', async (request, reply) => {
    const link = await parts.transact(request, (work) => runningVisit(work, request.params));
    if (link === undefined) return reply.code(404).headers(pageHeaders()).send(unknownPage());
    return reply.headers(pageHeaders([link.return_url])).send(formPage(link, undefined));
  });

  app.post<{ Params: { secret: string; visit: string } }>('/setup/visit/:secret/:visit', async (request, reply) => {
    const form = parseForm(typeof request.body === 'string' ? request.body : '');
    const outcome = await parts.transact(request, (work) => {
      const link = runningVisit(work, request.params);
      if (link === undefined) return undefined;
      const firstName = textOf(form.first_name);
      const lastName = textOf(form.last_name);
      if (firstName === '' || lastName === '') return { link, wrong: 'Enter your first and last name.' };
      const bankAccount = textOf(form.account).replace(/\D/g, '') || '000123456789';
      const identity = form.skip_identity !== 'yes';
      submitOnboarding(work, link.account, { identity, firstName, lastName, bankAccount });
      work.put('account_link', request.params.secret, { ...link, done: true });
      return { link, wrong: undefined };
    });
    if (outcome === undefined) return reply.code(404).headers(pageHeaders()).send(unknownPage());
    if (outcome.wrong !== undefined) {
      return reply
        .code(422)
        .headers(pageHeaders([outcome.link.return_url]))
        .send(formPage(outcome.link, outcome.wrong));
    }
    return reply.redirect(outcome.link.return_url, 303);
  });
}

/** Uses the link up and says where to go: the page, or the shop's refresh address when it is spent or too old. */
function openLink(work: Work, account: string, secret: string): string | undefined {
  const link = work.find('account_link', secret);
  if (link === undefined || link.account !== account) return undefined;
  if (link.visit !== null || link.expires_at <= work.now) return link.refresh_url;
  const visit = newId('', 16);
  work.put('account_link', secret, { ...link, visit });
  return `${work.pages}/setup/visit/${secret}/${visit}`;
}

function runningVisit(work: Work, ids: { secret: string; visit: string }): AccountLinkRecord | undefined {
  const link = work.find('account_link', ids.secret);
  if (link === undefined || link.visit !== ids.visit || link.done) return undefined;
  return link.expires_at + VISIT_SECONDS > work.now ? link : undefined;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim().slice(0, 100) : '';
}

function unknownPage(): string {
  const body = html`<section class="sheet"><h1>This page is over</h1><p class="quiet">The link has been used or never was. Ask the shop for a new one; nothing was lost.</p></section>`;
  return renderPage({ title: 'This page is over', body });
}

function formPage(link: AccountLinkRecord, wrong: string | undefined): string {
  const body = html`
<section class="sheet"><h1>Get paid for your sales</h1>
<p class="quiet">This stands for the payment provider's own form. Everything is filled in; press the button.</p></section>
<section class="sheet"><form method="post" action="">
${wrong === undefined ? '' : html`<p class="wrong" role="alert">${wrong}</p>`}
<fieldset><legend>You</legend><div class="pair">
<label>First name<input name="first_name" value="Mara" autocomplete="given-name"></label>
<label>Last name<input name="last_name" value="Kilnwright" autocomplete="family-name"></label></div>
<label>Date of birth<input name="dob" value="1984-05-02" autocomplete="bday"></label></fieldset>
<fieldset><legend>Bank account</legend><label>Account number<input name="account" value="000123456789" inputmode="numeric" autocomplete="off"></label>
<p class="quiet small">000111111116 is a bank account that is not there; 000111111113 takes the money and sends it back a day later.</p></fieldset>
<fieldset><legend>Identity</legend><label class="pick"><input type="checkbox" name="skip_identity" value="yes"> Skip the identity document for now (sales work, payouts wait)</label></fieldset>
<button type="submit">Complete</button>
<a class="button second" href="${link.return_url}">Finish later</a>
</form></section>`;
  return renderPage({ title: 'Get paid', body });
}
