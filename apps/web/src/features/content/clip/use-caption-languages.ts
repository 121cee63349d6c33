import { useQuery } from '@tanstack/react-query';
import type { Captions } from '@videowindow/contract/api/media';
import { read } from '../../../lib/queries.ts';
import { type CaptionDraft, draftOfCaptions, useCaptionDrafts } from './caption-drafts.ts';

/** One language: what is written in it, what the server holds of it. */
export type CaptionLanguage = { tag: string; draft: CaptionDraft; saved: Captions | null; isDirty: boolean };

/** The languages of a clip, kept and begun, and the one that is open: the wanted one, else the first. */
export function useCaptionLanguages(mediaId: string, wanted: string | null) {
  const query = useQuery(read('GET /media/:id/captions', { params: { id: mediaId } }));
  const drafts = useCaptionDrafts(mediaId);
  const saved = query.data?.captions ?? [];
  const tags = [...new Set([...saved.map(({ language }) => language), ...Object.keys(drafts)])];
  const languages = tags.flatMap((tag): CaptionLanguage[] => {
    const kept = saved.find(({ language }) => language === tag) ?? null;
    const draft = drafts[tag] ?? (kept ? draftOfCaptions(kept) : undefined);
    return draft ? [{ tag, draft, saved: kept, isDirty: drafts[tag] !== undefined }] : [];
  });
  return { query, languages, open: languages.find(({ tag }) => tag === wanted) ?? languages[0] ?? null };
}
