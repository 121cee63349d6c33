// A new address or number, proved by the code that is sent there.
import { useMutation } from '@tanstack/react-query';
import { Button, CodeInput, FormProblem, TextField, type TextFieldProps } from '@videowindow/ui';
import { useState } from 'react';
import { sentenceOf } from '../../lib/queries.ts';

type Props = {
  field: Pick<TextFieldProps, 'label' | 'hint' | 'type' | 'autoComplete' | 'maxLength'>;
  /** To take another one than was written. */
  another: string;
  send: (place: string) => Promise<unknown>;
  /** Why nothing could be sent. */
  problemOf?: (error: Error) => string;
  verify: (code: string) => Promise<unknown>;
  onProved: () => unknown;
  onLeave: () => void;
};

export function ProveForm({ field, another, send, problemOf = sentenceOf, verify, onProved, onLeave }: Props) {
  const [place, setPlace] = useState('');
  const [code, setCode] = useState('');
  const sending = useMutation({ mutationFn: () => send(place.trim()) });
  const proving = useMutation({ mutationFn: verify, onSuccess: onProved, onError: () => setCode('') });
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!sending.isSuccess && !sending.isPending) sending.mutate();
        else if (code.length === 6 && !proving.isPending) proving.mutate(code);
      }}
    >
      {sending.isSuccess ? (
        <>
          <CodeInput
            ref={(input) => input?.focus()}
            label={`Code sent to ${place.trim()}`}
            value={code}
            onChange={setCode}
            onComplete={(digits) => proving.mutate(digits)}
            error={proving.isError ? sentenceOf(proving.error) : undefined}
          />
          <div className="flex flex-wrap gap-2">
            <Button type="submit" busy={proving.isPending} disabled={code.length < 6}>
              It is mine
            </Button>
            <Button variant="quiet" onClick={() => sending.reset()}>
              {another}
            </Button>
          </div>
        </>
      ) : (
        <>
          <TextField {...field} autoFocus required value={place} onChange={(event) => setPlace(event.target.value)} />
          {sending.isError && <FormProblem>{problemOf(sending.error)}</FormProblem>}
          <div className="flex flex-wrap gap-2">
            <Button type="submit" busy={sending.isPending}>
              Send a code there
            </Button>
            <Button variant="quiet" onClick={onLeave}>
              Leave it
            </Button>
          </div>
        </>
      )}
    </form>
  );
}
