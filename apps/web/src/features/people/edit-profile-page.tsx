// How others see one: name, handle, city, words, links, two pictures.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { isApiError } from '@videowindow/client';
import type { Profile } from '@videowindow/contract/api/people';
import { Button, buttonClass, FormProblem, Page, Section, TextArea, TextField, useVoice } from '@videowindow/ui';
import { useState } from 'react';
import { sessionQuery, useMe } from '../../app/session.ts';
import { focusProblem } from '../../lib/focus-problem.ts';
import { Loaded } from '../../lib/loaded.tsx';
import { keyOf, read, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { toYou } from '../../lib/text-link.tsx';
import { useTitle } from '../../lib/title.ts';
import { badLinks, LinksField, tidyLinks } from './links-field.tsx';
import { PictureField } from './picture-field.tsx';

export function EditProfilePage() {
  useTitle('Your page');
  const me = useMe();
  return (
    <Page
      over={toYou}
      title="How others see you"
      width="form"
      actions={
        me && (
          <Link to="/@{$handle}" params={{ handle: me.handle }} className={buttonClass({ variant: 'secondary' })}>
            See your page
          </Link>
        )
      }
    >
      {me && <ProfilePart handle={me.handle} />}
    </Page>
  );
}

function ProfilePart({ handle }: { handle: string }) {
  const profile = useQuery({ ...read('GET /users/:handle', { params: { handle } }), refetchOnWindowFocus: false });
  return (
    <Loaded query={profile}>
      {(value) => (
        <>
          <Section title="Pictures">
            <PictureField profile={value} kind="hero" />
            <PictureField profile={value} kind="avatar" />
          </Section>
          <Section title="Words">
            <ProfileForm key={value.id} profile={value} />
          </Section>
        </>
      )}
    </Loaded>
  );
}

const HANDLE = /^(?!\.)[a-z0-9_.]{3,30}(?<!\.)$/;

function ProfileForm({ profile }: { profile: Profile }) {
  const [form, setForm] = useState({
    displayName: profile.displayName,
    handle: profile.handle,
    city: profile.city ?? '',
    bio: profile.bio,
    links: profile.links,
  });
  const [linkProblems, setLinkProblems] = useState<number[]>([]);
  const queries = useQueryClient();
  const { toast } = useVoice();
  const set = (part: Partial<typeof form>) => setForm((before) => ({ ...before, ...part }));
  const save = useMutation({
    mutationFn: () =>
      client.call('PATCH /users/me', {
        body: { ...form, city: form.city.trim() || null, links: tidyLinks(form.links) },
      }),
    onSuccess: ({ profile: saved }) => {
      queries.setQueryData(keyOf('GET /users/:handle', { params: { handle: saved.handle } }), saved);
      void queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
      set({ links: saved.links });
      toast({ text: 'Saved.', tone: 'good' });
    },
  });
  const fieldError = (path: string) =>
    isApiError(save.error) ? save.error.fields.find((field) => field.path.includes(path))?.message : undefined;
  const handleError = isApiError(save.error, 'handle_taken') ? 'This name is taken.' : undefined;
  const badHandle =
    HANDLE.test(form.handle) || form.handle === ''
      ? undefined
      : '3 to 30 of a-z, 0-9, _ and ., not starting or ending in a dot.';
  return (
    <form
      noValidate
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        const bad = badLinks(form.links);
        setLinkProblems(bad);
        if (bad.length > 0 || badHandle) focusProblem(event.currentTarget);
        else if (!save.isPending) save.mutate();
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
        hint={
          form.handle !== profile.handle && !badHandle
            ? `Links to @${profile.handle} lead here for 30 more days. Then others may take it.`
            : undefined
        }
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
      <LinksField links={form.links} onChange={(links) => set({ links })} problems={linkProblems} />
      {save.isError && !handleError && <FormProblem>{sentenceOf(save.error)}</FormProblem>}
      <div>
        <Button type="submit" busy={save.isPending}>
          Save
        </Button>
      </div>
    </form>
  );
}
