// 'Is it you?': one factor, shown again, before what is grave. One part for each way; the first that the person has is
// offered, the others stand quiet beneath.
import { useMutation } from '@tanstack/react-query';
import type { StepUpWay } from '@videowindow/contract/api/identity';
import { Button, CodeInput, FormProblem, Sheet, useServerNow } from '@videowindow/ui';
import { type ComponentType, useState } from 'react';
import { useMe } from '../../app/session.ts';
import { sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import type { StepUpAsk } from '../../lib/step-up.ts';
import { passkeysWork } from './keys/passkey.ts';
import { ByApp, ByPasskey } from './keys/step-up-parts.tsx';
import { PasswordField } from './password-field.tsx';

type Part = ComponentType<{ onProved: () => void }>;

/** How each way is shown, and what choosing it is called. */
const parts: Partial<Record<StepUpWay, { choose: string; Part: Part }>> = {
  ...(passkeysWork() ? { passkey: { choose: 'With a passkey', Part: ByPasskey } } : {}),
  totp: { choose: 'With my authenticator app', Part: ByApp },
  password: { choose: 'With my password', Part: ByPassword },
  email: { choose: 'With a code from my mail', Part: ByMail },
  phone: { choose: 'With a code to my phone', Part: ByPhone },
};

export default function StepUpSheet({ ask }: { ask: StepUpAsk }) {
  const ways = Object.entries(parts).filter(([way]) => ask.ways.includes(way));
  const [chosen, setChosen] = useState(ways[0]?.[0]);
  const current = ways.find(([way]) => way === chosen)?.[1];
  return (
    <Sheet
      open
      onOpenChange={(open) => {
        if (!open) ask.answer(false);
      }}
      title="Is it you?"
      subtitle="We ask once more before something this important. Then it goes on by itself."
    >
      {current ? (
        <current.Part key={chosen} onProved={() => ask.answer(true)} />
      ) : (
        <FormProblem>This can't be shown here. Sign out and in again, and then come back.</FormProblem>
      )}
      {ways.length > 1 && (
        <div className="mt-5 grid justify-items-start border-t border-line pt-3">
          {ways
            .filter(([way]) => way !== chosen)
            .map(([way, { choose }]) => (
              <Button key={way} variant="quiet" className="-ml-4" onClick={() => setChosen(way)}>
                {choose}
              </Button>
            ))}
        </div>
      )}
    </Sheet>
  );
}

function ByPassword({ onProved }: { onProved: () => void }) {
  const [password, setPassword] = useState('');
  const prove = useMutation({
    mutationFn: () => client.call('POST /auth/step-up/password', { body: { password } }),
    onSuccess: onProved,
  });
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!prove.isPending) prove.mutate();
      }}
    >
      <PasswordField
        autoFocus
        value={password}
        onChange={setPassword}
        error={prove.isError ? sentenceOf(prove.error) : undefined}
      />
      <div>
        <Button type="submit" busy={prove.isPending}>
          It is me
        </Button>
      </div>
    </form>
  );
}

function ByMail({ onProved }: { onProved: () => void }) {
  const me = useMe();
  return <ByCode way="email" place={me?.email ?? 'your mail'} onProved={onProved} />;
}

function ByPhone({ onProved }: { onProved: () => void }) {
  return <ByCode way="phone" place="your phone" onProved={onProved} />;
}

function ByCode({ way, place, onProved }: { way: 'email' | 'phone'; place: string; onProved: () => void }) {
  const [code, setCode] = useState('');
  const [resendAt, setResendAt] = useState(0);
  const now = useServerNow();
  const wait = Math.ceil((resendAt - now) / 1000);
  const send = useMutation({
    mutationFn: () => client.call('POST /auth/step-up/send-code', { body: { way } }),
    onSuccess: ({ resendAfterS }) => setResendAt(now + resendAfterS * 1000),
  });
  const prove = useMutation({
    mutationFn: (digits: string) => client.call('POST /auth/step-up/code', { body: { code: digits } }),
    onSuccess: onProved,
    onError: () => setCode(''),
  });
  if (resendAt === 0) {
    return (
      <div className="grid gap-4">
        <p className="text-ink-2">We send a code to {place}.</p>
        {send.isError && <FormProblem>{sentenceOf(send.error)}</FormProblem>}
        <Button wide size="large" busy={send.isPending} onClick={() => send.mutate()}>
          Send the code
        </Button>
      </div>
    );
  }
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (code.length === 6 && !prove.isPending) prove.mutate(code);
      }}
    >
      <CodeInput
        ref={(input) => input?.focus()}
        label={`Code sent to ${place}`}
        value={code}
        onChange={setCode}
        onComplete={(digits) => prove.mutate(digits)}
        error={prove.isError ? sentenceOf(prove.error) : undefined}
      />
      {send.isError && <FormProblem>{sentenceOf(send.error)}</FormProblem>}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" busy={prove.isPending} disabled={code.length < 6}>
          It is me
        </Button>
        <Button variant="quiet" busy={send.isPending} disabled={wait > 0} onClick={() => send.mutate()}>
          {wait > 0 ? `Send again in ${wait} s` : 'Send again'}
        </Button>
      </div>
    </form>
  );
}
