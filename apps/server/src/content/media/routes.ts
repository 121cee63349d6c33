// /media
import { mediaApi } from '@videowindow/contract/api/media';
import { implement, personId } from '#platform/http';
import { listCaptions, removeCaptions, saveCaptions } from './captions.ts';
import { saveChapters } from './chapters.ts';
import { announceUpload, deleteMedia, retryProcessing } from './commands.ts';
import { cancelProcessing, editMedia } from './edits.ts';
import { type ImportDeps, importMedia } from './import.ts';
import { cancelForOwner, listManaged, type ManageDeps, retryForOwner } from './manage.ts';
import { type Granting, playback, seePicture } from './playback.ts';
import { listMedia, ownerView, quotaOf, readMedia } from './queries.ts';
import type { Uploads } from './uploads.ts';
import { changeVisibility } from './visibility.ts';

export const mediaRoutes = (deps: ImportDeps & Granting & ManageDeps, uploads: Uploads) =>
  implement(mediaApi, {
    'POST /media/uploadSession': async ({ body, context }) => {
      const media = await announceUpload(deps, context.actor, body);
      return { mediaId: media.id, uploadUrl: await uploads.open(media), expiresAt: media.expiresAt.toISOString() };
    },
    'POST /media/import': async ({ body, context }) => ownerView(deps, await importMedia(deps, context.actor, body)),
    'GET /media': ({ query, context }) => listMedia(deps, personId(context.actor), query),
    'GET /media/quota': ({ context }) => quotaOf(deps, personId(context.actor)),
    'GET /media/:id': ({ params, context }) => readMedia(deps, context.actor, params.id),
    'GET /media/:id/playback': ({ params, context }) => playback(deps, params.id, context),
    'GET /media/:id/image': ({ params, context }) => seePicture(deps, params.id, context),
    'POST /media/:id/retry': async ({ params, context }) =>
      ownerView(deps, await retryProcessing(deps, context.actor, params.id)),
    'POST /media/:id/cancel': async ({ params, context }) =>
      ownerView(deps, await cancelProcessing(deps, context.actor, params.id)),
    'POST /media/:id/edit': async ({ params, body, context }) =>
      ownerView(deps, await editMedia(deps, context.actor, params.id, body)),
    'PUT /media/:id/visibility': async ({ params, body, context }) =>
      ownerView(deps, await changeVisibility(deps, context.actor, params.id, body.visibility)),
    'PUT /media/:id/chapters': async ({ params, body, context }) =>
      ownerView(deps, await saveChapters(deps, context.actor, params.id, body)),
    'GET /media/:id/captions': async ({ params, context }) => ({
      captions: await listCaptions(deps, context.actor, params.id),
    }),
    'PUT /media/:id/captions/:language': ({ params, body, context }) =>
      saveCaptions(deps, context.actor, params.id, params.language, body),
    'DELETE /media/:id/captions/:language': ({ params, context }) =>
      removeCaptions(deps, context.actor, params.id, params.language),
    'DELETE /media/:id': async ({ params, context }) => {
      await deleteMedia(deps, context.actor, params.id);
      return { state: 'deleting' as const };
    },
    'GET /admin/media': ({ query, context }) => listManaged(deps, context.actor, query),
    'POST /admin/media/:id/retry': ({ params, context }) => retryForOwner(deps, context.actor, params.id),
    'POST /admin/media/:id/cancel': ({ params, context }) => cancelForOwner(deps, context.actor, params.id),
  });
