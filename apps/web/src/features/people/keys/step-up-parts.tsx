// 'Is it you?' by passkey and by app, for the sheet that asks.
import { useMutation } from '@tanstack/react-query';
import { Button, FormProblem } from '@videowindow/ui';
import { KeyRound } from 'lucide-react';
import { sentenceOf } from '../../../lib/queries.ts';
import { client } from '../../../lib/server.ts';
import { passkeySentence, stepUpByPasskey } from './passkey.ts';
import { SecondCode } from './second-step.tsx';

export function ByPasskey({ onProved }: { onProved: () => void }) {
  const prove = useMutation({ mutationFn: stepUpByPasskey, onSuccess: onProved });
  const problem = passkeySentence(prove.error, sentenceOf);
  return (
    <div className="grid gap-4">
      {problem && <FormProblem>{problem}</FormProblem>}
      <Button
        wide
        size="large"
        icon={<KeyRound aria-hidden size={20} />}
        busy={prove.isPending}
        onClick={() => prove.mutate()}
      >
        Use a passkey
      </Button>
    </div>
  );
}

export function ByApp({ onProved }: { onProved: () => void }) {
  const prove = useMutation({
    mutationFn: (code: string) => client.call('POST /auth/step-up/totp', { body: { code } }),
    onSuccess: onProved,
  });
  return (
    <SecondCode
      submit="It is me"
      busy={prove.isPending}
      error={prove.isError ? sentenceOf(prove.error) : undefined}
      onCode={(code) => prove.mutate(code)}
    />
  );
}
