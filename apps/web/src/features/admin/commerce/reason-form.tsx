import { Button, FormProblem, TextArea } from '@videowindow/ui';
import { useState } from 'react';
import { sentenceOf } from '../../../lib/queries.ts';

/** An act that must say why: it lands in the audit log with its reason. */
export function ReasonForm(props: {
  label: string;
  hint?: string;
  button: string;
  danger?: boolean;
  optional?: boolean;
  busy: boolean;
  error: Error | null;
  onSubmit: (reason: string) => void;
}) {
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState(false);
  return (
    <form
      className="grid gap-3"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const enough = props.optional || reason.trim().length >= 3;
        setMissing(!enough);
        if (enough) props.onSubmit(reason.trim());
      }}
    >
      <TextArea
        label={props.label}
        rows={2}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        {...(props.hint ? { hint: props.hint } : {})}
        {...(missing ? { error: 'Say why, in a few words: it is kept.' } : {})}
      />
      {props.error && <FormProblem>{sentenceOf(props.error)}</FormProblem>}
      <Button
        type="submit"
        variant={props.danger ? 'danger' : 'secondary'}
        busy={props.busy}
        className="justify-self-start"
      >
        {props.button}
      </Button>
    </form>
  );
}
