// The hosted checkout page: what is bought, who pays, which test card.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type Stripe from 'stripe';
import { parseForm } from '../web/form.ts';
import { type Html, html, pageHeaders, renderPage } from '../web/html.ts';
import { findCard, TEST_ACCOUNTS, TEST_CARDS } from './cards.ts';
import { expireDueSessions, paySession } from './checkout.ts';
import { formatMoney } from './format.ts';
import type { Payer } from './payments.ts';
import type { CheckoutPlan, Work } from './work.ts';

export interface HostedPageParts {
  /** Runs `act` on the platform's objects in one transaction. */
  readonly transact: <T>(request: FastifyRequest, act: (work: Work) => T) => Promise<T>;
}

interface Typed {
  readonly email: string;
  readonly name: string;
  readonly card: string;
  readonly shipName: string;
  readonly line1: string;
  readonly line2: string;
  readonly city: string;
  readonly postalCode: string;
  readonly state: string;
  readonly country: string;
}

interface Shown {
  readonly status: number;
  readonly page: string;
  /** Where a form of this page may lead. */
  readonly targets: readonly string[];
}

/** Registers GET and POST /pay/:id */
export function registerCheckoutPage(app: FastifyInstance, parts: HostedPageParts): void {
  app.get<{ Params: { id: string } }>('/pay/:id', async (request, reply) => {
    const shown = await parts.transact(request, (work) => {
      expireDueSessions(work);
      const session = work.find('checkout.session', request.params.id);
      return session?.status === 'open'
        ? openPage(work, session, prefilled(work, session), undefined)
        : closedPage(session);
    });
    return reply.code(shown.status).headers(pageHeaders(shown.targets)).send(shown.page);
  });

  app.post<{ Params: { id: string } }>('/pay/:id', async (request, reply) => {
    const typed = readTyped(request.body);
    const outcome = await parts.transact(request, (work) => pay(work, request.params.id, typed));
    if (typeof outcome === 'string') return reply.redirect(outcome, 303);
    return reply.code(outcome.status).headers(pageHeaders(outcome.targets)).send(outcome.page);
  });
}

/** @returns the address to go to when it is paid, or the page to show again. */
function pay(work: Work, id: string, typed: Typed): string | Shown {
  expireDueSessions(work);
  const session = work.find('checkout.session', id);
  if (session?.status !== 'open') return closedPage(session);
  const found = findCard(typed.card);
  const card = found?.later && !takesAccounts(session) ? undefined : found;
  const wrong =
    problemWith(session, typed) ?? (card === undefined ? 'That is no test card. Pick one of the list.' : undefined);
  if (wrong !== undefined || card === undefined) return openPage(work, session, typed, wrong, 422);
  const tried = paySession(work, id, card, payerOf(session, typed));
  if ('declined' in tried) {
    const still = work.require('checkout.session', id);
    return openPage(
      work,
      still,
      typed,
      `${tried.declined} Nothing was ${session.mode === 'setup' ? 'saved' : 'charged'}; try another card.`,
      402,
    );
  }
  return successAddress(tried.session);
}

/** Bank accounts are debited in dollars, and not saved here. */
function takesAccounts(session: Stripe.Checkout.Session): boolean {
  return session.payment_method_types.includes('us_bank_account');
}

function successAddress(session: Stripe.Checkout.Session): string {
  return (session.success_url ?? '/').replaceAll('{CHECKOUT_SESSION_ID}', session.id);
}

function problemWith(session: Stripe.Checkout.Session, typed: Typed): string | undefined {
  if (!/^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/.test(typed.email)) return 'Enter an email address.';
  if (typed.name === '') return 'Enter the name on the card.';
  const countries = session.shipping_address_collection?.allowed_countries;
  if (countries === undefined) return undefined;
  if (typed.shipName === '' || typed.line1 === '' || typed.city === '' || typed.postalCode === '') {
    return 'Fill in the address that the piece is shipped to.';
  }
  return countries.includes(typed.country) ? undefined : 'The maker does not ship to that country.';
}

function payerOf(session: Stripe.Checkout.Session, typed: Typed): Payer {
  const shipping =
    session.shipping_address_collection === null ? null : { name: typed.shipName, address: addressOf(typed) };
  return { email: typed.email, name: typed.name, country: typed.country, shipping };
}

function addressOf(typed: Typed): Stripe.Address {
  return {
    city: typed.city,
    country: typed.country,
    line1: typed.line1,
    line2: typed.line2 === '' ? null : typed.line2,
    postal_code: typed.postalCode,
    state: typed.state === '' ? null : typed.state,
  };
}

/** Who pays is known: the session names an address, or a customer who has one. */
function knownEmail(work: Work, session: Stripe.Checkout.Session): string | null {
  if (session.customer_email !== null) return session.customer_email;
  return typeof session.customer === 'string' ? work.require('customer', session.customer).email : null;
}

function prefilled(work: Work, session: Stripe.Checkout.Session): Typed {
  return {
    email: knownEmail(work, session) ?? '',
    name: 'Sandbox Buyer',
    card: TEST_CARDS[0]?.number ?? '',
    shipName: 'Sandbox Buyer',
    line1: '12 Kiln Lane',
    line2: '',
    city: 'Portland',
    postalCode: '97205',
    state: 'OR',
    country: session.shipping_address_collection?.allowed_countries[0] ?? 'US',
  };
}

function readTyped(body: unknown): Typed {
  const form = parseForm(typeof body === 'string' ? body : '');
  const field = (name: string) => {
    const value = form[name];
    return typeof value === 'string' ? value.trim().slice(0, 500) : '';
  };
  return {
    email: field('email'),
    name: field('name'),
    card: field('card'),
    shipName: field('ship_name'),
    line1: field('line1'),
    line2: field('line2'),
    city: field('city'),
    postalCode: field('postal_code'),
    state: field('state'),
    country: field('country') || 'US',
  };
}

function closedPage(session: Stripe.Checkout.Session | undefined): Shown {
  if (session === undefined)
    return notice(404, 'No such checkout', html`<p class="quiet">This address leads to no checkout session.</p>`);
  if (session.status === 'complete') {
    const done =
      session.mode === 'setup' ? 'This card has been saved.' : 'This has been paid. Nothing is charged twice.';
    const back = html`<p class="done">${done}</p><a class="button second" href="${successAddress(session)}">Go back to the shop</a>`;
    return notice(200, session.mode === 'setup' ? 'Already saved' : 'Already paid', back);
  }
  const cancel =
    session.cancel_url === null
      ? ''
      : html`<a class="button second" href="${session.cancel_url}">Go back to the shop</a>`;
  return notice(
    410,
    'This checkout has expired',
    html`<p class="quiet">Nothing was charged. Start again from the shop.</p>${cancel}`,
  );
}

function notice(status: number, title: string, content: Html): Shown {
  return {
    status,
    page: renderPage({ title, body: html`<section class="sheet"><h1>${title}</h1>${content}</section>` }),
    targets: [],
  };
}

function openPage(
  work: Work,
  session: Stripe.Checkout.Session,
  typed: Typed,
  wrong: string | undefined,
  status = 200,
): Shown {
  const plan = work.require('checkout_plan', session.id);
  const currency = session.currency ?? 'usd';
  const saves = session.mode === 'setup';
  const total = formatMoney(session.amount_total ?? 0, currency);
  const title = saves ? 'Save a card' : `Pay ${total}`;
  const ships = session.shipping_address_collection?.allowed_countries;
  const body = html`
${saves ? html`<section class="sheet"><h1>Save a card</h1><p class="quiet">Nothing is charged. Some of these cards refuse to be saved.</p></section>` : html`<section class="sheet" aria-labelledby="due"><h1 id="due">Pay <span class="price">${total}</span></h1>${summary(plan, currency)}</section>`}
<section class="sheet"><form method="post" action="">
${wrong === undefined ? '' : html`<p class="wrong" role="alert">${wrong}</p>`}
${field('Email', 'email', typed.email, 'email', knownEmail(work, session) !== null)}
${ships === undefined ? '' : shippingFields(typed, ships)}
<fieldset><legend>Test card</legend>${[...TEST_CARDS, ...(takesAccounts(session) ? TEST_ACCOUNTS : [])].map((card) => cardChoice(card, typed.card))}</fieldset>
${field('Name on the card', 'name', typed.name, 'cc-name')}
<button type="submit">${saves ? 'Save this card' : title}</button>
${session.cancel_url === null ? '' : html`<a class="button second" href="${session.cancel_url}">Cancel and go back</a>`}
</form></section>
<p class="quiet small">Open until ${new Date(session.expires_at * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC. Leaving this page charges nothing.</p>`;
  const targets = [session.success_url, session.cancel_url].filter((url) => url !== null);
  return { status, page: renderPage({ title, body }), targets };
}

function summary(plan: CheckoutPlan, currency: string): Html {
  const lines = plan.lineItems.map(
    (item) =>
      html`<li class="line"><span>${item.description}${item.quantity === 1 ? '' : ` × ${item.quantity}`}</span><span>${formatMoney(item.amount_total, currency)}</span></li>`,
  );
  return html`<ul class="rows">${lines}</ul>`;
}

function cardChoice(card: (typeof TEST_CARDS)[number], chosen: string): Html {
  const checked = card.number === chosen.replace(/\D/g, '') ? html` checked` : '';
  const spaced = card.number.replace(/(\d{4})(?=\d)/g, '$1 ');
  return html`<label class="pick"><input type="radio" name="card" value="${card.number}" required${checked}> <span>${spaced}<br><span class="small quiet">${card.label}</span></span></label>`;
}

function shippingFields(typed: Typed, countries: readonly string[]): Html {
  const names = new Intl.DisplayNames('en', { type: 'region' });
  const options = countries.map(
    (code) =>
      html`<option value="${code}"${code === typed.country ? html` selected` : ''}>${names.of(code) ?? code}</option>`,
  );
  return html`<fieldset><legend>Ship to</legend>
${field('Name', 'ship_name', typed.shipName, 'shipping name')}
${field('Street and number', 'line1', typed.line1, 'shipping address-line1')}
${field('Flat, floor (optional)', 'line2', typed.line2, 'shipping address-line2')}
<div class="pair">${field('Postcode', 'postal_code', typed.postalCode, 'shipping postal-code')}${field('Town', 'city', typed.city, 'shipping address-level2')}</div>
<div class="pair">${field('State or region', 'state', typed.state, 'shipping address-level1')}<label>Country<select name="country" autocomplete="shipping country">${options}</select></label></div>
</fieldset>`;
}

function field(label: string, name: string, value: string, autocomplete: string, fixed = false): Html {
  const kind = name === 'email' ? 'email' : 'text';
  return html`<label>${label}<input type="${kind}" name="${name}" value="${value}" autocomplete="${autocomplete}"${fixed ? html` readonly` : ''}></label>`;
}
