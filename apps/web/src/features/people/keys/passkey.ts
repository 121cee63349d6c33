// Passkeys in the browser. Its own code and the library come only where somebody uses one.
import type { startAuthentication, startRegistration } from '@simplewebauthn/browser';
import type { BodyOf } from '@videowindow/contract';
import type { passkeysApi } from '@videowindow/contract/api/keys';
import { client } from '../../../lib/server.ts';

type Made = BodyOf<(typeof passkeysApi)['POST /auth/passkeys']>['response'];
type Used = BodyOf<(typeof passkeysApi)['POST /auth/passkeys/sign-in']>['response'];
// Options are what the server's library made for the browser's; answers are checked by the contract's schema there.
type MakeOptions = Parameters<typeof startRegistration>[0]['optionsJSON'];
type UseOptions = Parameters<typeof startAuthentication>[0]['optionsJSON'];

const library = () => import('@simplewebauthn/browser');

/** Passkeys belong to a name: a page that was opened by a bare number has none. */
export const passkeysWork = (): boolean =>
  'PublicKeyCredential' in globalThis && !/^[\d.]+$|^\[/.test(location.hostname);

/** The same page under a name, where this one was opened by the machine's own number. */
export const namedAddress = (): string | null => {
  if (location.hostname !== '127.0.0.1') return null;
  const url = new URL(location.href);
  url.hostname = 'localhost';
  return url.href;
};

export async function makePasskey(name: string) {
  const { startRegistration } = await library();
  const optionsJSON = (await client.call('POST /auth/passkeys/options')) as MakeOptions;
  const response = (await startRegistration({ optionsJSON })) as Made;
  return await client.call('POST /auth/passkeys', { body: { name, response } });
}

/** @param quietly waits in the fields of the page until somebody chooses one there; null when `isWanted` says no more */
export async function signInByPasskey(quietly = false, isWanted: () => boolean = () => true) {
  const { startAuthentication } = await library();
  const optionsJSON = (await client.call('POST /auth/passkeys/sign-in/options')) as UseOptions;
  if (!isWanted()) return null;
  const response = (await startAuthentication({
    optionsJSON,
    useBrowserAutofill: quietly,
    verifyBrowserAutofillInput: false,
  })) as Used;
  return await client.call('POST /auth/passkeys/sign-in', { body: { response } });
}

export async function stepUpByPasskey() {
  const { startAuthentication } = await library();
  const optionsJSON = (await client.call('POST /auth/step-up/passkey/options')) as UseOptions;
  const response = (await startAuthentication({ optionsJSON })) as Used;
  await client.call('POST /auth/step-up/passkey', { body: { response } });
}

/** Whether the browser can offer passkeys in a field, as it offers addresses. */
export const offersInFields = async (): Promise<boolean> => {
  if (!passkeysWork()) return false;
  return await (await library()).browserSupportsWebAuthnAutofill();
};

/** The person closed the browser's own window, or another question took its place: nothing to say. */
const isTurnedBack = (error: unknown): boolean =>
  error instanceof Error && /^(NotAllowedError|AbortError)$/.test(error.name);

export const passkeySentence = (error: unknown, sentenceOf: (error: Error) => string): string | undefined => {
  if (!(error instanceof Error) || isTurnedBack(error)) return undefined;
  if (error.name === 'InvalidStateError') return 'This device has a passkey for this place already.';
  return 'code' in error && 'status' in error ? sentenceOf(error) : 'This passkey did not work here. Try another way.';
};
