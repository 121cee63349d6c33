// /stories: the maker's own.
import { storiesApi } from '@videowindow/contract/api/content';
import { implement } from '#platform/http';
import { changeVisibility, createStory, discardStory, moveStory, revertStory, saveStory } from './commands.ts';
import { listMine, readStory, type StoryReads } from './queries.ts';

export const storiesRoutes = (deps: StoryReads) =>
  implement(storiesApi, {
    'POST /stories': async ({ body, context }) => {
      const id = await createStory(deps, context.actor, body);
      return await readStory(deps, context.actor, id);
    },
    'GET /stories': ({ query, context }) => listMine(deps, context.actor, query),
    'GET /stories/:id': ({ params, context }) => readStory(deps, context.actor, params.id),
    'PATCH /stories/:id': async ({ params, body, context }) => {
      await saveStory(deps, context.actor, params.id, body);
      return await readStory(deps, context.actor, params.id);
    },
    'DELETE /stories/:id': async ({ params, context }) => {
      await discardStory(deps, context.actor, params.id);
      return { discarded: true };
    },
    'POST /stories/:id/submit': async ({ params, context }) => {
      await moveStory(deps, context.actor, params.id, 'submit');
      return await readStory(deps, context.actor, params.id);
    },
    'PUT /stories/:id/visibility': async ({ params, body, context }) => {
      await changeVisibility(deps, context.actor, params.id, body.visibility);
      return await readStory(deps, context.actor, params.id);
    },
    'POST /stories/:id/withdraw': async ({ params, context }) => {
      await moveStory(deps, context.actor, params.id, 'withdraw');
      return await readStory(deps, context.actor, params.id);
    },
    'POST /stories/:id/archive': async ({ params, context }) => {
      await moveStory(deps, context.actor, params.id, 'archive');
      return await readStory(deps, context.actor, params.id);
    },
    'POST /stories/:id/revert': async ({ params, context }) => {
      await revertStory(deps, context.actor, params.id);
      return await readStory(deps, context.actor, params.id);
    },
    'POST /stories/:id/unarchive': async ({ params, context }) => {
      await moveStory(deps, context.actor, params.id, 'restore');
      return await readStory(deps, context.actor, params.id);
    },
  });
