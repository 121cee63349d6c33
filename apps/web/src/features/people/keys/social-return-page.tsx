// Where Google and Apple send people back to: hands over what they said, and goes on to where the person wanted to be.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';
import { isApiError } from '@videowindow/client';
import type { SocialProvider } from '@videowindow/contract/api/keys';
import type { Me } from '@videowindow/contract/api/people';
import { buttonClass, FormProblem, Page, Spinner, useVoice } from '@videowindow/ui';
import { useEffect, useState } from 'react';
import { changePerson } from '../../../app/session.ts';
import { sentenceOf } from '../../../lib/queries.ts';
import { client } from '../../../lib/server.ts';
import { useTitle } from '../../../lib/title.ts';
import { SecondStep, secondStepOf } from './second-step.tsx';

const names = { google: 'Google', apple: 'Apple' };

/** Read once, as it stands in the address; the answer in it is good once. */
const answerInAddress = () => Object.fromEntries(new URLSearchParams(location.search));

export function GoogleReturnPage() {
  return <SocialReturn provider="google" />;
}

export function AppleReturnPage() {
  return <SocialReturn provider="apple" />;
}

function SocialReturn({ provider }: { provider: SocialProvider }) {
  useTitle('Sign in');
  const router = useRouter();
  const queries = useQueryClient();
  const { toast } = useVoice();
  const [answer] = useState(answerInAddress);
  const goOn = (back: string | null) => router.history.replace(back ?? '/');
  const enter = (me: Me, back: string | null) => {
    void changePerson(queries, me);
    goOn(back);
  };
  const hand = useMutation({
    mutationFn: () => client.call('POST /auth/social/callback', { body: { provider, answer } }),
    onSuccess({ user, linked, back }) {
      if (linked) {
        toast({ text: `${names[provider]} is linked.`, tone: 'good' });
        void queries.invalidateQueries();
        goOn(back);
      } else enter(user, back);
    },
  });
  const { mutate, isIdle } = hand;
  useEffect(() => {
    if (isIdle) mutate();
  }, [isIdle, mutate]);
  const step = secondStepOf(hand.error);
  if (step !== null) {
    return (
      <Page title="One more step" intro="Open your authenticator app. It shows six digits for this place." width="form">
        <SecondStep step={step} onEntered={(me) => enter(me, null)} onBack={() => goOn('/sign-in')} />
      </Page>
    );
  }
  if (!hand.isError) {
    return (
      <Page title="One moment" intro={`We look at what ${names[provider]} says.`} width="form">
        <p className="grid place-items-center py-10 text-ink-3">
          <Spinner />
        </p>
      </Page>
    );
  }
  const turnedBack = isApiError(hand.error, 'social_cancelled');
  return (
    <Page title={turnedBack ? 'You turned back' : 'That did not work'} width="form">
      <div className="grid gap-5">
        {turnedBack ? (
          <p className="text-ink-2">{sentenceOf(hand.error)}</p>
        ) : (
          <FormProblem>{sentenceOf(hand.error)}</FormProblem>
        )}
        <Link to="/sign-in" className={buttonClass({ wide: true, size: 'large' })}>
          Choose another way
        </Link>
      </div>
    </Page>
  );
}
