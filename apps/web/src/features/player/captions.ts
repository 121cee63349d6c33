// Which captions are shown: the language chosen last, else the device's own, else the first there is.
import type { MediaView } from '@videowindow/contract/api/media';
import { type RefObject, useEffect, useState } from 'react';
import { captionChoice } from './choices.ts';

type Captions = MediaView['captions'];

const primary = (language: string): string => language.split('-')[0] ?? language;

/** The best of what there is for the languages somebody reads, dearest first. */
export function pickLanguage(captions: Captions, wanted: readonly string[]): string | null {
  for (const language of wanted) {
    const exact = captions.find((one) => one.language === language);
    const near = exact ?? captions.find((one) => primary(one.language) === primary(language));
    if (near) return near.language;
  }
  return captions[0]?.language ?? null;
}

/** The language to show now; null for none. @param chosen as `captionChoice` holds it */
export function shownLanguage(captions: Captions, chosen: string): string | null {
  const [state, language = ''] = chosen.split(':');
  return state === 'on' ? pickLanguage(captions, [language, ...navigator.languages]) : null;
}

export const showCaptions = (language: string | null): void => {
  const [, before = ''] = captionChoice.get().split(':');
  captionChoice.set(language === null ? `off:${before}` : `on:${language}`);
};

/** On or off, in the language of last time. */
export function toggleCaptions(): void {
  const [state, language = ''] = captionChoice.get().split(':');
  captionChoice.set(`${state === 'on' ? 'off' : 'on'}:${language}`);
}

/** What is said now, for drawing it ourselves: the browser's own place is under the story's words. */
export function useCues(
  video: RefObject<HTMLVideoElement | null>,
  captions: Captions,
  language: string | null,
): DocumentFragment[] {
  const [cues, setCues] = useState<DocumentFragment[]>([]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: other captions are other tracks of the same element
  useEffect(() => {
    const tracks = Array.from(video.current?.textTracks ?? []);
    const read = () => {
      const active = tracks.find((track) => track.mode === 'hidden')?.activeCues ?? [];
      setCues(Array.from(active, (cue) => (cue as VTTCue).getCueAsHTML())); // a text track's cues are WebVTT
    };
    for (const track of tracks) {
      track.mode = track.language === language ? 'hidden' : 'disabled';
      track.addEventListener('cuechange', read);
    }
    read();
    return () => {
      for (const track of tracks) track.removeEventListener('cuechange', read);
    };
  }, [video, language, captions]);
  return language === null ? [] : cues;
}
