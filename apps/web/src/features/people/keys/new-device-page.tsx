// On a new device: shows what the other one needs, and waits until that one has answered.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useRouter } from '@tanstack/react-router';
import { isApiError } from '@videowindow/client';
import { Button, Countdown, FormProblem, Page, Spinner } from '@videowindow/ui';
import { useEffect } from 'react';
import { changePerson } from '../../../app/session.ts';
import { QrCode } from '../../../lib/qr-code.tsx';
import { sentenceOf } from '../../../lib/queries.ts';
import { client } from '../../../lib/server.ts';
import { useTitle } from '../../../lib/title.ts';

const route = getRouteApi('/sign-in/device');
const ASK_EVERY_MS = 2000;

export function NewDevicePage() {
  useTitle('Sign in with another device');
  const { back } = route.useSearch();
  const router = useRouter();
  const queries = useQueryClient();
  const ask = useMutation({ mutationFn: () => client.call('POST /auth/device-requests') });
  const redeem = useMutation({
    mutationFn: (id: string) => client.call('POST /auth/device-requests/:id/redeem', { params: { id } }),
    onSuccess({ user }) {
      if (!user) return;
      void changePerson(queries, user);
      router.history.replace(back ?? '/');
    },
  });
  const { mutate: begin, isIdle } = ask;
  useEffect(() => {
    if (isIdle) begin();
  }, [isIdle, begin]);

  const request = ask.data;
  const { mutate: look, isPending, error } = redeem;
  // What did not get through is asked again; what was answered is not.
  const isOver =
    isApiError(error, 'ceremony_over') ||
    isApiError(error, 'device_declined') ||
    isApiError(error, 'account_suspended');
  const id = request?.id;
  useEffect(() => {
    if (id === undefined || isOver || isPending) return;
    const timer = setTimeout(() => look(id), ASK_EVERY_MS);
    return () => clearTimeout(timer);
  }, [id, isOver, isPending, look]);

  const again = () => {
    redeem.reset();
    ask.reset();
  };
  return (
    <Page
      title="Sign in with another device"
      intro="On a device where you are signed in, scan this picture, or open You, then Sign-in and security, then ‘Let a device in’, and type the code."
      width="form"
    >
      {ask.isError && <FormProblem>{sentenceOf(ask.error)}</FormProblem>}
      {ask.isPending && (
        <p className="grid place-items-center py-16 text-ink-3">
          <Spinner />
        </p>
      )}
      {isOver && (
        <div className="grid gap-4">
          <FormProblem>{sentenceOf(error)}</FormProblem>
          <Button wide size="large" onClick={again}>
            Show a new code
          </Button>
        </div>
      )}
      {request && !isOver && (
        <div className="grid justify-items-center gap-5 text-center">
          <QrCode
            text={`${location.origin}/you/device?code=${request.code}`}
            label="Picture to scan with the other device"
          />
          <p>
            <span className="block text-14 text-ink-3">Code to type there</span>
            <span className="figures font-mono text-22 font-semibold tracking-wider select-all">{request.code}</span>
          </p>
          <p className="w-full rounded-card border border-line bg-sheet p-4">
            <span className="block text-14 text-ink-3">Then choose this number there</span>
            <span className="figures font-title text-48 leading-tight font-semibold">{request.number}</span>
          </p>
          <p className="text-14 text-ink-3" role="status">
            Waiting for the other device. <Countdown endsAt={request.expiresAt} /> left.
          </p>
        </div>
      )}
      <p className="mt-8">
        <Link to="/sign-in" search={{ back }} className="text-indigo underline underline-offset-2">
          Another way
        </Link>
      </p>
    </Page>
  );
}
