import { useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();

const remembered = (): boolean => {
  try {
    return localStorage.getItem('muted') !== 'false';
  } catch {
    return true;
  }
};

let muted = remembered();

/** Whether clips play without sound: as chosen last on this device, silent at first (browsers refuse else). */
export const sound = {
  isMuted: (): boolean => muted,
  setMuted(next: boolean): void {
    muted = next;
    try {
      localStorage.setItem('muted', String(next));
    } catch {
      // It holds for this page.
    }
    for (const listener of listeners) listener();
  },
  /** Calls back after each change. @returns what ends that. */
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

export const useMuted = (): boolean => useSyncExternalStore(sound.subscribe, sound.isMuted);
