// Pieces out as a table, and back in: first a trial that says what would change and what is wrong in which line.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ImportOutcome } from '@videowindow/contract/api/commerce';
import { Button, buttonClass, FormProblem, Sheet } from '@videowindow/ui';
import { useId, useState } from 'react';
import { sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';

export function TableButtons() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <a href="/api/v1/listings/file" download className={buttonClass({ variant: 'secondary' })}>
        Save as a table
      </a>
      <Button variant="secondary" onClick={() => setOpen(true)}>
        Read a table
      </Button>
      {open && <ImportSheet onClose={() => setOpen(false)} />}
    </>
  );
}

function ImportSheet({ onClose }: { onClose: () => void }) {
  const inputId = useId();
  const queries = useQueryClient();
  const [csv, setCsv] = useState<string | null>(null);
  const run = useMutation({
    mutationFn: (given: { csv: string; dryRun: boolean }) => client.call('POST /listings/import', { body: given }),
    onSuccess: (_outcome, { dryRun }) => {
      if (dryRun) return;
      void queries.invalidateQueries({ queryKey: ['GET /listings'] });
      void queries.invalidateQueries({ queryKey: ['GET /stories'] });
    },
  });
  const outcome = run.data ?? null;
  const isTrial = run.variables?.dryRun === true;
  const isDone = outcome !== null && !isTrial && outcome.problems.length === 0;
  return (
    <Sheet
      open
      onOpenChange={(is) => !is && onClose()}
      title="Read a table"
      subtitle="Save your pieces as a table, change prices and stock in it, and read it back. A line without a story begins a draft."
    >
      <div className="grid gap-5">
        <div>
          <label htmlFor={inputId} className="mb-1.5 block text-14 font-semibold text-ink-2">
            The file (.csv)
          </label>
          <input
            id={inputId}
            type="file"
            accept=".csv,text/csv"
            className="block min-h-11 w-full text-14 file:mr-3 file:min-h-11 file:rounded-control file:border file:border-line file:bg-sheet file:px-4 file:font-semibold"
            onChange={async (event) => {
              const text = (await event.target.files?.[0]?.text()) ?? null;
              setCsv(text);
              run.reset();
              if (text !== null) run.mutate({ csv: text, dryRun: true });
            }}
          />
        </div>
        {run.isError && <FormProblem>{sentenceOf(run.error)}</FormProblem>}
        {outcome && <Outcome outcome={outcome} done={isDone} />}
        {isDone ? (
          <Button wide variant="secondary" onClick={onClose}>
            Done
          </Button>
        ) : (
          <Button
            wide
            busy={run.isPending}
            disabled={csv === null || !outcome || outcome.problems.length > 0}
            onClick={() => csv !== null && run.mutate({ csv, dryRun: false })}
          >
            Change them
          </Button>
        )}
      </div>
    </Sheet>
  );
}

function Outcome({ outcome, done }: { outcome: ImportOutcome; done: boolean }) {
  const { problems, changed, created } = outcome;
  if (problems.length === 0) {
    const pieces = `${changed} ${changed === 1 ? 'piece' : 'pieces'}`;
    const drafts = created > 0 ? `, ${created} new ${created === 1 ? 'draft' : 'drafts'}` : '';
    return (
      <p role="status" className="text-ink-2">
        {done ? `Changed: ${pieces}${drafts}.` : `This changes ${pieces}${drafts}. Nothing is wrong with it.`}
      </p>
    );
  }
  return (
    <div role="alert">
      <p className="mb-2 font-semibold text-madder">Nothing was changed. Please put this right first:</p>
      <ul className="grid gap-1 text-14">
        {problems.slice(0, 50).map(({ line, column, message }) => (
          <li key={`${line} ${column} ${message}`}>
            <span className="figures font-semibold">Line {line}</span>
            {column && `, ${column}`}: {message}
          </li>
        ))}
      </ul>
      {problems.length > 50 && <p className="mt-2 text-14 text-ink-3">And {problems.length - 50} more.</p>}
    </div>
  );
}
