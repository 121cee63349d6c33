// Playback grants: a short signed text that says what may be played, by whom and until when. Checked without a look-up.
//
// As a cookie it is scoped to the path it opens and good only beside the session (or visitor) it was given to. In the
// path (`/v/{grant}/…`) it serves players without cookies; where cookies do come along, they have to be the same ones.
import type { Keyring } from '#platform/crypto';
import { sha256 } from '#platform/crypto';
import { type MediaClass, versionUrl } from './media.ts';

/** All that is public is one scope; what is private is opened version by version. */
export type Scope = { class: 'public' } | { class: 'private'; id: string; version: number };

export type Grant = { text: string; expiresAt: Date };

const LIFE_S = 600;
/** Renewed when less than this is left. */
const RENEW_BELOW_S = 300;
/** A private clip is asked for anew after this long; somebody may have lost the right to it. */
const RENEW_FOR_S = 4 * 3600;
const PURPOSE = 'playback';
/** Most binding first; over https they belong to this very host. */
const VIEWER_COOKIES = ['__Host-vw_session', 'vw_session', '__Host-vw_visitor', 'vw_visitor'];

export const scopeOf = (mediaClass: MediaClass, id: string, version: number): Scope =>
  mediaClass === 'public' ? { class: 'public' } : { class: 'private', id, version };

/** The cookie of a scope: its name and the path it is sent for. */
export const cookieOf = (scope: Scope): { name: string; path: string } =>
  scope.class === 'public'
    ? { name: 'vw_play', path: '/media/public/' }
    : { name: `vw_play_${scope.id.replaceAll('-', '')}`, path: `${versionUrl(scope.id, 'private', scope.version)}/` };

/** Hashes of who may be asking, most binding first: the session, then this browser. */
export const viewersOf = (cookies: Readonly<Record<string, string | undefined>>): string[] =>
  VIEWER_COOKIES.flatMap((name) => {
    const value = cookies[name];
    return value ? [viewerHash(value)] : [];
  });

export const viewerHash = (secret: string): string => sha256(secret).slice(0, 16);

export const issueGrant = (
  keyring: Keyring,
  scope: Scope,
  viewer: string,
  now: Date,
  startedS = seconds(now),
): Grant => {
  const expires = seconds(now) + LIFE_S;
  const claims = `${expires.toString(36)}.${startedS.toString(36)}.${viewer}`;
  return {
    text: `${claims}.${keyring.sign(PURPOSE, `${scopeText(scope)} ${claims}`)}`,
    expiresAt: new Date(expires * 1000),
  };
};

export type Checked = { ok: false } | { ok: true; renewed: Grant | null };

/**
 * Whether a grant opens a scope for one of these viewers now. `binding` says whether there has to be one (cookie), or
 * whether none is fine too (in the path). A cookie that is half used up comes with its successor.
 */
export const checkGrant = (
  keyring: Keyring,
  text: string | undefined,
  scope: Scope,
  viewers: readonly string[],
  binding: 'cookie' | 'path',
  now: Date,
): Checked => {
  const [expiresText = '', startedText = '', viewer = '', signature = '', ...rest] = text?.split('.') ?? [];
  if (signature === '' || rest.length > 0) return { ok: false };
  if (!keyring.verify(PURPOSE, `${scopeText(scope)} ${expiresText}.${startedText}.${viewer}`, signature))
    return { ok: false };
  const left = Number.parseInt(expiresText, 36) - seconds(now);
  if (left <= 0) return { ok: false };
  const known = viewers.includes(viewer) || (binding === 'path' && viewers.length === 0);
  if (!known) return { ok: false };
  const started = Number.parseInt(startedText, 36);
  const renewable = scope.class === 'public' || seconds(now) - started < RENEW_FOR_S;
  const renewed =
    binding === 'cookie' && left < RENEW_BELOW_S && renewable ? issueGrant(keyring, scope, viewer, now, started) : null;
  return { ok: true, renewed };
};

const seconds = (at: Date): number => Math.floor(at.getTime() / 1000);
const scopeText = (scope: Scope): string =>
  scope.class === 'public' ? 'public' : `private ${scope.id} ${scope.version}`;
