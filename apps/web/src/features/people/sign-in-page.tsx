import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import type { Me } from '@videowindow/contract/api/people';
import { Page } from '@videowindow/ui';
import { useEffect, useState } from 'react';
import { changePerson, useMe } from '../../app/session.ts';
import { useSite } from '../../app/site.tsx';
import { useTitle } from '../../lib/title.ts';
import { OtherWays } from './keys/other-ways.tsx';
import { SecondStep, secondStepOf } from './keys/second-step.tsx';
import { CodeEntry, firstWords } from './sign-in-code.tsx';
import { PasswordEntry, RegisterEntry, ResetEntry } from './sign-in-password.tsx';
import { PhoneEntry } from './sign-in-phone.tsx';

const route = getRouteApi('/sign-in');

/** A way of coming in, on this page. Each knows its own steps; the address that was typed goes along. */
const entries = {
  code: CodeEntry,
  phone: PhoneEntry,
  password: PasswordEntry,
  register: RegisterEntry,
  reset: ResetEntry,
};
export type EntryName = keyof typeof entries;

/** `first`: nothing was sent yet, and one may turn to any other way. */
export type Words = { title: string; intro: string; first: boolean };

/** What each way is given. */
export type EntryProps = {
  email: string;
  onEmail: (email: string) => void;
  onTurn: (to: EntryName) => void;
  /** The page's title and the line beneath it, which follow the step one is at. */
  onStep: (words: Words) => void;
  onEntered: (me: Me) => void;
  /** Told of each refusal: some lead to one more step. */
  onRefused: (error: Error) => void;
  /** The address was picked, not typed: nothing is left to press. */
  sendNow: boolean;
};

/** Sign in, or make an account: one field at first, a code from a mail. Other ways stand quiet beneath. */
export function SignInPage() {
  useTitle('Sign in');
  const { back } = route.useSearch();
  const router = useRouter();
  const me = useMe();
  const [email, setEmail] = useState('');
  const [entry, setEntry] = useState<EntryName>('code');
  const [words, setWords] = useState<Words>(firstWords);
  const [picked, setPicked] = useState(0);
  const [step, setStep] = useState<string | null>(null);
  const queries = useQueryClient();
  const goBack = () => router.history.replace(back ?? '/');

  // The effect below leads back once the session is known.
  const onEntered = (user: Me) => void changePerson(queries, user);

  // Signed in just now or elsewhere, or come here by a stale link.
  useEffect(() => {
    if (me) goBack();
  });

  const turn = (to: EntryName) => {
    setEntry(to);
    setPicked(0);
  };
  if (step) {
    return (
      <Page title="One more step" intro="Open your authenticator app. It shows six digits for this place." width="form">
        <SecondStep step={step} onEntered={onEntered} onBack={() => setStep(null)} />
      </Page>
    );
  }
  const Entry = entries[entry];
  return (
    <Page title={words.title} intro={words.intro} width="form">
      <Entry
        key={`${entry} ${picked}`}
        email={email}
        onEmail={setEmail}
        onTurn={turn}
        onStep={setWords}
        sendNow={picked > 0}
        onEntered={onEntered}
        onRefused={(error) => setStep(secondStepOf(error))}
      />
      {words.first && <OtherWays back={back} onEntered={onEntered} />}
      <DemoPeople
        onPick={(address) => {
          turn('code');
          setEmail(address);
          setPicked(picked + 1);
        }}
      />
    </Page>
  );
}

/** In the sandbox only: people to try things as; their mail is in the sandbox's inbox. */
function DemoPeople({ onPick }: { onPick: (email: string) => void }) {
  const sandbox = useSite()?.sandbox;
  if (!sandbox || sandbox.people.length === 0) return null;
  return (
    <section className="mt-10 border-t border-line pt-5">
      <h2 className="font-semibold">People to try it as</h2>
      <p className="mb-3 text-14 text-ink-3">
        Their codes arrive in the{' '}
        <a
          href={sandbox.inboxUrl}
          target="_blank"
          rel="noreferrer"
          className="text-indigo underline underline-offset-2"
        >
          sandbox's inbox
        </a>
        .
      </p>
      <ul className="grid gap-2 sm:grid-cols-2">
        {sandbox.people.map((person) => (
          <li key={person.email}>
            <button
              type="button"
              onClick={() => onPick(person.email)}
              className="flex min-h-14 w-full flex-col justify-center rounded-control border border-line bg-sheet px-4 py-2 text-left transition-colors duration-120 hover:border-line-strong"
            >
              <span className="font-semibold capitalize">{person.role}</span>
              <span className="text-14 text-ink-3">{person.email}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
