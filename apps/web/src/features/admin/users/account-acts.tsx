// What an admin can do to an account; each with a reason that is kept. What is offered is what the server's machine allows.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Section, Select, Sheet, TextArea, useVoice } from '@videowindow/ui';
import { Ban, Eye, KeyRound, LogOut, PauseCircle, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { useMe } from '../../../app/session.ts';
import { focusProblem } from '../../../lib/focus-problem.ts';
import { keyOf } from '../../../lib/queries.ts';
import { client } from '../../../lib/server.ts';
import { SheetEnd } from './sheet-end.tsx';
import type { Detail } from './user-page.tsx';

type Act = 'suspend' | 'ban' | 'reinstate' | 'sign-out' | 'release' | 'view-as';

const DAY_MS = 86_400_000;
const lengths = [
  { value: '1', label: 'One day' },
  { value: '3', label: 'Three days' },
  { value: '7', label: 'A week' },
  { value: '30', label: 'Thirty days' },
  { value: '90', label: 'Ninety days' },
];

const words: Record<Act, { title: string; hint: string; confirm: string; done: string; danger?: true }> = {
  suspend: {
    title: 'Suspend this account?',
    hint: 'They are signed out everywhere within seconds, and can come back when the time is over.',
    confirm: 'Suspend',
    done: 'Suspended.',
    danger: true,
  },
  ban: {
    title: 'Ban this account?',
    hint: 'They are signed out everywhere within seconds and cannot come back, until an admin opens it again.',
    confirm: 'Ban',
    done: 'Banned.',
    danger: true,
  },
  reinstate: {
    title: 'Open this account again?',
    hint: 'They can sign in again at once.',
    confirm: 'Open it',
    done: 'Open again.',
  },
  'sign-out': {
    title: 'Sign them out everywhere?',
    hint: 'Every place will ask for a sign-in again. The account stays open.',
    confirm: 'Sign them out',
    done: 'Signed out everywhere.',
  },
  release: {
    title: 'Did they lose their app?',
    hint: 'Be sure that you speak with them: ask what only they know. They are told at once, and in a day their app is asked for no more. If they use it before, it stays.',
    confirm: 'Let them in without it',
    done: 'They are told. In a day the app is asked for no more.',
    danger: true,
  },
  'view-as': {
    title: 'See it as they do?',
    hint: 'For a quarter of an hour you see every page with their eyes. Nothing can be changed meanwhile.',
    confirm: 'See it as they do',
    done: '',
  },
};

export function AccountActs({ detail: { user, possible, sessions, secondFactor } }: { detail: Detail }) {
  const [asking, setAsking] = useState<Act | null>(null);
  const me = useMe();
  if (me?.id === user.id)
    return (
      <p className="mb-8 rounded-control bg-ink/5 px-4 py-3 text-14">
        This is you. Another admin looks after your account.
      </p>
    );
  const button = (act: Act, label: string, icon: React.ReactNode, variant: 'secondary' | 'danger' = 'secondary') => (
    <Button key={act} variant={variant} icon={icon} onClick={() => setAsking(act)}>
      {label}
    </Button>
  );
  return (
    <Section title="What you can do">
      <div className="flex flex-wrap gap-2">
        {user.status !== 'deleted' && button('view-as', 'See it as they do', <Eye aria-hidden size={18} />)}
        {sessions.length > 0 && button('sign-out', 'Sign them out', <LogOut aria-hidden size={18} />)}
        {secondFactor && button('release', 'They lost their app', <KeyRound aria-hidden size={18} />)}
        {possible.includes('reinstate') && button('reinstate', 'Open it again', <Undo2 aria-hidden size={18} />)}
        {possible.includes('suspend') && button('suspend', 'Suspend', <PauseCircle aria-hidden size={18} />, 'danger')}
        {possible.includes('ban') && button('ban', 'Ban', <Ban aria-hidden size={18} />, 'danger')}
      </div>
      {asking && <ActSheet act={asking} userId={user.id} name={user.displayName} onClose={() => setAsking(null)} />}
    </Section>
  );
}

const call = (act: Act, id: string, reason: string, days: number): Promise<unknown> => {
  const params = { id };
  const body = { reason };
  switch (act) {
    case 'suspend':
      return client.call('POST /admin/users/:id/suspend', {
        params,
        body: { reason, until: new Date(Date.now() + days * DAY_MS).toISOString() },
      });
    case 'ban':
      return client.call('POST /admin/ban-user', { body: { userId: id, reason } });
    case 'reinstate':
      return client.call('POST /admin/users/:id/reinstate', { params, body });
    case 'sign-out':
      return client.call('POST /admin/users/:id/end-sessions', { params, body });
    case 'release':
      return client.call('POST /admin/users/:id/release-second-factor', { params, body });
    case 'view-as':
      return client.call('POST /admin/users/:id/view-as', { params, body });
  }
};

function ActSheet({ act, userId, name, onClose }: { act: Act; userId: string; name: string; onClose: () => void }) {
  const [reason, setReason] = useState('');
  const [days, setDays] = useState('7');
  const [tried, setTried] = useState(false);
  const queries = useQueryClient();
  const { toast } = useVoice();
  const { title, hint, confirm, done, danger } = words[act];
  const written = reason.trim();
  const doIt = useMutation({
    mutationFn: () => call(act, userId, written, Number(days)),
    onSuccess: async () => {
      // Everything in this page's memory was seen with one's own eyes.
      if (act === 'view-as') return location.assign('/');
      onClose();
      toast({ text: done, tone: 'good' });
      await Promise.all([
        queries.invalidateQueries({ queryKey: keyOf('GET /admin/users/:id') }),
        queries.invalidateQueries({ queryKey: keyOf('GET /admin/users') }),
        queries.invalidateQueries({ queryKey: keyOf('GET /admin/audit') }),
      ]);
    },
  });
  return (
    <Sheet open onOpenChange={(open) => !open && onClose()} title={title} subtitle={name}>
      <form
        noValidate
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (written.length < 3) focusProblem(event.currentTarget);
          else if (!doIt.isPending) doIt.mutate();
        }}
      >
        <p className="text-ink-2">{hint}</p>
        {act === 'suspend' && (
          <Select label="For" value={days} options={lengths} onChange={({ target }) => setDays(target.value)} />
        )}
        <TextArea
          label="Reason"
          rows={3}
          maxLength={1000}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
          hint="Kept in the audit log; only admins read it."
          {...(tried && written.length < 3 ? { error: 'Say why, in a few words: it is kept.' } : {})}
        />
        <SheetEnd error={doIt.error} confirm={confirm} danger={danger} busy={doIt.isPending} onClose={onClose} />
      </form>
    </Sheet>
  );
}
