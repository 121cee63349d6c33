// Where the buyer lives, as far as this browser knows: chosen once and kept, else guessed from its language.
import { useSyncExternalStore } from 'react';

const KEY = 'country';
const listeners = new Set<() => void>();
let chosen: string | null | undefined;

const guessed = (): string | null => {
  try {
    return new Intl.Locale(navigator.language).region ?? null;
  } catch {
    return null;
  }
};

const current = (): string | null => {
  if (chosen === undefined) {
    try {
      chosen = localStorage.getItem(KEY) ?? guessed();
    } catch {
      // No storage here: it is asked again next time.
      chosen = guessed();
    }
  }
  return chosen;
};

const choose = (country: string): void => {
  chosen = country;
  try {
    localStorage.setItem(KEY, country);
  } catch {
    // Kept for this page only.
  }
  for (const listener of listeners) listener();
};

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

/** The same for the account, which carries the choice to other devices. */
export const buyerCountry = {
  get: current,
  set: (country: string | null) => country !== null && choose(country),
  isChosen: (): boolean => {
    try {
      return localStorage.getItem(KEY) !== null;
    } catch {
      return false;
    }
  },
  subscribe,
};

/** The country (ISO 3166, null when nothing is known), and how to choose another. */
export const useBuyerCountry = (): [string | null, (country: string) => void] => [
  useSyncExternalStore(subscribe, current),
  choose,
];
