// New words to agree to: asked over whatever one is at, which stays as it is.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Consent } from '@videowindow/contract/api/account';
import { Button, FormProblem, Sheet } from '@videowindow/ui';
import { useState } from 'react';
import { signOut } from '../../app/session.ts';
import { useSite } from '../../app/site.tsx';
import { keyOf, read, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';

const NAMES: Record<string, string> = { terms: 'terms', privacy: 'words on privacy' };

export function ConsentSheet() {
  const consents = useQuery({ ...read('GET /users/me/consents'), staleTime: 5 * 60_000 }).data?.items ?? [];
  const due = consents.filter((consent) => consent.due);
  const [later, setLater] = useState(false);
  if (due.length === 0 || later) return null;
  return <Asking due={due} onLater={() => setLater(true)} />;
}

function Asking({ due, onLater }: { due: Consent[]; onLater: () => void }) {
  const queries = useQueryClient();
  const site = useSite();
  const agree = useMutation({
    mutationFn: async () => {
      for (const { kind, version } of due)
        await client.call('POST /users/me/consents', { body: { kind, version, given: true } });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: keyOf('GET /users/me/consents') }),
  });
  const isNew = due.every(({ at }) => at === null);
  return (
    <Sheet
      open
      onOpenChange={(open) => !open && onLater()}
      title={isNew ? 'Before you go on' : 'Our words have changed'}
      subtitle="What you were doing stays as it is."
    >
      <p className="mb-3 text-ink-2">Please read, and say whether you agree:</p>
      <ul className="mb-5 grid gap-2">
        {due.map(({ kind, url, version }) => (
          <li key={kind}>
            <a
              href={url ?? undefined}
              target="_blank"
              rel="noreferrer"
              className="inline-flex min-h-11 items-center text-indigo underline underline-offset-2"
            >
              {`The ${NAMES[kind] ?? kind} of ${site?.name ?? 'this place'} (version ${version})`}
            </a>
          </li>
        ))}
      </ul>
      {agree.isError && <FormProblem className="mb-4">{sentenceOf(agree.error)}</FormProblem>}
      <div className="grid gap-2">
        <Button wide busy={agree.isPending} onClick={() => agree.mutate()}>
          I agree
        </Button>
        <Button variant="quiet" wide onClick={onLater}>
          Later
        </Button>
        <Button variant="quiet" wide onClick={() => void signOut()}>
          I do not agree: sign out
        </Button>
      </div>
    </Sheet>
  );
}
