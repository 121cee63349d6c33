import { useQueryClient } from '@tanstack/react-query';
import { isApiError } from '@videowindow/client';
import type { Story } from '@videowindow/contract/api/content';
import { useCallback, useEffect, useRef, useState } from 'react';
import { keyOf, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { type Draft, draftOf, isSame, textOf } from './story-text.ts';

const PAUSE_MS = 700;

export type SaveState =
  | { kind: 'saved' }
  | { kind: 'unsaved' }
  | { kind: 'saving' }
  | { kind: 'failed'; sentence: string }
  | { kind: 'conflict'; theirs: Draft; theirVersion: number };

/**
 * The draft under the maker's hands, and its way to the server. One save at a time; what is typed meanwhile goes with
 * the next. What another tab or device saved in between stops it, and the maker chooses.
 */
export function useAutosave(story: Story, automatic: boolean) {
  const queries = useQueryClient();
  const [draft, setDraft] = useState(() => draftOf(story));
  const [state, setState] = useState<SaveState>({ kind: 'saved' });
  const saved = useRef({ draft: draftOf(story), version: story.version });
  const latest = useRef(draft);
  latest.current = draft;
  const running = useRef<Promise<boolean> | null>(null);

  const write = useCallback(async (): Promise<boolean> => {
    while (!isSame(latest.current, saved.current.draft)) {
      const sent = latest.current;
      setState({ kind: 'saving' });
      try {
        const answer = await client.call('PATCH /stories/:id', {
          params: { id: story.id },
          body: { version: saved.current.version, ...textOf(sent) },
        });
        saved.current = { draft: sent, version: answer.version };
        queries.setQueryData(keyOf('GET /stories/:id', { params: { id: story.id } }), answer);
        void queries.invalidateQueries({ queryKey: keyOf('GET /stories') });
      } catch (error) {
        const theirs = isApiError(error, 'version_conflict') ? readConflict(error.details) : null;
        if (theirs && isSame(theirs.draft, sent)) {
          // Our own save, of which the answer was lost on its way.
          saved.current = theirs;
          continue;
        }
        setState(
          theirs
            ? { kind: 'conflict', theirs: theirs.draft, theirVersion: theirs.version }
            : { kind: 'failed', sentence: sentenceOf(error) },
        );
        return false;
      }
    }
    setState({ kind: 'saved' });
    return true;
  }, [queries, story.id]);

  /** Saves what is there now; true when the server has all of it. */
  const save = useCallback((): Promise<boolean> => {
    running.current ??= write().finally(() => {
      running.current = null;
    });
    return running.current;
  }, [write]);

  // A moderator's decision moves the version without a word: what is typed next goes on from there.
  useEffect(() => {
    if (story.version > saved.current.version && isSame(draftOf(story), saved.current.draft)) {
      saved.current = { ...saved.current, version: story.version };
    }
  }, [story]);

  const isStopped = state.kind === 'conflict';
  useEffect(() => {
    if (isStopped || isSame(draft, saved.current.draft)) return;
    setState((now) => (now.kind === 'saving' ? now : { kind: 'unsaved' }));
    if (!automatic) return;
    const timer = setTimeout(() => void save(), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [draft, automatic, isStopped, save]);

  // Nothing typed is lost to a closed tab or a click on a link.
  const hasUnsaved = state.kind !== 'saved';
  useEffect(() => {
    if (!hasUnsaved) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, [hasUnsaved]);
  useEffect(
    () => () => {
      if (automatic) void save();
    },
    [automatic, save],
  );

  /** Ends a conflict: mine is written over theirs, or theirs comes into the editor. */
  const resolve = (choice: 'mine' | 'theirs') => {
    if (state.kind !== 'conflict') return;
    saved.current = { draft: state.theirs, version: state.theirVersion };
    if (choice === 'theirs') setDraft(state.theirs);
    latest.current = choice === 'theirs' ? state.theirs : latest.current;
    setState({ kind: 'unsaved' });
    void save();
  };

  /** What a command (submit, withdraw, ...) answered: the version may have moved on without a word changed. */
  const adopt = useCallback((answer: Story) => {
    saved.current = { draft: draftOf(answer), version: answer.version };
  }, []);

  /** Takes the words of an answer in place of those under the maker's hands. */
  const replace = useCallback(
    (answer: Story) => {
      adopt(answer);
      latest.current = saved.current.draft;
      setDraft(saved.current.draft);
      setState({ kind: 'saved' });
    },
    [adopt],
  );

  return { draft, change: setDraft, state, save, resolve, adopt, replace };
}

/** The server's version from a 409's details. */
function readConflict(details: Readonly<Record<string, unknown>>): { draft: Draft; version: number } | null {
  // `current` is the story's words and version, as the endpoint says.
  const current = details.current as (Parameters<typeof draftOf>[0] & { version: number }) | undefined;
  return current && Array.isArray(current.sections) ? { draft: draftOf(current), version: current.version } : null;
}
