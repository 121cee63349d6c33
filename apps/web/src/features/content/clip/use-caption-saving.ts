import { useMutation, useQueryClient } from '@tanstack/react-query';
import { isApiError } from '@videowindow/client';
import type { Captions } from '@videowindow/contract/api/media';
import { useVoice } from '@videowindow/ui';
import { useState } from 'react';
import { keyOf, sentenceOf } from '../../../lib/queries.ts';
import { client } from '../../../lib/server.ts';
import { type CaptionDraft, setCaptionDraft } from './caption-drafts.ts';
import { fileOfCues } from './cues.ts';
import { languageName } from './languages.ts';

/** What another tab saved meanwhile; null where it deleted the language. */
type Conflict = { theirs: Captions | null };

/** Brings one language to the server and takes it away there; what was saved elsewhere meanwhile is never overwritten unseen. */
export function useCaptionSaving(mediaId: string, language: string, draft: CaptionDraft) {
  const queries = useQueryClient();
  const { toast } = useVoice();
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const params = { id: mediaId, language };

  /** The list as it is now, without asking for it again. */
  const replace = (kept: Captions | null) => {
    queries.setQueryData<{ captions: Captions[] }>(
      keyOf('GET /media/:id/captions', { params: { id: mediaId } }),
      (list) => {
        const captions = list?.captions ?? [];
        const others = captions.filter((one) => one.language !== language);
        if (!kept) return { captions: others };
        const isNew = others.length === captions.length;
        return {
          captions: isNew ? [...others, kept] : captions.map((one) => (one.language === language ? kept : one)),
        };
      },
    );
    setCaptionDraft(mediaId, language, null);
    void queries.invalidateQueries({ queryKey: keyOf('GET /media/:id/playback', { params: { id: mediaId } }) });
  };

  const save = useMutation({
    mutationFn: (revision: number) =>
      client.call('PUT /media/:id/captions/:language', {
        params,
        body: { label: draft.label, text: fileOfCues(draft.cues), revision },
      }),
    onSuccess: (kept) => {
      setConflict(null);
      replace(kept);
      toast({ text: `The captions in ${languageName(language)} are saved.`, tone: 'good' });
    },
    onError: (error) => {
      // `current` is the endpoint's own answer: the captions that are there now, or null.
      if (isApiError(error, 'version_conflict')) setConflict({ theirs: error.details.current as Captions | null });
    },
  });
  const remove = useMutation({
    mutationFn: async (isKept: boolean) => {
      if (isKept) await client.call('DELETE /media/:id/captions/:language', { params });
    },
    onSuccess: () => replace(null),
    onError: (error) => toast({ text: sentenceOf(error), tone: 'bad' }),
  });

  const settle = (choice: 'mine' | 'theirs') => {
    if (!conflict) return;
    if (choice === 'mine') return save.mutate(conflict.theirs?.revision ?? 0);
    setConflict(null);
    replace(conflict.theirs);
  };
  const problem = save.isError && !isApiError(save.error, 'version_conflict') ? problemOf(save.error) : undefined;
  return { save: { ...save, problem }, remove, conflict, settle };
}

function problemOf(error: unknown): string {
  if (isApiError(error, 'captions_unreadable') && typeof error.details.problem === 'string')
    return error.details.problem === 'There is no cue in it.'
      ? 'Write at least one line first.'
      : error.details.problem;
  return sentenceOf(error);
}
