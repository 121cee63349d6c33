// Coming in by a code to the phone, for who has proved a number here.
import { useMutation } from '@tanstack/react-query';
import { isApiError } from '@videowindow/client';
import { Button, TextField } from '@videowindow/ui';
import { useEffect, useState } from 'react';
import { sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { CodeStep, QuietWays } from './sign-in-code.tsx';
import type { EntryProps } from './sign-in-page.tsx';

export function PhoneEntry({ onTurn, onStep, onEntered, onRefused }: EntryProps) {
  const [phone, setPhone] = useState('');
  const [resendAt, setResendAt] = useState<number | null>(null);
  const identifier = phone.trim();
  const request = useMutation({
    mutationFn: () => client.call('POST /auth/otp/request', { body: { identifier, channel: 'sms' } }),
    onSuccess: ({ resendAfterS }) => setResendAt(Date.now() + resendAfterS * 1000),
  });
  useEffect(() => {
    onStep(
      resendAt === null
        ? { title: 'Sign in', intro: 'We send a code to the phone that you have proved here.', first: true }
        : {
            title: 'Enter the code',
            intro: `If ${phone} is a number of ours, a six-digit code is on its way there. It is good for ten minutes.`,
            first: false,
          },
    );
  }, [resendAt, phone, onStep]);

  if (resendAt !== null) {
    return (
      <CodeStep
        {...{ onEntered, onRefused }}
        from="the text"
        resendAt={resendAt}
        resending={request.isPending}
        problem={request.isError ? sentenceOf(request.error) : undefined}
        onResend={() => request.mutate()}
        onBack={() => setResendAt(null)}
        redeem={(code) => client.call('POST /auth/otp/verify', { body: { identifier, code } })}
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
        <TextField
          label="Phone"
          hint="With its country first: +351 912 345 678."
          type="tel"
          autoComplete="tel"
          autoFocus
          required
          pattern="\s*\+.*"
          maxLength={26}
          value={phone}
          onChange={(event) => setPhone(event.target.value)}
          error={request.isError ? phoneProblem(request.error) : undefined}
        />
        <Button type="submit" wide size="large" busy={request.isPending}>
          Send the code
        </Button>
      </form>
      <QuietWays>
        <Button variant="quiet" onClick={() => onTurn('code')}>
          Use my mail instead
        </Button>
      </QuietWays>
    </>
  );
}

/** What to say beside a number. */
export const phoneProblem = (error: unknown): string =>
  isApiError(error, 'validation_failed')
    ? 'This does not look like a number with its country first, such as +351 912 345 678.'
    : sentenceOf(error);
