// Where the mail to the old address leads: its owner says yes to the new one, or stops it. Nobody needs to be signed in.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button, buttonClass, EmptyState, FormProblem, Page } from '@videowindow/ui';
import { MailCheck, ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import { sessionQuery } from '../../app/session.ts';
import { keyOf, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { useTitle } from '../../lib/title.ts';

export function EmailChangePage() {
  useTitle('Your mail address');
  // Behind the #, so that no server's log ever holds it.
  const [token] = useState(() => window.location.hash.slice(1));
  const queries = useQueryClient();
  const answer = useMutation({
    mutationFn: (what: 'confirm' | 'stop') =>
      client.call('POST /auth/email-change/answer', { body: { token, answer: what } }),
    onSuccess: async () => {
      window.history.replaceState(window.history.state, '', '/email-change');
      await queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
      await queries.invalidateQueries({ queryKey: keyOf('GET /auth/ways') });
      await queries.invalidateQueries({ queryKey: keyOf('GET /auth/email-change') });
    },
  });
  if (answer.isSuccess) return answer.variables === 'stop' ? <Stopped /> : <Changed />;
  return (
    <Page
      title="A new mail address?"
      intro="Somebody who is signed in as you wants another mail address for your account. The mail says which."
      width="form"
    >
      {token === '' ? (
        <p>Please open this page by the link in the mail.</p>
      ) : (
        <div className="grid gap-6">
          <p className="text-ink-2">
            Was it you? Then it is so at once. If not, stop it: everybody who is signed in as you is signed out, and
            your address stays.
          </p>
          {answer.isError && <FormProblem>{sentenceOf(answer.error)}</FormProblem>}
          <div className="grid gap-3">
            <Button
              size="large"
              busy={answer.isPending && answer.variables === 'confirm'}
              onClick={() => answer.mutate('confirm')}
            >
              Yes, that was me
            </Button>
            <Button
              variant="danger"
              busy={answer.isPending && answer.variables === 'stop'}
              onClick={() => answer.mutate('stop')}
            >
              Stop it, that was not me
            </Button>
          </div>
        </div>
      )}
    </Page>
  );
}

function Changed() {
  return (
    <Page title="Your mail address" width="form">
      <EmptyState
        icon={<MailCheck aria-hidden size={26} />}
        title="The new address holds"
        action={
          <Link to="/you/security" className={buttonClass()}>
            Sign-in and security
          </Link>
        }
      >
        Codes and news go there from now on. Other devices were signed out.
      </EmptyState>
    </Page>
  );
}

function Stopped() {
  return (
    <Page title="Your mail address" width="form">
      <EmptyState
        icon={<ShieldCheck aria-hidden size={26} />}
        title="Stopped"
        action={
          <Link to="/sign-in" search={{ back: '/you/security' }} className={buttonClass()}>
            Sign in and look
          </Link>
        }
      >
        Your address stays, and everybody was signed out. Sign in and see your ways in: set a new password, and remove
        what you do not know.
      </EmptyState>
    </Page>
  );
}
