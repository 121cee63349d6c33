import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { isApiError } from '@videowindow/client';
import type { Me, Profile } from '@videowindow/contract/api/people';
import { Button, Card, Page, Section, TextArea, TextField, useVoice } from '@videowindow/ui';
import {
  ChevronRight,
  Clapperboard,
  CreditCard,
  Film,
  KeyRound,
  type LucideIcon,
  Receipt,
  ShieldCheck,
  ShoppingBag,
  Store,
  User,
} from 'lucide-react';
import { useState } from 'react';
import { sessionQuery, signOut, useCan, useMe } from '../../app/session.ts';
import { setTheme, type Theme, useTheme } from '../../app/theme.ts';
import { Loaded } from '../../lib/loaded.tsx';
import { keyOf, read, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { useTitle } from '../../lib/title.ts';
import { AvatarField } from './avatar-field.tsx';

/** One's own corner: where things are, how one is seen, how it looks. */
export function YouPage() {
  useTitle('You');
  const me = useMe();
  if (!me) return null;
  return (
    <Page title={me.displayName} over={`@${me.handle}`} width="form">
      <Places me={me} />
      <ProfilePart me={me} />
      <ThemePart />
      <BlocksPart />
      <SignOutPart email={me.email} />
    </Page>
  );
}

function Places({ me }: { me: Me }) {
  const isModerator = useCan('moderation.queue');
  const managesMedia = useCan('media.manage');
  const isMaker = me.roles.includes('maker');
  return (
    <ul className="mb-8 overflow-hidden rounded-card border border-line bg-sheet">
      <Place
        to="/orders"
        icon={ShoppingBag}
        name="Orders"
        note="What you bought, offered, and what waits for payment"
      />
      <Place to="/you/payments" icon={Receipt} name="Payments" note="What you paid, and what came back" />
      <Place to="/you/cards" icon={CreditCard} name="Cards" note="Saved with our payment provider, for higher bids" />
      <Place
        to="/you/security"
        icon={KeyRound}
        name="Sign-in and security"
        note="Your ways in, and where you are signed in"
      />
      {isMaker ? (
        <Place to="/studio" icon={Clapperboard} name="Studio" note="Stories, offers, orders to send, money" />
      ) : (
        <Place to="/studio/start" icon={Store} name="Become a maker" note="Show how you make things, and sell them" />
      )}
      {isMaker && <Place to="/studio/start" icon={Store} name="Payout account" note="Where your money goes" />}
      {isModerator && <Place to="/moderation" icon={ShieldCheck} name="Review" note="Stories that wait, and reports" />}
      {managesMedia && <Place to="/admin/media" icon={Film} name="Media" note="Uploads at work, and what failed" />}
      <li className="border-t border-line first:border-t-0">
        <Link to="/@{$handle}" params={{ handle: me.handle }} className={placeClass}>
          <PlaceWords icon={User} name="Your public page" note={`/@${me.handle}`} />
        </Link>
      </li>
    </ul>
  );
}

const placeClass = 'flex min-h-16 items-center gap-4 px-4 py-3 transition-colors duration-120 hover:bg-ink/3';

type PlaceProps = {
  to:
    | '/orders'
    | '/you/payments'
    | '/you/cards'
    | '/you/security'
    | '/studio'
    | '/studio/start'
    | '/moderation'
    | '/admin/media';
  icon: LucideIcon;
  name: string;
  note: string;
};

function Place({ to, ...words }: PlaceProps) {
  return (
    <li className="border-t border-line first:border-t-0">
      <Link to={to} className={placeClass}>
        <PlaceWords {...words} />
      </Link>
    </li>
  );
}

function PlaceWords({ icon: Icon, name, note }: { icon: LucideIcon; name: string; note: string }) {
  return (
    <>
      <Icon aria-hidden size={22} strokeWidth={1.75} className="shrink-0 text-ink-2" />
      <span className="min-w-0 grow">
        <span className="block font-semibold">{name}</span>
        <span className="block truncate text-14 text-ink-3">{note}</span>
      </span>
      <ChevronRight aria-hidden size={18} className="shrink-0 text-ink-3" />
    </>
  );
}

function ProfilePart({ me }: { me: Me }) {
  const profile = useQuery({
    ...read('GET /users/:handle', { params: { handle: me.handle } }),
    refetchOnWindowFocus: false,
  });
  return (
    <Section title="How others see you">
      <Loaded query={profile}>
        {(value) => (
          <>
            <AvatarField profile={value} />
            <ProfileForm key={value.id} profile={value} />
          </>
        )}
      </Loaded>
    </Section>
  );
}

function ProfileForm({ profile }: { profile: Profile }) {
  const [form, setForm] = useState({
    displayName: profile.displayName,
    handle: profile.handle,
    city: profile.city ?? '',
    bio: profile.bio,
  });
  const queries = useQueryClient();
  const { toast } = useVoice();
  const set = (part: Partial<typeof form>) => setForm((before) => ({ ...before, ...part }));
  const save = useMutation({
    mutationFn: () => client.call('PATCH /users/me', { body: { ...form, city: form.city.trim() || null } }),
    onSuccess: ({ profile: saved }) => {
      queries.setQueryData(keyOf('GET /users/:handle', { params: { handle: saved.handle } }), saved);
      void queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
      toast({ text: 'Saved.', tone: 'good' });
    },
  });
  const fieldError = (path: string) =>
    isApiError(save.error) ? save.error.fields.find((field) => field.path.includes(path))?.message : undefined;
  const handleError = isApiError(save.error, 'handle_taken') ? 'This name is taken.' : undefined;
  const badHandle =
    /^(?!\.)[a-z0-9_.]{3,30}(?<!\.)$/.test(form.handle) || form.handle === ''
      ? undefined
      : '3 to 30 of a-z, 0-9, _ and ., not starting or ending in a dot.';
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!save.isPending && !badHandle) save.mutate();
      }}
    >
      <TextField
        label="Name"
        required
        maxLength={60}
        autoComplete="name"
        value={form.displayName}
        onChange={(event) => set({ displayName: event.target.value })}
        error={fieldError('displayName')}
      />
      <TextField
        label="Handle"
        required
        maxLength={30}
        autoCapitalize="none"
        spellCheck={false}
        value={form.handle}
        onChange={(event) => set({ handle: event.target.value.toLowerCase() })}
        error={handleError ?? badHandle ?? fieldError('handle')}
      />
      <TextField
        label="City"
        optional
        maxLength={80}
        value={form.city}
        onChange={(event) => set({ city: event.target.value })}
      />
      <TextArea
        label="About you"
        optional
        maxLength={500}
        value={form.bio}
        onChange={(event) => set({ bio: event.target.value })}
      />
      {save.isError && !handleError && (
        <p role="alert" className="text-14 text-madder">
          {sentenceOf(save.error)}
        </p>
      )}
      <div>
        <Button type="submit" busy={save.isPending}>
          Save
        </Button>
      </div>
    </form>
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

function BlocksPart() {
  const blocks = useQuery(read('GET /users/me/blocks'));
  const queries = useQueryClient();
  const unblock = useMutation({
    mutationFn: (id: string) => client.call('DELETE /users/:id/block', { params: { id } }),
    onSettled: () => queries.invalidateQueries({ queryKey: keyOf('GET /users/me/blocks') }),
  });
  if (!blocks.data || blocks.data.items.length === 0) return null;
  return (
    <Section title="People you blocked">
      <ul className="grid gap-2">
        {blocks.data.items.map((person) => (
          <li key={person.id}>
            <Card className="flex items-center justify-between gap-3 py-2!">
              <span>
                <span className="font-semibold">{person.displayName}</span>{' '}
                <span className="text-14 text-ink-3">@{person.handle}</span>
              </span>
              <Button
                variant="quiet"
                busy={unblock.isPending && unblock.variables === person.id}
                onClick={() => unblock.mutate(person.id)}
              >
                Unblock
              </Button>
            </Card>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function SignOutPart({ email }: { email: string }) {
  const { toast } = useVoice();
  const out = useMutation({
    mutationFn: signOut,
    onError: (error) => toast({ text: sentenceOf(error), tone: 'bad' }),
  });
  return (
    <Section title="This session">
      <p className="mb-3 text-ink-2">Signed in as {email}.</p>
      <div className="flex flex-wrap gap-2">
        <Button variant="secondary" busy={out.isPending} onClick={() => out.mutate()}>
          Sign out
        </Button>
      </div>
    </Section>
  );
}
