// What a person sees at the issuer: whom to be, and, at Apple's, the form that goes back by POST.
import { html, renderPage } from '../web/html.ts';
import type { IssuerName } from './tokens.ts';

interface TestPerson {
  readonly name: string;
  readonly email: string;
  readonly verified: boolean;
}

/** Apple's people may hide their address; a relay forwards to it. */
const testPeople: Readonly<Record<IssuerName, readonly TestPerson[]>> = {
  google: [
    { name: 'Gwen Hale', email: 'gwen.hale@gmail.test', verified: true },
    { name: 'Vera Lindqvist', email: 'viewer@demo.test', verified: true },
    { name: 'Uwe Unproven', email: 'uwe@unproven.test', verified: false },
  ],
  apple: [
    { name: 'Ana Silva', email: 'ana.silva@icloud.test', verified: true },
    { name: 'Somebody hidden', email: 'k7x2m9qd@privaterelay.test', verified: true },
  ],
};

const titles: Readonly<Record<IssuerName, string>> = { google: 'Google', apple: 'Apple' };

/** @param action where the choice is posted, with the request's own parameters in its query */
export const choicePage = (issuer: IssuerName, client: string, action: string): string =>
  renderPage({
    title: `Sign in with ${titles[issuer]}`,
    body: html`<section class="sheet"><h1>Sign in with ${titles[issuer]}</h1>
<p class="quiet">Whom do you want to be for ${client}? Nobody here is real.</p>
${testPeople[issuer].map(
  (person) => html`<form method="post" action="${action}">
<input type="hidden" name="name" value="${person.name}"><input type="hidden" name="email" value="${person.email}">
${person.verified ? html`<input type="hidden" name="verified" value="1">` : null}
<button class="second" type="submit">${person.name} · ${person.email}${person.verified ? '' : ' (address not confirmed)'}</button></form>`,
)}</section>
<section class="sheet"><h2>Somebody else</h2><form method="post" action="${action}">
<label>Name<input name="name" required maxlength="60" autocomplete="off"></label>
<label>Email<input name="email" type="email" required autocomplete="off"></label>
<label class="pick"><input type="checkbox" name="verified" value="1" checked>${titles[issuer]} has confirmed this address</label>
<button type="submit">Continue</button></form>
<form method="post" action="${action}"><input type="hidden" name="cancel" value="1"><button class="second" type="submit">Cancel</button></form></section>`,
  });

/** Apple sends its answer as a form: response_mode=form_post. */
export const returnPage = (target: string, fields: Readonly<Record<string, string>>): string =>
  renderPage({
    title: 'Back to where you came from',
    body: html`<section class="sheet"><h1>One more step</h1><p class="quiet">Apple sends its answer to ${new URL(target).host}.</p>
<form method="post" action="${target}">${Object.entries(fields).map(
      ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
    )}<button type="submit">Continue</button></form></section>`,
  });

export const problemPage = (words: string): string =>
  renderPage({
    title: 'Not possible',
    body: html`<section class="sheet"><h1>Not possible</h1><p>${words}</p></section>`,
  });
