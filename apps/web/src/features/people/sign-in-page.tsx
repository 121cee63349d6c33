import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { isApiError } from '@videowindow/client';
import type { Me } from '@videowindow/contract/api/people';
import { Button, CodeInput, Page, TextField, useServerNow } from '@videowindow/ui';
import { useEffect, useRef, useState } from 'react';
import { changePerson, useMe } from '../../app/session.ts';
import { useSite } from '../../app/site.tsx';
import { sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { useTitle } from '../../lib/title.ts';
import { OtherWays } from './keys/other-ways.tsx';
import { SecondStep, secondStepOf } from './keys/second-step.tsx';

const route = getRouteApi('/sign-in');

/** Sign in, or make an account, by a code from a mail: one way for both, nothing to remember. */
export function SignInPage() {
  useTitle('Sign in');
  const { back } = route.useSearch();
  const router = useRouter();
  const me = useMe();
  const [email, setEmail] = useState('');
  const [sent, setSent] = useState<{ resendAt: number } | null>(null);
  const [step, setStep] = useState<string | null>(null);
  const queries = useQueryClient();
  const goBack = () => router.history.replace(back ?? '/');
  // The effect below leads back once the session is known.
  const onEntered = (user: Me) => void changePerson(queries, user);

  // Signed in elsewhere, or come here by a stale link.
  useEffect(() => {
    if (me) goBack();
  });

  const request = useMutation({
    mutationFn: (identifier: string) => client.call('POST /auth/otp/request', { body: { identifier } }),
    onSuccess: ({ resendAfterS }) => setSent({ resendAt: Date.now() + resendAfterS * 1000 }),
  });

  if (step) {
    return (
      <Page title="One more step" intro="Open your authenticator app. It shows six digits for this place." width="form">
        <SecondStep step={step} onEntered={onEntered} onBack={() => setStep(null)} />
      </Page>
    );
  }
  return (
    <Page
      title={sent ? 'Enter the code' : 'Sign in'}
      intro={
        sent
          ? `We sent a six-digit code to ${email}. It is good for ten minutes.`
          : 'We send a code to your mail. If you are new here, that makes your account too.'
      }
      width="form"
    >
      {sent ? (
        <CodeStep
          email={email}
          resendAt={sent.resendAt}
          resending={request.isPending}
          onResend={() => request.mutate(email)}
          onEntered={onEntered}
          onRefused={(error) => setStep(secondStepOf(error))}
          onBack={() => {
            setSent(null);
            request.reset();
          }}
        />
      ) : (
        <form
          className="grid gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            if (!request.isPending) request.mutate(email);
          }}
        >
          <TextField
            label="Email"
            type="email"
            name="email"
            // Passkeys are offered beside addresses.
            autoComplete="email webauthn"
            required
            autoFocus
            maxLength={254}
            value={email}
            onChange={(event) => setEmail(event.target.value)}
            error={request.isError ? problemWith(request.error) : undefined}
          />
          <Button type="submit" wide size="large" busy={request.isPending}>
            Send the code
          </Button>
        </form>
      )}
      {!sent && <OtherWays back={back} onEntered={onEntered} />}
      <DemoPeople
        onPick={(address) => {
          setEmail(address);
          request.mutate(address);
        }}
      />
    </Page>
  );
}

function problemWith(error: Error): string {
  if (isApiError(error, 'validation_failed')) return 'This does not look like an email address.';
  return sentenceOf(error);
}

type CodeStepProps = {
  email: string;
  resendAt: number;
  resending: boolean;
  onResend: () => void;
  onBack: () => void;
  onEntered: (me: Me) => void;
  onRefused: (error: Error) => void;
};

function CodeStep({ email, resendAt, resending, onResend, onBack, onEntered, onRefused }: CodeStepProps) {
  const [code, setCode] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const now = useServerNow();
  const wait = Math.ceil((resendAt - now) / 1000);
  const verify = useMutation({
    mutationFn: (digits: string) => client.call('POST /auth/otp/verify', { body: { identifier: email, code: digits } }),
    onSuccess: ({ user }) => onEntered(user),
    onError: (error) => {
      onRefused(error);
      setCode('');
      input.current?.focus();
    },
  });
  useEffect(() => input.current?.focus(), []);
  return (
    <form
      className="grid gap-5"
      onSubmit={(event) => {
        event.preventDefault();
        if (code.length === 6 && !verify.isPending) verify.mutate(code);
      }}
    >
      <CodeInput
        ref={input}
        label="Code from the mail"
        value={code}
        onChange={setCode}
        onComplete={(digits) => verify.mutate(digits)}
        error={verify.isError ? sentenceOf(verify.error) : undefined}
      />
      <Button type="submit" wide size="large" busy={verify.isPending} disabled={code.length < 6}>
        Sign in
      </Button>
      <div className="flex flex-wrap justify-between gap-2">
        <Button variant="quiet" onClick={onBack}>
          Another address
        </Button>
        <Button variant="quiet" busy={resending} disabled={wait > 0} onClick={onResend}>
          {wait > 0 ? `Send again in ${wait} s` : 'Send again'}
        </Button>
      </div>
    </form>
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
