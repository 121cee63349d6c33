// Captions under the maker's hands, by language.
import type { Captions } from '@videowindow/contract/api/media';
import { type EditedCue, editedCues, fileOfCues } from './cues.ts';
import { createDrafts } from './drafts.ts';

/** One language. `revision` is the one it was read at, 0 for a new one. */
export type CaptionDraft = { label: string; revision: number; cues: readonly EditedCue[] };

type OfClip = Readonly<Record<string, CaptionDraft>>;
const NONE: OfClip = {};
const drafts = createDrafts<OfClip>();

/** Keeps what was written in a language, or forgets it. */
export function setCaptionDraft(mediaId: string, language: string, draft: CaptionDraft | null): void {
  const { [language]: _, ...others } = drafts.get(mediaId) ?? NONE;
  const next = draft ? { ...others, [language]: draft } : others;
  drafts.set(mediaId, Object.keys(next).length > 0 ? next : null);
}

/** What is not saved yet of a clip, by language. */
export const useCaptionDrafts = (mediaId: string): OfClip => drafts.use(mediaId) ?? NONE;

let made = 0;
export const newKey = (): string => `cue-${++made}`;

const opened = new WeakMap<Captions, CaptionDraft>();

/** The editor's form of what the server holds; the same object for the same answer, so that keys stay. */
export function draftOfCaptions(captions: Captions): CaptionDraft {
  const known = opened.get(captions);
  if (known) return known;
  const read = editedCues(captions.text, newKey);
  const draft = { label: captions.label, revision: captions.revision, cues: read.ok ? read.cues : [] };
  opened.set(captions, draft);
  return draft;
}

/** Whether the server holds what is written already. */
export const isSaved = (draft: CaptionDraft, captions: Captions): boolean =>
  captions.revision === draft.revision &&
  captions.label === draft.label.trim() &&
  fileOfCues(draft.cues) === fileOfCues(draftOfCaptions(captions).cues);
