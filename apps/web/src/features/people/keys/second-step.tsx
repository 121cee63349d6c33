// The second step of signing in: the code that the authenticator app shows, or one from paper.
import { useMutation } from '@tanstack/react-query';
import { isApiError } from '@videowindow/client';
import type { Me } from '@videowindow/contract/api/people';
import { Button, CodeInput, TextField } from '@videowindow/ui';
import { type ReactNode, useState } from 'react';
import { sentenceOf } from '../../../lib/queries.ts';
import { client } from '../../../lib/server.ts';

/** What the server said is missing: the key of the second step; null when it is another refusal. */
export const secondStepOf = (error: unknown): string | null =>
  isApiError(error, 'second_factor_required') ? String(error.details.step) : null;

export function SecondStep({
  step,
  onEntered,
  onBack,
}: {
  step: string;
  onEntered: (me: Me) => void;
  onBack: () => void;
}) {
  const verify = useMutation({
    mutationFn: (code: string) => client.call('POST /auth/2fa/verify', { body: { step, code } }),
    onSuccess: ({ user }) => onEntered(user),
  });
  const isOver = isApiError(verify.error, 'ceremony_over');
  return (
    <SecondCode
      busy={verify.isPending}
      error={verify.isError ? sentenceOf(verify.error) : undefined}
      submit="Sign in"
      onCode={(code) => verify.mutate(code)}
      aside={
        <Button variant={isOver ? 'secondary' : 'quiet'} onClick={onBack}>
          Begin again
        </Button>
      }
    />
  );
}

/** Six digits of the app; or, one press away, a code from paper. */
export function SecondCode({
  busy,
  error,
  submit,
  onCode,
  aside,
}: {
  busy: boolean;
  error?: string | undefined;
  submit: string;
  onCode: (code: string) => void;
  aside?: ReactNode;
}) {
  const [onPaper, setOnPaper] = useState(false);
  const [code, setCode] = useState('');
  const isWhole = onPaper ? code.replace(/[\s-]/g, '').length >= 10 : code.length === 6;
  const send = (whole: string) => {
    if (busy) return;
    onCode(whole);
    if (!onPaper) setCode('');
  };
  return (
    <form
      className="grid gap-5"
      onSubmit={(event) => {
        event.preventDefault();
        if (isWhole) send(code);
      }}
    >
      {onPaper ? (
        <TextField
          label="Code from your paper"
          hint="Ten letters and digits. Each of them works once."
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          autoFocus
          maxLength={20}
          value={code}
          onChange={(event) => setCode(event.target.value)}
          error={error}
        />
      ) : (
        <CodeInput
          ref={(input) => input?.focus()}
          label="Code from the app"
          value={code}
          onChange={setCode}
          onComplete={send}
          error={error}
        />
      )}
      <Button type="submit" wide size="large" busy={busy} disabled={!isWhole}>
        {submit}
      </Button>
      <div className="flex flex-wrap justify-between gap-2">
        <Button
          variant="quiet"
          onClick={() => {
            setOnPaper(!onPaper);
            setCode('');
          }}
        >
          {onPaper ? 'Use the app after all' : 'The phone is not here: use a code from paper'}
        </Button>
        {aside}
      </div>
    </form>
  );
}
