// Setting up the authenticator app: the picture, the proof, the codes for the paper.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, CodeInput, FormProblem, Sheet, Spinner } from '@videowindow/ui';
import { useEffect, useState } from 'react';
import { QrCode } from '../../../lib/qr-code.tsx';
import { keyOf, sentenceOf } from '../../../lib/queries.ts';
import { client } from '../../../lib/server.ts';
import { RecoveryCodes } from './recovery-codes.tsx';
import { useToolsOpen } from './staff-waits.tsx';

export default function SetUpSheet({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const [code, setCode] = useState('');
  const toolsOpen = useToolsOpen();
  const offer = useMutation({ mutationFn: () => client.call('POST /auth/2fa/offer') });
  const enable = useMutation({
    mutationFn: (digits: string) => client.call('POST /auth/2fa/enable', { body: { code: digits } }),
    onError: () => setCode(''),
  });
  const { mutate, isIdle } = offer;
  useEffect(() => {
    if (isIdle) mutate();
  }, [isIdle, mutate]);
  const done = () => {
    void queries.invalidateQueries({ queryKey: keyOf('GET /auth/2fa') });
    toolsOpen();
    onClose();
  };
  if (enable.data) return <RecoveryCodes codes={enable.data.recoveryCodes} onDone={done} />;
  return (
    <Sheet
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title="Set up an app"
      subtitle="Any authenticator app will do: Google's, Microsoft's, 1Password, Aegis, the one in your phone's settings."
    >
      {offer.isError && <FormProblem>{sentenceOf(offer.error)}</FormProblem>}
      {offer.isPending && (
        <p className="grid place-items-center py-16 text-ink-3">
          <Spinner />
        </p>
      )}
      {offer.data && (
        <form
          className="grid gap-5"
          onSubmit={(event) => {
            event.preventDefault();
            if (code.length === 6 && !enable.isPending) enable.mutate(code);
          }}
        >
          <div className="grid justify-items-center gap-3">
            <QrCode text={offer.data.uri} label="Picture for your authenticator app" />
            <details className="w-full text-14 text-ink-2">
              <summary className="flex min-h-11 cursor-pointer items-center justify-center text-indigo">
                The app is on this device: type the key
              </summary>
              <p className="break-all text-center font-mono text-16 select-all">
                {offer.data.secret.match(/.{1,4}/g)?.join(' ')}
              </p>
            </details>
          </div>
          <CodeInput
            label="Six digits that the app shows now"
            value={code}
            onChange={setCode}
            onComplete={(digits) => enable.mutate(digits)}
            error={enable.isError ? sentenceOf(enable.error) : undefined}
          />
          <Button type="submit" wide size="large" busy={enable.isPending} disabled={code.length < 6}>
            Turn it on
          </Button>
        </form>
      )}
    </Sheet>
  );
}
