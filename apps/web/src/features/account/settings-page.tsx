// How things look, play and are told, on every device.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type MailTopic, mailTopics } from '@videowindow/contract/account-choices';
import type { AccountSettings } from '@videowindow/contract/api/account';
import { Page, Section, Select, Switch, useVoice } from '@videowindow/ui';
import { useSite } from '../../app/site.tsx';
import { setTheme, type Theme, useTheme } from '../../app/theme.ts';
import { Loaded } from '../../lib/loaded.tsx';
import { keyOf, read, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { toYou } from '../../lib/text-link.tsx';
import { useTitle } from '../../lib/title.ts';
import { useBuyerCountry } from '../commerce/buyer-country.ts';
import { CountrySelect } from '../commerce/country-select.tsx';
import { displayCurrency } from '../commerce/display-currency.tsx';
import { autoplay, background, captionChoice, dataSaver } from '../player/choices.ts';

export function SettingsPage() {
  useTitle('Settings');
  return (
    <Page over={toYou} title="Settings" intro="They go along to every device on which you sign in." width="form">
      <ThemePart />
      <PlayingPart />
      <MailPart />
      <CountryPart />
      <CurrencyPart />
    </Page>
  );
}

const themes: { value: Theme; label: string }[] = [
  { value: 'system', label: 'As the device' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
];

function ThemePart() {
  const theme = useTheme();
  return (
    <Section title="How it looks">
      <fieldset className="flex flex-wrap gap-2">
        <legend className="sr-only">Theme</legend>
        {themes.map(({ value, label }) => (
          <label key={value} className="cursor-pointer">
            <input
              type="radio"
              name="theme"
              checked={theme === value}
              onChange={() => setTheme(value)}
              className="peer sr-only"
            />
            <span className="grid min-h-11 place-items-center rounded-control border border-line bg-sheet px-4 font-semibold peer-checked:border-kiln peer-checked:text-kiln peer-focus-visible:outline-2 peer-focus-visible:outline-offset-2 peer-focus-visible:outline-indigo">
              {label}
            </span>
          </label>
        ))}
      </fieldset>
    </Section>
  );
}

function PlayingPart() {
  const captions = captionChoice.use();
  return (
    <Section title="How clips play">
      <div className="grid gap-4">
        <Switch
          label="Play by itself"
          hint="A clip begins when it comes into view."
          checked={autoplay.use()}
          onChange={autoplay.set}
        />
        <Switch
          label="Captions"
          hint="Where a clip has them. The language is chosen beside the clip."
          checked={captions.startsWith('on:')}
          onChange={(on) => captionChoice.set(`${on ? 'on' : 'off'}:${captions.split(':')[1] ?? ''}`)}
        />
        <Switch
          label="Save data"
          hint="The smallest picture, and nothing is fetched ahead."
          checked={dataSaver.use()}
          onChange={dataSaver.set}
        />
        <Switch
          label="Play on unseen"
          hint="The sound goes on when you turn to something else or lock the screen."
          checked={background.use()}
          onChange={background.set}
        />
      </div>
    </Section>
  );
}

const TOPICS: Record<MailTopic, { label: string; hint: string }> = {
  stories: { label: 'Stories', hint: 'When yours are approved or need a change.' },
  offers: { label: 'Offers', hint: 'Offers that you get, and answers to yours.' },
  auctions: { label: 'Auctions', hint: 'When you are outbid, and before an end.' },
  orders: { label: 'Orders', hint: 'Messages, tracking, arrival, reviews.' },
};

function MailPart() {
  const settings = useQuery(read('GET /users/me/settings'));
  const queries = useQueryClient();
  const { toast } = useVoice();
  const key = keyOf('GET /users/me/settings');
  const save = useMutation({
    scope: { id: 'mail-topics' },
    mutationFn: (mail: AccountSettings['mail']) => client.call('PATCH /users/me/settings', { body: { mail } }),
    onMutate: (mail) =>
      queries.setQueryData<AccountSettings>(key, (before) => ({ ...before, mail: { ...before?.mail, ...mail } })),
    onError: (error) => {
      toast({ text: sentenceOf(error), tone: 'bad' });
      void queries.invalidateQueries({ queryKey: key });
    },
  });
  return (
    <Section title="Mails about">
      <Loaded query={settings}>
        {({ mail }) => (
          <div className="grid gap-4">
            {mailTopics.map((topic) => (
              <Switch
                key={topic}
                {...TOPICS[topic]}
                checked={mail?.[topic] ?? true}
                onChange={(on) => save.mutate({ [topic]: on })}
              />
            ))}
            <p className="text-14 text-ink-3">
              All of it also stands in your inbox here. What is about money, a piece to pay or to send, or the safety of
              your account always comes by mail.
            </p>
          </div>
        )}
      </Loaded>
    </Section>
  );
}

function CountryPart() {
  const [country, choose] = useBuyerCountry();
  return (
    <Section title="Where you live">
      <p className="text-ink-2">
        Postage is shown for <CountrySelect label="Your country" value={country} onChange={choose} />
      </p>
      <p className="mt-2 text-14 text-ink-3">The pages speak English so far.</p>
    </Section>
  );
}

/** Offered where the operator gives rates. */
function CurrencyPart() {
  const site = useSite();
  const chosen = displayCurrency.use();
  if (!site || site.displayRates.length === 0) return null;
  const names = new Intl.DisplayNames(undefined, { type: 'currency' });
  return (
    <Section title="How prices are told">
      <p className="mb-3 text-ink-2">
        Prices here are in {names.of(site.currency)}, and so is what you pay. Beside them they can stand roughly in
        another currency.
      </p>
      <Select
        label="Tell prices roughly in"
        value={chosen ?? ''}
        onChange={(event) => displayCurrency.set(event.target.value || null)}
        options={[
          { value: '', label: 'No other currency' },
          ...site.displayRates.map(({ currency }) => ({ value: currency, label: names.of(currency) ?? currency })),
        ]}
      />
    </Section>
  );
}
