// What a person does on an issuer's pages, done by a program.

/** A person at Google or Apple. */
export type AtIssuer = { name?: string; email: string; verified?: boolean };

/**
 * Chooses a person on the page at `url` (null turns back). @returns where the browser is sent with what: for Apple's
 * form, the fields that it posts.
 */
export async function signInAtIssuer(
  url: string,
  person: AtIssuer | null,
): Promise<{ target: string; answer: Record<string, string> }> {
  const fields: Record<string, string> = person
    ? {
        name: person.name ?? 'Somebody',
        email: person.email,
        ...(person.verified === false ? {} : { verified: '1' }),
      }
    : { cancel: '1' };
  const response = await fetch(url, { method: 'POST', redirect: 'manual', body: new URLSearchParams(fields) });
  const location = response.headers.get('location');
  if (location !== null) {
    const { origin, pathname, searchParams } = new URL(location);
    return { target: `${origin}${pathname}`, answer: Object.fromEntries(searchParams) };
  }
  const page = await response.text();
  const target = /<form method="post" action="([^"]+)"/.exec(page)?.[1];
  if (response.status !== 200 || target === undefined) throw new Error(`the issuer answered ${response.status}`);
  const inputs = page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g);
  const textOf = (text: string) => text.replaceAll('&quot;', '"').replaceAll('&amp;', '&');
  return {
    target: textOf(target),
    answer: Object.fromEntries([...inputs].map(([, name = '', value = '']) => [name, textOf(value)])),
  };
}
