// What a person does on the sandbox's pages, done by a program: reads a mail, fills in the provider's forms.
// For the demo content and for tests; it goes over HTTP like everybody else.

export { type AtIssuer, signInAtIssuer } from './oidc/visitor.ts';

/** The newest sign-in code sent to an address; null when there is none. */
export async function newestCode(baseUrl: string, email: string): Promise<string | null> {
  const answer = await fetch(`${baseUrl}/sandbox/inbox.json?to=${encodeURIComponent(email)}`);
  const { mails } = (await answer.json()) as { mails: { subject: string }[] }; // our own page, newest first
  return (
    mails.map(({ subject }) => /(?:^|code is: )(\d{6})\b/.exec(subject)?.[1]).find((code) => code !== undefined) ?? null
  );
}

/** Opens an onboarding link and completes the form. @throws Error when the page refuses it */
export async function completeOnboarding(link: string, person: { firstName: string; lastName: string }): Promise<void> {
  const page = await fetch(link);
  const { status } = await submit(page.url, {
    first_name: person.firstName,
    last_name: person.lastName,
    dob: '1984-05-02',
    account: '000123456789',
  });
  if (status !== 303) throw new Error(`the onboarding page answered ${status}`);
}

/**
 * Pays at a hosted checkout.
 * @returns the status (303 when paid, 402 when the card was declined, 410 when the session is over) and where it leads
 */
export function payCheckout(
  url: string,
  payer: { card?: string; email?: string; name?: string; country?: string } = {},
): Promise<{ status: number; location: string | null }> {
  return submit(url, {
    card: payer.card ?? '4242424242424242',
    email: payer.email ?? 'buyer@people.test',
    name: payer.name ?? 'Berta Buyer',
    ship_name: payer.name ?? 'Berta Buyer',
    line1: '12 Kiln Lane',
    city: 'Portland',
    postal_code: '97205',
    state: 'OR',
    country: payer.country ?? 'US',
  });
}

async function submit(
  url: string,
  fields: Record<string, string>,
): Promise<{ status: number; location: string | null }> {
  const answer = await fetch(url, { method: 'POST', redirect: 'manual', body: new URLSearchParams(fields) });
  return { status: answer.status, location: answer.headers.get('location') };
}
