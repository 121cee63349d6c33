// What is written and not saved yet. It lives as long as the page, so that a look at another part of the studio costs
// nothing, and a closed tab asks first.
import { useSyncExternalStore } from 'react';

let unsaved = 0;
const warn = (event: BeforeUnloadEvent) => event.preventDefault();

/** Drafts of one kind, by clip. */
export function createDrafts<T>() {
  const drafts = new Map<string, T>();
  const listeners = new Set<() => void>();
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return {
    get: (mediaId: string): T | undefined => drafts.get(mediaId),
    /** Keeps a draft, or forgets it. */
    set(mediaId: string, draft: T | null): void {
      unsaved -= drafts.size;
      if (draft === null) drafts.delete(mediaId);
      else drafts.set(mediaId, draft);
      unsaved += drafts.size;
      if (unsaved > 0) addEventListener('beforeunload', warn);
      else removeEventListener('beforeunload', warn);
      for (const listener of listeners) listener();
    },
    use: (mediaId: string): T | undefined => useSyncExternalStore(subscribe, () => drafts.get(mediaId)),
  };
}
