import { Button, FormProblem } from '@videowindow/ui';
import { sentenceOf } from '../../../lib/queries.ts';

/** The end of a form in a sheet: what went wrong, the act, and the way out. */
export function SheetEnd({
  error,
  confirm,
  danger,
  busy,
  onClose,
}: {
  error: Error | null;
  confirm: string;
  danger?: boolean | undefined;
  busy: boolean;
  onClose: () => void;
}) {
  return (
    <>
      {error && <FormProblem>{sentenceOf(error)}</FormProblem>}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" variant={danger ? 'danger' : 'primary'} busy={busy}>
          {confirm}
        </Button>
        <Button variant="quiet" onClick={onClose}>
          Not now
        </Button>
      </div>
    </>
  );
}
