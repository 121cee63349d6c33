// Resumable uploads by the tus 1.0 protocol: creation (with upload), resume, termination, expiration.
//
// Who may do what, size and quota are decided before a byte is read. What is finished stays answered: a client that lost
// the last answer hears that every byte is there.
import { mkdirSync } from 'node:fs';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { type Action, type Actor, DomainError } from '@videowindow/contract';
import { mediaApi } from '@videowindow/contract/api/media';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Check } from 'typebox/value';
import { assertOwnOrigin, authorize } from '#platform/http';
import { announceUpload, finishUpload, type MediaDeps, uploadPath } from './commands.ts';
import { abandonUpload } from './jobs.ts';
import type { MediaRecord, Purpose } from './media.ts';
import * as store from './store.ts';
import { ConnectionGone, createUploadFile, storeBody, storedBytes, uploadMetadata } from './upload-files.ts';
import { createUploadLocks } from './upload-locks.ts';
import { readMetadata } from './upload-metadata.ts';

export type Authenticate = (headers: IncomingHttpHeaders) => Promise<{ actor: Actor }>;
/** Who sends, by a session or by a key of theirs that may do so. @throws DomainError key_invalid, scope_missing */
export type AuthenticateUpload = (
  headers: IncomingHttpHeaders,
  action: Action,
  isRead: boolean,
) => Promise<{ actor: Actor }>;

const UPLOADS_PATH = '/uploads';
const VERSION = '1.0.0';
const EXTENSIONS = 'creation,creation-with-upload,termination,expiration';
const BYTES = 'application/offset+octet-stream';
/** A client that is gone without a word is not waited for: what it sent is stored, and it may come back. */
const SILENCE_MS = 60_000;
/** After the next request of an upload has come, the one before has this long to store what it received. */
const DRAIN_MS = 300;
/** What an announcement takes; its schema knows the values. */
const PURPOSE = mediaApi['POST /media/uploadSession'].body.properties.purpose;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

type OneUpload = { Params: { id: string } };

export type Uploads = ReturnType<typeof createUploads>;

export const createUploads = (deps: MediaDeps, authenticate: AuthenticateUpload) => {
  mkdirSync(deps.uploadsFolder, { recursive: true });
  const locks = createUploadLocks(deps.database.pool);

  /** The upload's address, made ready for bytes. */
  const open = async (media: MediaRecord, metadata = ''): Promise<string> => {
    await createUploadFile(uploadPath(deps, media.id), metadata);
    return `${UPLOADS_PATH}/${media.id}`;
  };

  /** Stores a body and answers with where the upload stands then. Its last byte begins the work on it. */
  const receive = async (request: FastifyRequest, reply: FastifyReply, media: MediaRecord, offset: number) => {
    const length = Number(request.headers['content-length'] ?? 0);
    if (offset + length > media.bytes) throw new DomainError('payload_too_large');
    const letGo = () => void setTimeout(() => request.raw.destroy(), DRAIN_MS);
    const after = await locks.hold(media.id, letGo, async () => {
      const path = uploadPath(deps, media.id);
      const stored = await storedBytes(path);
      if (stored === null) throw new DomainError('not_found');
      if (stored !== offset) throw new DomainError('upload_offset_wrong', { offset: stored });
      return await storeBody(request.raw, path, offset, media.bytes - offset);
    });
    reply.header('upload-offset', after);
    if (after === media.bytes) await finishUpload(deps, media.id);
    else reply.header('upload-expires', media.expiresAt.toUTCString());
  };

  const create = async (request: FastifyRequest, reply: FastifyReply) => {
    const { actor } = await authenticate(request.headers, 'media.upload', false);
    const { metadata, ...announcement } = readCreation(request.headers);
    const media = await announceUpload(deps, actor, announcement);
    reply.code(201).headers({ location: await open(media, metadata), 'upload-expires': media.expiresAt.toUTCString() });
    if (request.headers['content-type'] === BYTES) await receive(request, reply, media, 0);
    return reply.send();
  };

  /** The server may have been killed between the last byte and the row that says so: that is made good here. */
  const answerHead = async (reply: FastifyReply, media: MediaRecord) => {
    const { id, bytes, state, expiresAt } = media;
    const path = uploadPath(deps, id);
    const offset =
      state === 'uploading'
        ? await locks.hold(
            id,
            () => {},
            () => storedBytes(path),
          )
        : bytes;
    if (offset === null) throw new DomainError('not_found');
    if (offset === bytes && state === 'uploading') await finishUpload(deps, id);
    if (offset < bytes) await assertAlive(media);
    if (offset < bytes) reply.header('upload-expires', expiresAt.toUTCString());
    const metadata = await uploadMetadata(path);
    if (metadata !== '') reply.header('upload-metadata', metadata);
    return reply
      .headers({ 'cache-control': 'no-store', 'upload-offset': offset, 'upload-length': bytes })
      .code(200)
      .send();
  };

  const assertAlive = async ({ state, expiresAt }: MediaRecord) => {
    if (state !== 'uploading') throw new DomainError('invalid_transition', { from: state });
    if (expiresAt <= (await deps.database.now(deps.database.db))) throw new DomainError('not_found');
  };

  /** What was not taken away had gone before, or its last byte had come meanwhile. */
  const cameTooLate = async (id: string): Promise<DomainError> => {
    const media = await store.mediaById(deps.database.db, id);
    return media ? new DomainError('invalid_transition', { from: media.state }) : new DomainError('not_found');
  };

  const use = async (request: FastifyRequest<OneUpload>, reply: FastifyReply, method: string) => {
    const { id } = request.params;
    const { actor } = await authenticate(request.headers, 'media.edit', method === 'HEAD');
    const media = UUID.test(id) ? await store.mediaById(deps.database.db, id) : null;
    if (media === null) throw new DomainError('not_found');
    authorize(actor, 'media.edit', media);
    // What is imported comes from elsewhere, by a job.
    if (media.state === 'deleting' || media.sourceUrl !== null) throw new DomainError('not_found');
    if (method === 'HEAD') return answerHead(reply, media);
    if (method === 'PATCH') {
      const offset = readOffset(request.headers);
      await assertAlive(media);
      await receive(request, reply, media, offset);
    } else {
      await assertAlive(media);
      // Whoever is sending it stores what has come and stops; then it is taken away.
      const abandoned = await locks.hold(
        id,
        () => {},
        () => abandonUpload(deps, id),
      );
      if (!abandoned) throw await cameTooLate(id);
    }
    return reply.code(204).send();
  };

  /** Clients that cannot send PATCH or DELETE say POST and name what they mean. */
  const useByPost = (request: FastifyRequest<OneUpload>, reply: FastifyReply) => {
    const meant = String(request.headers['x-http-method-override']).toUpperCase();
    if (meant !== 'PATCH' && meant !== 'DELETE' && meant !== 'HEAD') throw new DomainError('method_not_allowed');
    return use(request, reply, meant);
  };

  return {
    open,
    mount: async (app: FastifyInstance): Promise<void> => {
      const busy = new Set<IncomingMessage>();
      // In a scope of its own: its bodies are streams, which no other route wants.
      await app.register(async (scope) => {
        scope.removeAllContentTypeParsers();
        scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
        scope.addHook('onRequest', async (request, reply) => {
          assertOwnOrigin(request.method, request.headers);
          reply.header('tus-resumable', VERSION);
          if (request.method !== 'OPTIONS' && request.headers['tus-resumable'] !== VERSION) {
            reply.header('tus-version', VERSION);
            throw new DomainError('tus_version_unsupported');
          }
          watch(request.raw, busy);
        });
        scope.setErrorHandler((error, _request, reply) => {
          if (!(error instanceof ConnectionGone)) throw error;
          reply.hijack(); // there is nobody to answer
        });
        const hidden = { schema: { hide: true } };
        for (const url of [UPLOADS_PATH, `${UPLOADS_PATH}/:id`])
          scope.route({ ...hidden, method: 'OPTIONS', url, handler: async (_request, reply) => describe(deps, reply) });
        scope.route({ ...hidden, method: 'POST', url: UPLOADS_PATH, handler: create });
        scope.route<OneUpload>({
          ...hidden,
          method: ['HEAD', 'PATCH', 'DELETE'],
          url: `${UPLOADS_PATH}/:id`,
          handler: (request, reply) => use(request, reply, request.method),
        });
        scope.route<OneUpload>({ ...hidden, method: 'POST', url: `${UPLOADS_PATH}/:id`, handler: useByPost });
      });
      // An upload of hours does not hold up a restart: its client goes on from the last stored byte.
      app.addHook('preClose', async () => {
        for (const request of busy) request.destroy();
      });
    },
  };
};

/** What is spoken here. */
const describe = ({ bounds }: MediaDeps, reply: FastifyReply) =>
  reply
    .headers({ 'tus-version': VERSION, 'tus-extension': EXTENSIONS, 'tus-max-size': bounds.fileBytes })
    .code(204)
    .send();

/** Notes that a request is under way, and lets Node end it when nothing has come for a while. */
const watch = (request: IncomingMessage, busy: Set<IncomingMessage>): void => {
  busy.add(request);
  request.setTimeout(SILENCE_MS).once('close', () => busy.delete(request));
};

const refuse = (path: string, message: string): never => {
  throw new DomainError('validation_failed', { fields: [{ path, message }] });
};

/** Where the bytes of a PATCH begin. @throws DomainError unsupported_media_type, validation_failed */
const readOffset = (headers: IncomingHttpHeaders): number => {
  if (headers['content-type'] !== BYTES) throw new DomainError('unsupported_media_type', { expected: BYTES });
  const text = String(headers['upload-offset']);
  return /^\d{1,15}$/.test(text) ? Number(text) : refuse('Upload-Offset', 'must say where the bytes begin');
};

/**
 * What a creation asks for: `Upload-Length`, and in `Upload-Metadata` a `filename` and a `purpose` (video when it says
 * none). All that can be wrong is found here, before the upload is announced.
 */
const readCreation = (
  headers: IncomingHttpHeaders,
): { purpose: Purpose; filename: string; bytes: number; metadata: string } => {
  const bytes = Number(headers['upload-length']);
  if (!Number.isSafeInteger(bytes) || bytes < 1) refuse('Upload-Length', 'must say how many bytes will come');
  if (headers['upload-concat'] !== undefined) refuse('Upload-Concat', 'is not taken here');
  if (headers['content-type'] === BYTES && Number(headers['content-length'] ?? 0) > bytes)
    throw new DomainError('payload_too_large');
  const metadata = String(headers['upload-metadata'] ?? '');
  const pairs = readMetadata(metadata);
  if (pairs === null) return refuse('Upload-Metadata', 'must be pairs of a key and a value in base64');
  const purpose = pairs.get('purpose') ?? 'video';
  if (!Check(PURPOSE, purpose)) return refuse('Upload-Metadata', 'names a purpose that is not taken');
  return { purpose, filename: pairs.get('filename') || pairs.get('name') || purpose, bytes, metadata };
};
