// Coming in by password, for those who like it better: signing in, making an account, a new password by mail.
import { useMutation } from '@tanstack/react-query';
import { isApiError } from '@videowindow/client';
import { Button, CodeInput } from '@videowindow/ui';
import { useEffect, useState } from 'react';
import { fieldErrorOf } from '../../lib/field-error.ts';
import { sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { NewPasswordField, PasswordField } from './password-field.tsx';
import { CodeStep, codeIsOnItsWay, EmailField, problemWith, QuietWays } from './sign-in-code.tsx';
import type { EntryProps } from './sign-in-page.tsx';

export function PasswordEntry({ email, onEmail, onTurn, onStep, onEntered, onRefused }: EntryProps) {
  const [password, setPassword] = useState('');
  useEffect(() => onStep({ title: 'Sign in', intro: 'With your address and your password.', first: true }), [onStep]);
  const login = useMutation({
    mutationFn: () => client.call('POST /auth/login', { body: { identifier: email, password } }),
    onSuccess: ({ user }) => onEntered(user),
    onError: onRefused,
  });
  const isAddress = isApiError(login.error, 'validation_failed');
  return (
    <>
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!login.isPending) login.mutate();
        }}
      >
        <EmailField
          email={email}
          onEmail={onEmail}
          isLogin
          error={isAddress && login.error ? problemWith(login.error) : undefined}
        />
        <PasswordField
          value={password}
          onChange={setPassword}
          autoFocus={email !== ''}
          error={login.isError && !isAddress ? sentenceOf(login.error) : undefined}
        />
        <Button type="submit" wide size="large" busy={login.isPending}>
          Sign in
        </Button>
      </form>
      <QuietWays>
        <Button variant="quiet" onClick={() => onTurn('code')}>
          Use a code instead
        </Button>
        <Button variant="quiet" onClick={() => onTurn('reset')}>
          Forgot your password?
        </Button>
        <Button variant="quiet" onClick={() => onTurn('register')}>
          New here?
        </Button>
      </QuietWays>
    </>
  );
}

export function RegisterEntry({ email, onEmail, onTurn, onStep, onEntered, onRefused }: EntryProps) {
  const [password, setPassword] = useState('');
  const [begun, setBegun] = useState<{ ticket: string; resendAt: number } | null>(null);
  const begin = useMutation({
    mutationFn: () => client.call('POST /auth/register', { body: { identifier: email, password } }),
    onSuccess: ({ ticket, resendAfterS }) => setBegun({ ticket, resendAt: Date.now() + resendAfterS * 1000 }),
  });
  useEffect(() => {
    onStep(
      begun
        ? codeIsOnItsWay(email)
        : { title: 'Make an account', intro: 'With your address and a password.', first: false },
    );
  }, [begun, email, onStep]);

  if (begun) {
    return (
      <CodeStep
        {...{ onEntered, onRefused }}
        resendAt={begun.resendAt}
        resending={begin.isPending}
        problem={begin.isError ? sentenceOf(begin.error) : undefined}
        onResend={() => begin.mutate()}
        onBack={() => setBegun(null)}
        redeem={(code) => client.call('POST /auth/verify-email', { body: { ticket: begun.ticket, code } })}
      />
    );
  }
  const passwordProblem = newPasswordProblem(begin.error);
  return (
    <>
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!begin.isPending) begin.mutate();
        }}
      >
        <EmailField
          email={email}
          onEmail={onEmail}
          isLogin
          error={begin.isError && !passwordProblem ? problemWith(begin.error) : undefined}
        />
        <NewPasswordField value={password} onChange={setPassword} error={passwordProblem} />
        <Button type="submit" wide size="large" busy={begin.isPending}>
          Make the account
        </Button>
      </form>
      <QuietWays>
        <Button variant="quiet" onClick={() => onTurn('password')}>
          I have an account
        </Button>
        <Button variant="quiet" onClick={() => onTurn('code')}>
          Use a code instead
        </Button>
      </QuietWays>
    </>
  );
}

export function ResetEntry({ email, onEmail, onTurn, onStep, onEntered, onRefused }: EntryProps) {
  const [sent, setSent] = useState(false);
  const [code, setCode] = useState('');
  const [password, setPassword] = useState('');
  const request = useMutation({
    mutationFn: () => client.call('POST /auth/reset-password/request', { body: { identifier: email } }),
    onSuccess: () => setSent(true),
  });
  const reset = useMutation({
    mutationFn: () => client.call('POST /auth/reset-password', { body: { identifier: email, code, password } }),
    onSuccess: ({ user }) => onEntered(user),
    onError: onRefused,
  });
  useEffect(() => {
    onStep(
      sent
        ? {
            title: 'A new password',
            intro: `If there is an account for ${email}, a six-digit code is on its way there. Every other device is signed out.`,
            first: false,
          }
        : { title: 'A new password', intro: 'We send a code to your mail, with which you set it.', first: false },
    );
  }, [sent, email, onStep]);

  if (sent) {
    const passwordProblem = newPasswordProblem(reset.error);
    return (
      <form
        className="grid gap-5"
        onSubmit={(event) => {
          event.preventDefault();
          if (!reset.isPending) reset.mutate();
        }}
      >
        <CodeInput
          ref={(input) => {
            if (code === '') input?.focus();
          }}
          label="Code from the mail"
          value={code}
          onChange={setCode}
          error={reset.isError && !passwordProblem ? sentenceOf(reset.error) : undefined}
        />
        <NewPasswordField value={password} onChange={setPassword} error={passwordProblem} />
        <Button type="submit" wide size="large" busy={reset.isPending} disabled={code.length < 6}>
          Set it and sign in
        </Button>
        <div>
          <Button variant="quiet" onClick={() => setSent(false)}>
            Another address
          </Button>
        </div>
      </form>
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
          I know it again
        </Button>
      </QuietWays>
    </>
  );
}

/** What is wrong with the password that was chosen; undefined when it is something else. */
const newPasswordProblem = (error: unknown): string | undefined =>
  isApiError(error, 'password_common') ? error.message : fieldErrorOf(error, 'password');
