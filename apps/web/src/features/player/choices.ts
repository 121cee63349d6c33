// What a person chose for all clips: kept on this device where that makes sense, the same everywhere on the page.
import { useSyncExternalStore } from 'react';

export type Choice<T> = {
  get: () => T;
  set: (next: T) => void;
  use: () => T;
  /** Whether somebody chose it, here or before on this device. */
  isChosen: () => boolean;
  subscribe: (listener: () => void) => () => void;
};

/** @param key where it is kept on this device; null: as long as the page lives. */
export function choice<T>(key: string | null, fallback: T, read: (text: string) => T | undefined): Choice<T> {
  const listeners = new Set<() => void>();
  let value = fallback;
  let chosen = false;
  try {
    const text = key === null ? null : localStorage.getItem(key);
    const kept = text === null ? undefined : read(text);
    chosen = kept !== undefined;
    value = kept ?? fallback;
  } catch {
    // No storage: it holds for this page.
  }
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const get = () => value;
  return {
    get,
    isChosen: () => chosen,
    subscribe,
    set(next) {
      value = next;
      chosen = true;
      try {
        if (key !== null) localStorage.setItem(key, String(next));
      } catch {
        // As above.
      }
      for (const listener of listeners) listener();
    },
    use: () => useSyncExternalStore(subscribe, get),
  };
}

export const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2] as const;

/** How fast clips play; 1 again after a reload. */
export const speed = choice<number>(null, 1, () => undefined);

/** The speed one step slower or faster. */
export const nextSpeed = (now: number, step: 1 | -1): number => {
  const at = SPEEDS.findIndex((one) => one >= now);
  return SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, at + step))] ?? 1;
};

export const dataSaver = choice<boolean>('data-saver', false, (text) => text === 'true');

/** Whether a clip begins by itself when it comes into view. */
export const autoplay = choice<boolean>('autoplay', true, (text) => text !== 'false');

/** Whether a clip goes on as sound when its page is out of sight. */
export const background = choice<boolean>('background', false, (text) => text === 'true');

type Connection = { saveData?: boolean; effectiveType?: string; downlink?: number };

/** What is known of the line (Network Information API, Chromium only). */
export const connection = (): Connection =>
  // Not in TypeScript's DOM types; absent in other browsers.
  (navigator as { connection?: Connection }).connection ?? {};

/** Whether to be thrifty: by the person's choice here, in the browser, or because the line is slow. */
export const isThrifty = (): boolean =>
  dataSaver.get() || connection().saveData === true || /(^|-)2g$/.test(connection().effectiveType ?? '');

/** `on:de`: shown, in German where there is German. The language stays known while they are off. */
export const captionChoice = choice<string>('captions', 'off:', (text) => (/^(on|off):/.test(text) ? text : undefined));
