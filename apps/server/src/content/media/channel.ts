// The realtime channel `media:{id}`: where the work on it stands, for its owner.
import { can } from '@videowindow/contract';
import type { Database } from '#platform/database';
import type { Channel } from '#platform/realtime';
import * as store from './store.ts';

export const mediaChannel = (database: Database): Channel => ({
  prefix: 'media',
  kind: 'state',
  async authorize(actor, id) {
    const media = await store.mediaById(database.db, id);
    return media !== null && can(actor, 'media.read', media);
  },
  async read(id) {
    const media = await store.mediaById(database.db, id);
    return media && { offset: media.seq, data: { state: media.state, progress: media.progress } };
  },
  publish(event) {
    if (event.type !== 'media.progressed') return null;
    const { mediaId, seq, state, progress } = event.payload;
    return { id: mediaId, offset: seq, data: { state, progress } };
  },
});
