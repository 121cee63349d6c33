// What a clip does while its page is out of sight: another tab is in front, or the screen is locked.
import { sound } from '../../lib/sound.ts';
import { background } from './choices.ts';

let asked = false;
if (typeof document !== 'undefined') {
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') asked = false;
  });
}

/** Somebody pressed a key of the device: what they ask for there plays unseen, until they are back. */
export const askFromOutside = (): void => {
  asked = document.visibilityState === 'hidden';
};

/** Whether a clip may play now: seen, floating over other windows, asked for from outside, or as sound by choice. */
export const mayPlay = (): boolean =>
  document.visibilityState === 'visible' ||
  document.pictureInPictureElement != null ||
  asked ||
  (background.get() && !sound.isMuted());
