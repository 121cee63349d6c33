// What one chose goes along to every device: the account's choices are taken on here, and what is chosen here is told to
// the account. Each device goes on to keep its own copy, which is there before the first paint and without a network.
import type { AccountSettings } from '@videowindow/contract/api/account';
import { chosenTheme, isThemeChosen, onTheme, setTheme, type Theme } from '../../app/theme.ts';
import { buyerCountry } from '../commerce/buyer-country.ts';
import { displayCurrency } from '../commerce/display-currency.tsx';
import { autoplay, background, type Choice, captionChoice, dataSaver } from '../player/choices.ts';

type Key = Exclude<keyof AccountSettings, 'mail'>;
type Carried = Pick<Choice<never>, 'isChosen' | 'subscribe'> & { get: () => unknown; set: (next: never) => unknown };

const theme: Pick<Choice<Theme>, 'get' | 'set' | 'isChosen' | 'subscribe'> = {
  get: chosenTheme,
  set: setTheme,
  isChosen: isThemeChosen,
  subscribe: onTheme,
};

const carried: Readonly<Record<Key, Carried>> = {
  theme,
  autoplay,
  captions: captionChoice,
  dataSaver,
  background,
  country: buyerCountry,
  currency: displayCurrency,
};
const all = Object.entries(carried) as [Key, Carried][]; // the record's own keys

/** Takes on what the account says. @returns what was chosen here and the account does not know yet */
const takeOn = (settings: AccountSettings): AccountSettings => {
  const unknown: Record<string, unknown> = {};
  for (const [key, choice] of all) {
    const wanted = settings[key];
    if (wanted === undefined) {
      if (choice.isChosen()) unknown[key] = choice.get();
    } else if (wanted !== choice.get()) choice.set(wanted as never); // the schema's type of this very key
  }
  return unknown as AccountSettings; // each value is its choice's own
};

/**
 * Takes on the account's choices and tells it of every later one.
 * @returns how to stop
 */
export function carryChoices(settings: AccountSettings, tell: (change: AccountSettings) => void): () => void {
  const unknown = takeOn(settings);
  if (Object.keys(unknown).length > 0) tell(unknown);
  const stops = all.map(([key, choice]) => {
    let before = choice.get();
    return choice.subscribe(() => {
      const now = choice.get();
      if (now === before) return;
      before = now;
      tell({ [key]: now });
    });
  });
  return () => {
    for (const stop of stops) stop();
  };
}
