// Resumable uploads by the tus 1.0 protocol: creation (with upload), resume, termination, expiration.
//
// Who may do what, size and quota are decided here, before the protocol's library sees the request; the library moves
// the bytes. What is finished stays answered: a client that lost the last answer hears that every byte is there.
import { mkdirSync } from 'node:fs';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { FileStore } from '@tus/file-store';
import { Metadata, Server, Upload } from '@tus/server';
import { type Actor, DomainError } from '@videowindow/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { assertOwnOrigin, authorize } from '#platform/http';
import { announceUpload, finishUpload, type MediaDeps } from './commands.ts';
import { abandonUpload } from './jobs.ts';
import type { MediaRecord } from './media.ts';
import * as store from './store.ts';

export type Authenticate = (headers: IncomingHttpHeaders) => Promise<{ actor: Actor }>;

const UPLOADS_PATH = '/uploads';
const VERSION = '1.0.0';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export type Uploads = ReturnType<typeof createUploads>;

export const createUploads = (deps: MediaDeps, authenticate: Authenticate) => {
  mkdirSync(deps.uploadsFolder, { recursive: true });
  // Its own expiration stays off: it would look for the file once more after the last byte, when that has moved on.
  const files = new FileStore({ directory: deps.uploadsFolder });
  /** Ids of uploads that a POST in flight was admitted for. */
  const admitted = new WeakMap<object, string>();
  const tus = new Server({
    path: UPLOADS_PATH,
    datastore: files,
    relativeLocation: true,
    maxSize: deps.bounds.fileBytes,
    allowedOrigins: [],
    namingFunction: (request) => {
      const node = request.runtime?.node?.req;
      const id = node && admitted.get(node);
      if (!id) throw new Error('an upload was created without having been admitted');
      return id;
    },
    onUploadFinish: async (_request, { id }) => {
      await finishUpload(deps, id);
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
    const length = Number(request.headers['upload-length']);
    if (!Number.isSafeInteger(length) || length < 1) {
      throw new DomainError('validation_failed', {
        fields: [{ path: 'Upload-Length', message: 'must say how many bytes will come' }],
      });
    }
    const media = await announceUpload(deps, actor, {
      purpose: 'video',
      filename: filenameOf(request.headers['upload-metadata']),
      bytes: length,
    });
    admitted.set(request.raw, media.id);
    return handle(request, reply, media);
  };

  /** What a client hears that lost the last answer: every byte is here. */
  const answerFinished = ({ bytes }: MediaRecord, reply: FastifyReply) =>
    reply
      .headers({
        'tus-resumable': VERSION,
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

    if (request.method === 'HEAD' && (await isComplete(media))) return answerFinished(media, reply);
    if (media.state !== 'uploading') throw new DomainError('invalid_transition', { from: media.state });
    if (request.method !== 'DELETE') return handle(request, reply, media);
    await abandonUpload(deps, id);
    return reply.header('tus-resumable', VERSION).code(204).send();
  };

  return {
    open,
    mount: async (app: FastifyInstance): Promise<void> => {
      const busy = new Set<IncomingMessage>();
      // In a scope of its own: its bodies are streams, which no other route wants.
      await app.register(async (scope) => {
        scope.removeAllContentTypeParsers();
        scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
        scope.addHook('onRequest', async (request) => {
          assertOwnOrigin(request.method, request.headers);
          busy.add(request.raw);
          request.raw.once('close', () => busy.delete(request.raw));
        });
        const hidden = { schema: { hide: true } };
        scope.route({ ...hidden, method: 'OPTIONS', url: UPLOADS_PATH, handler: handle });
        scope.route({ ...hidden, method: 'POST', url: UPLOADS_PATH, handler: create });
        scope.route<{ Params: { id: string } }>({
          ...hidden,
          method: ['HEAD', 'PATCH', 'DELETE'],
          url: `${UPLOADS_PATH}/:id`,
          handler: use,
        });
      });
      // An upload of hours does not hold up a restart: its client goes on from the last stored byte.
      app.addHook('preClose', async () => {
        for (const request of busy) request.destroy();
      });
    },
  };
};

const filenameOf = (metadata: string | string[] | undefined): string => {
  try {
    return (typeof metadata === 'string' && Metadata.parse(metadata).filename) || 'video';
  } catch {
    return 'video';
  }
};
