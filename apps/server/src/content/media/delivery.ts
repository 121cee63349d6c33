// The bytes: granted files of a version, and the original for its owner. No database on the way of a segment.
import { DomainError } from '@videowindow/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { authorize } from '#platform/http';
import type { ObjectStat } from '#platform/storage';
import { ORIGIN_HEADER } from './cloudfront.ts';
import type { MediaDeps } from './commands.ts';
import type { Egress } from './egress.ts';
import { checkGrant, cookieOf, scopeOf, viewersOf } from './grants.ts';
import { createHotObjects, type HotObjects } from './hot-objects.ts';
import { type MediaClass, originalKey, versionPrefix } from './media.ts';
import { type Granting, setGrantCookies } from './playback.ts';
import * as store from './store.ts';
import type { Authenticate } from './uploads.ts';

export type DeliveryDeps = MediaDeps &
  Granting & {
    authenticate: Authenticate;
    egress: Egress;
    /** The origin that is for files alone; null where they come from ours. */
    filesUrl: string | null;
  };

/** Everything that a package may hold; nothing else is ever looked for. */
const FILE =
  /^(?:(?:live-|av1-)?master\.m3u8|(?:[av]\d{2,4}|audio)\/(?:(?:index|live)\.m3u8|init\.mp4|\d{4,6}\.m4s)|mp4\/v\d{2,4}\.mp4|poster\.jpg|sprite-\d{4}\.jpg|storyboard\.vtt|preview\.webp|thumb-\d{2,4}\.(?:avif|webp)|image-\d{1,4}\.(?:avif|webp|jpg)|captions\/[a-z]{2,3}[A-Za-z0-9-]{0,33}-\d{1,10}\.vtt)$/;
/** Lists that we write; no word in them is anybody's. They stay on our own name, where cookies say who may. */
const LIST = /\.m3u8$/;
const LIVE = /(?:^|\/)live[^/]*\.m3u8$/;
const STILL = /^(?:poster|thumb|image)/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const TYPES: Readonly<Record<string, string>> = {
  m3u8: 'application/vnd.apple.mpegurl',
  m4s: 'video/iso.segment',
  mp4: 'video/mp4',
  jpg: 'image/jpeg',
  avif: 'image/avif',
  webp: 'image/webp',
  vtt: 'text/vtt; charset=utf-8',
};
const YEAR_S = 31_536_000;
const FROM_ANYWHERE = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'accept-ranges, content-length, content-range, etag',
  'cross-origin-resource-policy': 'cross-origin',
};

type FileParams = { grant?: string; class: string; id: string; version: string; '*': string };

type DeliveryParts = DeliveryDeps & { hot: HotObjects };

export const mountDelivery = (app: FastifyInstance, given: DeliveryDeps): void => {
  const deps = { ...given, hot: createHotObjects(given.storage) };
  const options = { schema: { hide: true } };
  given.egress.mount(app);
  const methods = ['GET', 'HEAD'];
  for (const url of ['/media/:class/:id/:version/*', '/v/:grant/media/:class/:id/:version/*']) {
    app.route<{ Params: FileParams }>({
      ...options,
      method: methods,
      url,
      handler: (request, reply) => sendFile(deps, request, reply),
    });
  }
  app.route<{ Params: { id: string } }>({
    ...options,
    method: methods,
    url: '/media/original/:id',
    handler: (request, reply) => sendOriginal(deps, request, reply),
  });
};

/** 403 for every kind of missing grant, whether there is such a file or not; 404 only to those who may know. */
const sendFile = async (deps: DeliveryParts, request: FastifyRequest<{ Params: FileParams }>, reply: FastifyReply) => {
  const { grant, class: mediaClass, id, version: versionText, '*': file } = request.params;
  const version = Number(versionText);
  const wellFormed = isClass(mediaClass) && UUID.test(id) && /^[1-9]\d{0,8}$/.test(versionText) && FILE.test(file);
  if (!wellFormed) throw new DomainError('not_found');

  const scope = scopeOf(mediaClass, id, version);
  const isApart = deps.filesUrl !== null && request.headers.host?.toLowerCase() === new URL(deps.filesUrl).host;
  // For players that are no page of ours: embeds, screens, apps.
  if (grant !== undefined || isApart) reply.headers(FROM_ANYWHERE);
  const isChecked = deps.cloudFront?.isOrigin(request.headers[ORIGIN_HEADER]) === true;
  let isPrivateAnswer = mediaClass === 'private' && !isChecked;
  let text = grant;
  // A public clip's stills are what a shared link shows to programs that carry no cookies.
  if (!isChecked && !(mediaClass === 'public' && STILL.test(file))) {
    text = grant ?? request.cookies[cookieOf(scope).name];
    const checked = checkGrant(
      deps.keyring,
      text,
      scope,
      viewersOf(request.cookies),
      grant === undefined ? 'cookie' : 'path',
      deps.database.clock(),
    );
    if (!checked.ok) throw new DomainError('playback_denied');
    if (checked.renewed) {
      setGrantCookies(deps, reply, scope, checked.renewed);
      isPrivateAnswer = true; // no shared cache may keep somebody's cookie
      text = checked.renewed.text;
    }
  }
  if (deps.filesUrl !== null && !isApart && !LIST.test(file)) {
    // The grant goes along in the path: cookies of ours do not come there, and nothing that runs there comes here.
    const path = `/media/${mediaClass}/${id}/${version}/${file}`;
    return reply
      .header('cache-control', 'private, no-store')
      .redirect(`${deps.filesUrl}${text === undefined ? '' : `/v/${text}`}${path}`, 307);
  }
  const key = `${versionPrefix(id, mediaClass, version)}/${file}`;
  const found = await deps.storage.stat(key);
  if (found === null) throw new DomainError('not_found');
  // The live lists grow while the clip is made.
  const keep = LIVE.test(file) ? 'no-cache' : `max-age=${YEAR_S}, immutable`;
  reply.header('cache-control', `${isPrivateAnswer ? 'private' : 'public'}, ${keep}`);
  reply.type(TYPES[file.slice(file.lastIndexOf('.') + 1)] ?? 'application/octet-stream');
  return sendObject(deps, key, found, request, reply);
};

const sendOriginal = async (
  deps: DeliveryParts,
  request: FastifyRequest<{ Params: { id: string } }>,
  reply: FastifyReply,
) => {
  const { actor } = await deps.authenticate(request.headers);
  const media = UUID.test(request.params.id) ? await store.mediaById(deps.database.db, request.params.id) : null;
  if (media === null) throw new DomainError('not_found');
  authorize(actor, 'media.edit', media);
  const key = originalKey(media.id);
  const found = await deps.storage.stat(key);
  if (found === null) throw new DomainError('not_found');
  reply.header('cache-control', 'private, no-store');
  // RFC 6266 with RFC 8187's form: a name of any letters; the browser saves it and never shows it as a page.
  const name = encodeURIComponent(media.filename).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
  reply.header('content-disposition', `attachment; filename="original"; filename*=UTF-8''${name}`);
  reply.type('application/octet-stream');
  return sendObject(deps, key, found, request, reply);
};

/** What people sent, opened as a page of its own, may do nothing: no script, no form, no word with our pages. */
const FILE_POLICY = "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'";

/** Validators and one range, as RFC 9110 13 and 14 have them. */
const sendObject = async (
  deps: DeliveryParts,
  key: string,
  found: ObjectStat,
  request: FastifyRequest,
  reply: FastifyReply,
) => {
  const etag = `"${found.bytes.toString(36)}-${Math.floor(found.modifiedAt.getTime()).toString(36)}"`;
  reply.header('etag', etag).header('accept-ranges', 'bytes').header('content-security-policy', FILE_POLICY);
  const known = request.headers['if-none-match'];
  if (known === '*' || known?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag))
    return reply.code(304).send();

  // Ranges are for GET alone (RFC 9110 14.2).
  const ifRange = request.headers['if-range'];
  const wanted = request.method === 'GET' && (ifRange === undefined || ifRange === etag);
  const range = wanted ? parseRange(request.headers.range, found.bytes) : undefined;
  if (range === 'unsatisfiable') return reply.code(416).header('content-range', `bytes */${found.bytes}`).send();
  const { start, end } = range ?? { start: 0, end: found.bytes - 1 };
  const body = request.method === 'HEAD' ? null : await readObject(deps, key, found, { start, end });
  if (range) reply.code(206).header('content-range', `bytes ${start}-${end}/${found.bytes}`);
  reply.header('content-length', end - start + 1);
  if (body !== null) deps.egress.watch(reply, end - start + 1);
  return reply.send(body);
};

/** @throws DomainError not_found, when a change of the clip has just taken its files away */
const readObject = async (
  { storage, hot }: Pick<DeliveryParts, 'storage' | 'hot'>,
  key: string,
  found: ObjectStat,
  range: { start: number; end: number },
) => {
  try {
    const whole = await hot.read(key, found);
    return whole ? whole.subarray(range.start, range.end + 1) : await storage.read(key, range);
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? new DomainError('not_found') : error;
  }
};

/** One range or none; several at once are answered with the whole, as RFC 9110 14.2 allows. */
const parseRange = (
  header: string | undefined,
  bytes: number,
): { start: number; end: number } | 'unsatisfiable' | undefined => {
  const match = /^bytes=(\d*)-(\d*)$/i.exec(header ?? '');
  const [, from = '', to = ''] = match ?? [];
  if (!match || (from === '' && to === '')) return undefined;
  const start = from === '' ? Math.max(0, bytes - Number(to)) : Number(from);
  const end = from === '' || to === '' ? bytes - 1 : Math.min(Number(to), bytes - 1);
  if (start >= bytes || (from === '' && Number(to) === 0)) return 'unsatisfiable';
  return start > end ? undefined : { start, end };
};

/** Whether a path is one of those that the origin for files has. */
export const isFilePath = (path: string): boolean => /^\/(?:v\/[^/]+\/)?media\/(?:public|private)\//.test(path);

const isClass = (text: string): text is MediaClass => text === 'public' || text === 'private';
