// Coming in by a code from a mail: one way for old and new people, nothing to remember.
import { useMutation } from '@tanstack/react-query';
import { isApiError } from '@videowindow/client';
import type { Me } from '@videowindow/contract/api/people';
import { Button, CodeInput, FormProblem, TextField, useServerNow } from '@videowindow/ui';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useSite } from '../../app/site.tsx';
import { sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import type { EntryProps } from './sign-in-page.tsx';

export function CodeEntry({ email, onEmail, onTurn, onStep, sendNow, ...ends }: EntryProps) {
  const canText = useSite()?.sms ?? false;
  const [resendAt, setResendAt] = useState<number | null>(null);
  const request = useMutation({
    mutationFn: () => client.call('POST /auth/otp/request', { body: { identifier: email } }),
    onSuccess: ({ resendAfterS }) => setResendAt(Date.now() + resendAfterS * 1000),
  });
  useEffect(() => {
    onStep(resendAt === null ? firstWords : codeIsOnItsWay(email));
  }, [resendAt, email, onStep]);
  const started = useRef(false);
  useEffect(() => {
    if (!sendNow || started.current) return;
    started.current = true;
    request.mutate();
  });

  if (resendAt !== null) {
    return (
      <CodeStep
        {...ends}
        resendAt={resendAt}
        resending={request.isPending}
        problem={request.isError ? sentenceOf(request.error) : undefined}
        onResend={() => request.mutate()}
        onBack={() => {
          setResendAt(null);
          request.reset();
        }}
        redeem={(code) => client.call('POST /auth/otp/verify', { body: { identifier: email, code } })}
      />
    );
  }
  return (
    <>
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!request.isPending) request.mutate();
        }}
      >
        <EmailField email={email} onEmail={onEmail} error={request.isError ? problemWith(request.error) : undefined} />
        <Button type="submit" wide size="large" busy={request.isPending}>
          Send the code
        </Button>
      </form>
      <QuietWays>
        <Button variant="quiet" onClick={() => onTurn('password')}>
          Use a password
        </Button>
        {canText && (
          <Button variant="quiet" onClick={() => onTurn('phone')}>
            Use my phone
          </Button>
        )}
      </QuietWays>
    </>
  );
}

export const firstWords = {
  title: 'Sign in',
  intro: 'We send a code to your mail. If you are new here, that makes your account too.',
  first: true,
};
export const codeIsOnItsWay = (email: string) => ({
  title: 'Enter the code',
  intro: `We sent a six-digit code to ${email}. It is good for ten minutes.`,
  first: false,
});

export function EmailField({
  email,
  onEmail,
  error,
  isLogin,
}: Pick<EntryProps, 'email' | 'onEmail'> & {
  error: string | undefined;
  /** Stands beside a password, which browsers keep by it. */
  isLogin?: boolean;
}) {
  return (
    <TextField
      label="Email"
      type="email"
      name="email"
      // Passkeys are offered beside addresses.
      autoComplete={isLogin ? 'username webauthn' : 'email webauthn'}
      required
      autoFocus={email === ''}
      maxLength={254}
      value={email}
      onChange={(event) => onEmail(event.target.value)}
      error={error}
    />
  );
}

/** Quiet, beneath the one thing to do. */
export function QuietWays({ children }: { children: ReactNode }) {
  return <div className="mt-3 flex flex-wrap justify-center gap-x-2">{children}</div>;
}

/** What to say beside the address. */
export function problemWith(error: Error): string {
  if (isApiError(error, 'validation_failed')) return 'This does not look like an email address.';
  return sentenceOf(error);
}

type CodeStepProps = {
  /** Where the code is read. */
  from?: string;
  resendAt: number;
  resending: boolean;
  /** Why it could not be sent again. */
  problem: string | undefined;
  onResend: () => void;
  onBack: () => void;
  redeem: (code: string) => Promise<{ user: Me }>;
} & Pick<EntryProps, 'onEntered' | 'onRefused'>;

export function CodeStep({
  from = 'the mail',
  resendAt,
  resending,
  problem,
  onResend,
  onBack,
  redeem,
  onEntered,
  onRefused,
}: CodeStepProps) {
  const [code, setCode] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const now = useServerNow();
  const wait = Math.ceil((resendAt - now) / 1000);
  const verify = useMutation({
    mutationFn: redeem,
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
        label={`Code from ${from}`}
        value={code}
        onChange={setCode}
        onComplete={(digits) => verify.mutate(digits)}
        error={verify.isError ? sentenceOf(verify.error) : undefined}
      />
      <Button type="submit" wide size="large" busy={verify.isPending} disabled={code.length < 6}>
        Sign in
      </Button>
      {problem && <FormProblem>{problem}</FormProblem>}
      <div className="flex flex-wrap justify-between gap-2">
        <Button variant="quiet" onClick={onBack}>
          {from === 'the mail' ? 'Another address' : 'Another number'}
        </Button>
        <Button variant="quiet" busy={resending} disabled={wait > 0} onClick={onResend}>
          {wait > 0 ? `Send again in ${wait} s` : 'Send again'}
        </Button>
      </div>
    </form>
  );
}
