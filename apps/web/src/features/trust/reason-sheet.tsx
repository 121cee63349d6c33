import { Button, Sheet, TextArea } from '@videowindow/ui';
import { useState } from 'react';
import { fieldErrorOf } from '../../lib/field-error.ts';
import { focusProblem } from '../../lib/focus-problem.ts';
import { sentenceOf } from '../../lib/queries.ts';

type Props = {
  title: string;
  subtitle: string;
  hint: string;
  /** Sentences to start from. */
  suggestions?: readonly string[];
  confirm: string;
  danger?: boolean;
  busy: boolean;
  error: Error | null;
  onConfirm: (reason: string) => void;
  onClose: () => void;
};

const LONGEST = 2000;

/** Asks why: no decision against somebody goes without a reason that can be read later. */
export function ReasonSheet(props: Props) {
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const written = reason.trim();
  const fieldError = fieldErrorOf(props.error, 'reason');
  return (
    <Sheet open onOpenChange={(open) => !open && props.onClose()} title={props.title} subtitle={props.subtitle}>
      <form
        noValidate
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (!written) focusProblem(event.currentTarget);
          else if (!props.busy) props.onConfirm(written);
        }}
      >
        {props.suggestions && (
          <div className="flex flex-wrap gap-2">
            {props.suggestions.map((suggestion) => (
              <button
                key={suggestion}
                type="button"
                onClick={() => setReason(written ? `${written}\n${suggestion}` : suggestion)}
                className="min-h-11 rounded-control border border-line bg-paper px-3 py-2 text-left text-14 text-ink-2 transition-colors duration-120 hover:border-line-strong hover:text-ink"
              >
                {suggestion}
              </button>
            ))}
          </div>
        )}
        <TextArea
          label="Reason"
          rows={4}
          maxLength={LONGEST}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
          hint={props.hint}
          error={fieldError ?? (tried && !written ? 'Write a reason first.' : undefined)}
          autoFocus
        />
        {props.error && !fieldError && (
          <p role="alert" className="text-14 text-madder">
            {sentenceOf(props.error)}
          </p>
        )}
        <Button type="submit" wide size="large" variant={props.danger ? 'danger' : 'primary'} busy={props.busy}>
          {props.confirm}
        </Button>
      </form>
    </Sheet>
  );
}
