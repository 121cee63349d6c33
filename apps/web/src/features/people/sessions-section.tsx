// Where one is signed in: end one, or all others.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Session, SessionWay } from '@videowindow/contract/api/identity';
import { Button, buttonClass, ConfirmDialog, FormProblem, Section, StatusChip, useVoice } from '@videowindow/ui';
import { Laptop, Smartphone } from 'lucide-react';
import { useState } from 'react';
import { dateTime } from '../../lib/dates.ts';
import { Loaded } from '../../lib/loaded.tsx';
import { keyOf, read, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';

const wayWords: Record<SessionWay, string> = {
  email: 'by a code from the mail',
  phone: 'by a code from the phone',
  password: 'by password',
  google: 'with Google',
  apple: 'with Apple',
  passkey: 'by passkey',
  device: 'let in by another device',
};

export function SessionsSection() {
  const sessions = useQuery({ ...read('GET /auth/sessions'), staleTime: 0 });
  return (
    <Section title="Where you are signed in">
      <Loaded query={sessions}>
        {({ items }) => (
          <>
            <ul className="overflow-hidden rounded-card border border-line bg-sheet">
              {items.map((session) => (
                <SessionRow key={session.id} session={session} />
              ))}
            </ul>
            <div className="mt-3 flex flex-wrap gap-2">
              <Link to="/you/device" className={buttonClass({ variant: 'secondary' })}>
                Let a device in
              </Link>
              {items.length > 1 && <EndOthers count={items.length - 1} />}
            </div>
          </>
        )}
      </Loaded>
    </Section>
  );
}

function SessionRow({ session }: { session: Session }) {
  const queries = useQueryClient();
  const { toast } = useVoice();
  const end = useMutation({
    mutationFn: () => client.call('DELETE /auth/sessions/:id', { params: { id: session.id } }),
    onSuccess: () => toast({ text: 'Signed out there.', tone: 'good' }),
    onError: (error) => toast({ text: sentenceOf(error), tone: 'bad' }),
    onSettled: () => queries.invalidateQueries({ queryKey: keyOf('GET /auth/sessions') }),
  });
  const Icon = /iPhone|Android|iPad/.test(session.device) ? Smartphone : Laptop;
  return (
    <li className="flex min-h-16 items-center gap-4 border-t border-line px-4 py-3 first:border-t-0">
      <Icon aria-hidden size={22} strokeWidth={1.75} className="shrink-0 text-ink-2" />
      <span className="min-w-0 grow">
        <span className="flex flex-wrap items-center gap-x-2.5 font-semibold">
          {session.device}
          {session.current && <StatusChip tone="good">This one</StatusChip>}
        </span>
        <span className="block text-14 text-ink-3">
          {session.place} · {session.current ? 'now' : `last used ${dateTime(session.lastSeenAt)}`}
        </span>
        <span className="block text-14 text-ink-3">
          Signed in {dateTime(session.startedAt)}, {wayWords[session.way]}
        </span>
      </span>
      {!session.current && (
        <Button
          variant="quiet"
          size="small"
          className="shrink-0"
          busy={end.isPending}
          aria-label={`Sign out ${session.device}, ${session.place}`}
          onClick={() => end.mutate()}
        >
          Sign out
        </Button>
      )}
    </li>
  );
}

function EndOthers({ count }: { count: number }) {
  const [asking, setAsking] = useState(false);
  const queries = useQueryClient();
  const { toast } = useVoice();
  const end = useMutation({
    mutationFn: () => client.call('POST /auth/sessions/end-others'),
    onSuccess: () => {
      setAsking(false);
      toast({ text: 'Signed out everywhere else.', tone: 'good' });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: keyOf('GET /auth/sessions') }),
  });
  return (
    <div>
      <Button variant="secondary" onClick={() => setAsking(true)}>
        Sign out everywhere else
      </Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title="Sign out everywhere else?"
        confirm="Sign out there"
        cancel="Not now"
        busy={end.isPending}
        onConfirm={() => end.mutate()}
      >
        {count === 1 ? 'One other place' : `${count} other places`} will ask for a sign-in again. You stay signed in
        here.
        {end.isError && <FormProblem className="mt-2">{sentenceOf(end.error)}</FormProblem>}
      </ConfirmDialog>
    </div>
  );
}
