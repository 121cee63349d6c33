import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { isApiError } from '@videowindow/client';
import { Button, Page, Section, TextField } from '@videowindow/ui';
import { useState } from 'react';
import { changePerson, useCan, useMe } from '../../app/session.ts';
import { useSite } from '../../app/site.tsx';
import { Loaded } from '../../lib/loaded.tsx';
import { read, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { useTitle } from '../../lib/title.ts';
import { HealthList } from '../admin/health-list.tsx';
import { StaffWaits } from '../people/keys/staff-waits.tsx';

/** The first minutes of a new place: who runs it, whether all is set up, and how it goes on. */
export function SetupPage() {
  useTitle('Set up');
  const setup = useQuery(read('GET /setup'));
  /** Whoever came in here sees the rest too, though their tools may wait for a second factor. */
  const [isBegun, setBegun] = useState(false);
  const isAdmin = useCan('site.manage');
  if (isBegun || isAdmin) return <NextSteps />;
  return (
    <Loaded query={setup}>{({ needed }) => (needed ? <FirstAdmin onDone={() => setBegun(true)} /> : <Over />)}</Loaded>
  );
}

function FirstAdmin({ onDone }: { onDone: () => void }) {
  const queries = useQueryClient();
  const site = useSite();
  // Behind the #, so that no server's log ever holds it.
  const [code] = useState(() => window.location.hash.slice(1));
  const [email, setEmail] = useState('');
  const begin = useMutation({
    mutationFn: () => client.call('POST /setup', { body: { code, email } }),
    onSuccess: async ({ user }) => {
      window.history.replaceState(window.history.state, '', '/setup');
      await changePerson(queries, user);
      onDone();
    },
  });
  return (
    <Page
      title="Welcome"
      intro={`Nobody runs ${site?.name ?? 'this place'} yet. Say who you are, and you do.`}
      over="Step 1 of 2"
      width="form"
    >
      {code === '' ? (
        <p>
          Please open this page by the link that the server printed when it started: it shows that the machine is yours.
        </p>
      ) : (
        <form
          className="grid gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            if (!begin.isPending) begin.mutate();
          }}
        >
          <TextField
            label="Your email"
            hint="You sign in with it from now on. Only you and those who work with you see it."
            type="email"
            autoComplete="email"
            required
            autoFocus
            maxLength={254}
            value={email}
            onChange={(event) => setEmail(event.target.value)}
            error={begin.isError ? problemWith(begin.error) : undefined}
          />
          <Button type="submit" wide size="large" busy={begin.isPending}>
            Begin
          </Button>
        </form>
      )}
    </Page>
  );
}

const problemWith = (error: Error) =>
  isApiError(error, 'validation_failed') ? 'This does not look like an email address.' : sentenceOf(error);

function NextSteps() {
  const waits = useMe()?.staffWaits === true;
  return (
    <Page
      title="This place is yours"
      intro={
        waits
          ? 'What it stands on is under You, Health, as soon as your account has a second lock.'
          : 'Look once over what it stands on. You find this again under You, Health.'
      }
      over="Step 2 of 2"
    >
      {waits ? <StaffWaits /> : <HealthList />}
      <Section title="And then">
        <ol className="grid list-decimal gap-2 pl-5">
          <li>
            <Link to="/you/profile" className={link}>
              Say your name
            </Link>{' '}
            and add a picture: people like to know who runs a fair.
          </li>
          <li>
            Invite your makers: they sign in with their email, choose <em>Become a maker</em> under You, and show their
            first piece.
          </li>
          <li>
            What they send in waits under{' '}
            <Link to="/moderation" className={link}>
              Review
            </Link>{' '}
            until you have seen it.
          </li>
        </ol>
      </Section>
    </Page>
  );
}

const link = 'text-indigo underline underline-offset-2';

function Over() {
  return (
    <Page title="This is done" intro="Somebody runs this place already." width="form">
      <p>
        <Link to="/sign-in" className={link}>
          Sign in
        </Link>{' '}
        if that is you. What the server stands on is under You, Health.
      </p>
    </Page>
  );
}
