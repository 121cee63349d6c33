// On a device that is signed in: what wants to be let in, from where; the number that it shows is the proof that both are
// in the same hands.
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { isApiError } from '@videowindow/client';
import { Button, buttonClass, Card, EmptyState, FormProblem, Page, TextField } from '@videowindow/ui';
import { MonitorCheck, MonitorSmartphone, MonitorX } from 'lucide-react';
import { useState } from 'react';
import { Loaded } from '../../../lib/loaded.tsx';
import { read, sentenceOf } from '../../../lib/queries.ts';
import { client } from '../../../lib/server.ts';
import { useTitle } from '../../../lib/title.ts';

const route = getRouteApi('/signed-in/you/device');

export function LetInPage() {
  useTitle('Let a device in');
  const { code } = route.useSearch();
  return code ? <Asked key={code} code={code} /> : <TypeCode />;
}

function TypeCode({ problem }: { problem?: string }) {
  const [code, setCode] = useState('');
  const navigate = useNavigate();
  return (
    <Page
      title="Let a device in"
      intro="The new device shows a code: choose ‘With a device that is signed in’ on its sign-in page."
      width="form"
    >
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void navigate({ to: '/you/device', search: { code: code.trim() }, replace: true });
        }}
      >
        <TextField
          label="Code that it shows"
          required
          autoFocus
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          maxLength={12}
          value={code}
          onChange={(event) => setCode(event.target.value)}
          error={problem}
        />
        <Button type="submit" wide size="large">
          Look
        </Button>
      </form>
    </Page>
  );
}

function Asked({ code }: { code: string }) {
  const request = useQuery({
    ...read('GET /auth/device-requests/:code', { params: { code } }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const answer = useMutation({
    mutationFn: (number: number | null) =>
      client.call('POST /auth/device-requests/:code/answer', { params: { code }, body: { number } }),
  });
  if (isApiError(request.error, 'not_found'))
    return (
      <TypeCode problem="Nothing waits under this code. It may have been too long ago: ask for a new one there." />
    );
  if (answer.data) {
    return (
      <Page title="Let a device in" width="form">
        <EmptyState
          icon={answer.data.allowed ? <MonitorCheck aria-hidden size={26} /> : <MonitorX aria-hidden size={26} />}
          title={answer.data.allowed ? 'It is in' : 'It stays out'}
          action={
            <Link to="/you/security" className={buttonClass()}>
              See where you are signed in
            </Link>
          }
        >
          {answer.data.allowed
            ? 'The other device goes on by itself in a moment.'
            : 'Nobody was signed in. If it was you and the number was wrong, ask for a new code there.'}
        </EmptyState>
      </Page>
    );
  }
  return (
    <Page title="Is this you?" intro="Let in only what you hold in your own hands." width="form">
      <Loaded query={request}>
        {({ device, place, numbers }) => (
          <div className="grid gap-6">
            <Card className="flex items-center gap-4">
              <MonitorSmartphone aria-hidden size={26} strokeWidth={1.75} className="shrink-0 text-ink-2" />
              <span>
                <span className="block font-semibold">{device}</span>
                <span className="block text-14 text-ink-3">{place} · asked just now</span>
              </span>
            </Card>
            <fieldset>
              <legend className="mb-3 font-semibold">Which number does it show?</legend>
              <div className="grid grid-cols-3 gap-3">
                {numbers.map((number) => (
                  <Button
                    key={number}
                    variant="secondary"
                    size="large"
                    className="figures font-title text-28"
                    busy={answer.isPending && answer.variables === number}
                    onClick={() => answer.mutate(number)}
                  >
                    {number}
                  </Button>
                ))}
              </div>
            </fieldset>
            {answer.isError && <FormProblem>{sentenceOf(answer.error)}</FormProblem>}
            <Button
              variant="danger"
              busy={answer.isPending && answer.variables === null}
              onClick={() => answer.mutate(null)}
            >
              That is not me
            </Button>
          </div>
        )}
      </Loaded>
    </Page>
  );
}
