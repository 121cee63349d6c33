// Who may watch, and the grant that says so.
import { DomainError } from '@videowindow/contract';
import type { ImageView, MediaView } from '@videowindow/contract/api/media';
import type { RequestContext } from '#platform/http';
import type { CloudFront } from './cloudfront.ts';
import type { MediaDeps } from './commands.ts';
import { cookieOf, type Grant, issueGrant, type Scope, scopeOf, viewerHash, viewersOf } from './grants.ts';
import { imageOf, viewOf } from './queries.ts';
import * as store from './store.ts';
import { mayWatch } from './visibility.ts';

export type Granting = Pick<MediaDeps, 'database' | 'keyring'> & {
  https: boolean;
  /** null where no CloudFront stands in front. */
  cloudFront: CloudFront | null;
};

/** Gives the caller's browser the cookie of a scope. @returns the grant, for the `/v/{grant}` form. */
export const grant = (
  deps: Granting,
  scope: Scope,
  context: Pick<RequestContext, 'request' | 'reply' | 'visitorId'>,
): Grant => {
  const [viewer = viewerHash(context.visitorId)] = viewersOf(context.request.cookies);
  const given = issueGrant(deps.keyring, scope, viewer, deps.database.clock());
  setGrantCookies(deps, context.reply, scope, given);
  return given;
};

export const setGrantCookies = (
  { https, cloudFront }: Pick<Granting, 'https' | 'cloudFront'>,
  reply: RequestContext['reply'],
  scope: Scope,
  { text, expiresAt }: Grant,
): void => {
  const { name, path } = cookieOf(scope);
  const forThisPath = { path, httpOnly: true, sameSite: 'lax', secure: https, expires: expiresAt } as const;
  reply.setCookie(name, text, forThisPath);
  for (const cookie of cloudFront?.cookiesFor(path, expiresAt) ?? [])
    reply.setCookie(cookie.name, cookie.value, forThisPath);
};

/** @throws DomainError not_found to those who may not know of it, media_not_ready to its owner. */
export const playback = async (
  deps: MediaDeps & Granting,
  id: string,
  context: RequestContext,
): Promise<{ media: MediaView; expiresAt: string; tokenPrefix: string }> => {
  const media = await store.mediaById(deps.database.db, id);
  if (media === null || !(await mayWatch(deps, context.actor, media))) throw new DomainError('not_found');
  const view = viewOf(media);
  if (view === null) throw new DomainError('media_not_ready', { state: media.state });
  const given = grant(deps, scopeOf(media.class, media.id, media.version), context);
  return { media: view, expiresAt: given.expiresAt.toISOString(), tokenPrefix: `/v/${given.text}` };
};

/** The same for a picture. @throws DomainError not_found, media_not_ready */
export const seePicture = async (
  deps: MediaDeps & Granting,
  id: string,
  context: RequestContext,
): Promise<{ image: ImageView; expiresAt: string; tokenPrefix: string }> => {
  const media = await store.mediaById(deps.database.db, id);
  if (media === null || !(await mayWatch(deps, context.actor, media))) throw new DomainError('not_found');
  if (media.purpose !== 'image') throw new DomainError('not_found');
  const image = imageOf(media);
  if (image === null) throw new DomainError('media_not_ready', { state: media.state });
  const given = grant(deps, scopeOf(media.class, media.id, media.version), context);
  return { image, expiresAt: given.expiresAt.toISOString(), tokenPrefix: `/v/${given.text}` };
};

/** Pictures that the caller has been let in to see by another room, each with its grant. Those not ready are left out. */
export const seePictures = async (
  deps: MediaDeps & Granting,
  ids: readonly string[],
  context: Pick<RequestContext, 'request' | 'reply' | 'visitorId'>,
): Promise<Map<string, ImageView>> => {
  const seen = new Map<string, ImageView>();
  for (const media of await store.mediaByIds(deps.database.db, [...new Set(ids)])) {
    const image = imageOf(media);
    if (image === null) continue;
    grant(deps, scopeOf(media.class, media.id, media.version), context);
    seen.set(media.id, image);
  }
  return seen;
};
