// Resumable uploads by the tus 1.0 protocol: creation (with upload), resume, termination, expiration.
//
// Who may do what, size and quota are decided here, before the protocol's library sees the request; the library moves
// the bytes. What is finished stays answered: a client that lost the last answer hears that every byte is there.
import { mkdirSync } from 'node:fs';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Metadata, Server, Upload } from '@tus/server';
import { type Actor, DomainError } from '@videowindow/contract';
import { mediaApi } from '@videowindow/contract/api/media';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Check } from 'typebox/value';
import { assertOwnOrigin, authorize } from '#platform/http';
import { announceUpload, finishUpload, type MediaDeps } from './commands.ts';
import { abandonUpload } from './jobs.ts';
import type { MediaRecord, Purpose } from './media.ts';
import * as store from './store.ts';
import { createUploadFiles } from './upload-files.ts';
import { createUploadLocker } from './upload-locks.ts';

export type Authenticate = (headers: IncomingHttpHeaders) => Promise<{ actor: Actor }>;

const UPLOADS_PATH = '/uploads';
const VERSION = '1.0.0';
const BYTES = 'application/offset+octet-stream';
/** A client that is gone without a word is not waited for: what it sent is stored, and it may come back. */
const SILENCE_MS = 60_000;
/** After the next request of an upload has come, the one before has this long to store what it received. */
const DRAIN_MS = 300;
/** What an announcement takes; its schema knows the values. */
const PURPOSE = mediaApi['POST /media/uploadSession'].body.properties.purpose;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export type Uploads = ReturnType<typeof createUploads>;

export const createUploads = (deps: MediaDeps, authenticate: Authenticate) => {
  mkdirSync(deps.uploadsFolder, { recursive: true });
  const files = createUploadFiles(deps.uploadsFolder);
  /** Ids of uploads that a POST in flight was admitted for. */
  const admitted = new WeakMap<object, string>();
  const locks = createUploadLocker(deps.database.pool);
  const tus = new Server({
    path: UPLOADS_PATH,
    datastore: files,
    locker: locks,
    lockDrainTimeout: DRAIN_MS,
    relativeLocation: true,
    maxSize: deps.bounds.fileBytes,
    allowedOrigins: [],
    namingFunction: (request) => {
      const node = request.runtime?.node?.req;
      const id = node && admitted.get(node);
      if (!id) throw new Error('an upload was created without having been admitted');
      return id;
    },
    onUploadFinish: async (request, { id }) => {
      await finishUpload(deps, id);
      request.runtime?.node?.res?.removeHeader('upload-expires');
      return {};
    },
    onResponseError: (_request, error) => {
      if (error instanceof Error) deps.log.warn({ err: error }, 'an upload request failed');
      return undefined;
    },
  });

  /** The upload's address, made ready for bytes. */
  const open = async (media: MediaRecord): Promise<string> => {
    await files.create(
      new Upload({ id: media.id, size: media.bytes, offset: 0, metadata: { filename: media.filename } }),
    );
    return `${UPLOADS_PATH}/${media.id}`;
  };

  const handle = (request: FastifyRequest, reply: FastifyReply, media?: MediaRecord) => {
    reply.hijack();
    if (media) reply.header('upload-expires', media.expiresAt.toUTCString());
    // Hijacked: what the server's hooks set on the reply has to be carried over.
    for (const [name, value] of Object.entries(reply.getHeaders()))
      if (value !== undefined) reply.raw.setHeader(name, value);
    return tus.handle(request.raw, reply.raw);
  };

  const create = async (request: FastifyRequest, reply: FastifyReply) => {
    const { actor } = await authenticate(request.headers);
    const media = await announceUpload(deps, actor, readCreation(request.headers));
    admitted.set(request.raw, media.id);
    return handle(request, reply, media);
  };

  /** What a client hears that lost the last answer: every byte is here. */
  const answerFinished = ({ bytes }: MediaRecord, reply: FastifyReply) =>
    reply
      .headers({
        'cache-control': 'no-store',
        'upload-offset': bytes,
        'upload-length': bytes,
      })
      .code(200)
      .send();

  /** The server may have been killed between the last byte and the row that says so: that is made good here. */
  const isComplete = async (media: MediaRecord): Promise<boolean> => {
    if (media.state !== 'uploading') return true;
    const { offset } = await files.getUpload(media.id).catch(() => ({ offset: 0 }));
    if (offset !== media.bytes) return false;
    await finishUpload(deps, media.id);
    return true;
  };

  const use = async (request: FastifyRequest<{ Params: { id: string } }>, reply: FastifyReply) => {
    const { id } = request.params;
    const { actor } = await authenticate(request.headers);
    const media = UUID.test(id) ? await store.mediaById(deps.database.db, id) : null;
    if (media === null) throw new DomainError('not_found');
    authorize(actor, 'media.edit', media);

    if (media.state === 'deleting' || media.sourceUrl !== null) throw new DomainError('not_found');
    const { method } = request.raw;
    if (method === 'PATCH') assertBytes(request.headers);
    if (method === 'HEAD' && (await isComplete(media))) return answerFinished(media, reply);
    if (media.state !== 'uploading') throw new DomainError('invalid_transition', { from: media.state });
    if (media.expiresAt <= (await deps.database.now(deps.database.db))) throw new DomainError('not_found');
    return method === 'DELETE' ? terminate(id, reply) : handle(request, reply, media);
  };

  /** Whoever is sending it stores what has come and stops; then it is taken away. */
  const terminate = async (id: string, reply: FastifyReply) => {
    const lock = locks.newLock(id);
    await lock.lock(AbortSignal.timeout(SILENCE_MS), () => {});
    try {
      await abandonUpload(deps, id);
    } finally {
      await lock.unlock();
    }
    return reply.code(204).send();
  };

  /** Clients that cannot send PATCH or DELETE say POST and name what they mean. */
  const useByPost = (request: FastifyRequest<{ Params: { id: string } }>, reply: FastifyReply) => {
    const meant = String(request.headers['x-http-method-override']).toUpperCase();
    if (meant !== 'PATCH' && meant !== 'DELETE' && meant !== 'HEAD') throw new DomainError('method_not_allowed');
    request.raw.method = meant;
    return use(request, reply);
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
        const hidden = { schema: { hide: true } };
        for (const url of [UPLOADS_PATH, `${UPLOADS_PATH}/:id`])
          scope.route({ ...hidden, method: 'OPTIONS', url, handler: (request, reply) => handle(request, reply) });
        scope.route({ ...hidden, method: 'POST', url: UPLOADS_PATH, handler: create });
        scope.route<{ Params: { id: string } }>({
          ...hidden,
          method: ['HEAD', 'PATCH', 'DELETE'],
          url: `${UPLOADS_PATH}/:id`,
          handler: use,
        });
        scope.route<{ Params: { id: string } }>({
          ...hidden,
          method: 'POST',
          url: `${UPLOADS_PATH}/:id`,
          handler: useByPost,
        });
      });
      // An upload of hours does not hold up a restart: its client goes on from the last stored byte.
      app.addHook('preClose', async () => {
        for (const request of busy) request.destroy();
      });
    },
  };
};

/** Notes that a request is under way, and lets Node end it when nothing has come for a while. */
const watch = (request: IncomingMessage, busy: Set<IncomingMessage>): void => {
  busy.add(request);
  request.setTimeout(SILENCE_MS).once('close', () => busy.delete(request));
};

/** @throws DomainError unsupported_media_type, validation_failed */
const assertBytes = (headers: IncomingHttpHeaders): void => {
  if (headers['content-type'] !== BYTES) throw new DomainError('unsupported_media_type', { expected: BYTES });
  if (!/^\d+$/.test(String(headers['upload-offset'])))
    throw new DomainError('validation_failed', {
      fields: [{ path: 'Upload-Offset', message: 'must say where the bytes begin' }],
    });
};

/**
 * What a creation asks for: `Upload-Length`, and in `Upload-Metadata` a `filename` and a `purpose` (video when it says
 * none). All that can be wrong is found here, before the upload is announced.
 */
const readCreation = (headers: IncomingHttpHeaders): { purpose: Purpose; filename: string; bytes: number } => {
  const refuse = (path: string, message: string): never => {
    throw new DomainError('validation_failed', { fields: [{ path, message }] });
  };
  const bytes = Number(headers['upload-length']);
  if (!Number.isSafeInteger(bytes) || bytes < 1) refuse('Upload-Length', 'must say how many bytes will come');
  if (headers['upload-concat'] !== undefined) refuse('Upload-Concat', 'is not taken here');
  if (headers['content-type'] === BYTES && Number(headers['content-length'] ?? 0) > bytes)
    throw new DomainError('payload_too_large');
  const { filename, name, purpose = 'video' } = readMetadata(headers['upload-metadata'], refuse);
  if (!Check(PURPOSE, purpose)) return refuse('Upload-Metadata', 'names a purpose that is not taken');
  return { purpose, filename: filename || name || purpose, bytes };
};

const readMetadata = (
  header: string | string[] | undefined,
  refuse: (path: string, message: string) => never,
): Record<string, string | null> => {
  if (header === undefined || header === '') return {};
  try {
    return Metadata.parse(String(header)) ?? {};
  } catch {
    return refuse('Upload-Metadata', 'must be pairs of a key and a value in base64');
  }
};
