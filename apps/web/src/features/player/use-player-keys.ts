import type { MediaView } from '@videowindow/contract/api/media';
import { useVoice } from '@videowindow/ui';
import type { RefObject } from 'react';
import { sound } from '../../lib/sound.ts';
import { shownLanguage, toggleCaptions } from './captions.ts';
import { captionChoice, nextSpeed, speed } from './choices.ts';
import type { ClipHandle } from './clip-player.tsx';

const STEP_S = 5;

/** What single keys do to the clip that is watched, for `useKeys`. What is seen at once is said to those who don't see. */
export function usePlayerKeys(
  clip: RefObject<ClipHandle | null>,
  media: MediaView | undefined,
): Readonly<Record<string, () => void>> {
  const { toast, announce } = useVoice();
  const changeSpeed = (step: 1 | -1) => () => {
    speed.set(nextSpeed(speed.get(), step));
    announce(`${speed.get()}× speed`);
  };
  return {
    ' ': () => clip.current?.toggle(),
    m: () => sound.setMuted(!sound.isMuted()),
    arrowleft: () => clip.current?.seekBy(-STEP_S),
    arrowright: () => clip.current?.seekBy(STEP_S),
    c: () => {
      if (!media) return;
      if (media.captions.length === 0) return toast({ text: 'This clip has no captions.' });
      toggleCaptions();
      const shown = media.captions.find(
        ({ language }) => language === shownLanguage(media.captions, captionChoice.get()),
      );
      announce(shown ? `Captions: ${shown.label}` : 'Captions off');
    },
    '<': changeSpeed(-1),
    '>': changeSpeed(1),
    f: () => clip.current?.fullScreen(),
    p: () => clip.current?.float(),
  };
}
