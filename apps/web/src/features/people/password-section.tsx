// The password, as one of the ways in: set, change, come in without it.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { isApiError } from '@videowindow/client';
import type { Way } from '@videowindow/contract/api/identity';
import { Button, FormProblem, Section, useVoice } from '@videowindow/ui';
import { Lock } from 'lucide-react';
import { useState } from 'react';
import { date } from '../../lib/dates.ts';
import { keyOf, sentenceOf } from '../../lib/queries.ts';
import { client } from '../../lib/server.ts';
import { WayRow, wayList } from './keys/way-row.tsx';
import { NewPasswordField } from './password-field.tsx';

export function PasswordSection({ ways }: { ways: readonly Way[] }) {
  const way = ways.find(({ kind }) => kind === 'password');
  const [editing, setEditing] = useState(false);
  return (
    <Section title="Password">
      {editing ? (
        <PasswordForm onDone={() => setEditing(false)} />
      ) : (
        <ul className={wayList}>
          <WayRow
            icon={Lock}
            name={way ? 'A password is set' : 'No password'}
            note={way?.addedAt ? `Since ${date(way.addedAt)}` : 'You come in by codes. A password is one more way.'}
          >
            {way?.removable && <RemovePassword />}
            <Button variant="secondary" size="small" onClick={() => setEditing(true)}>
              {way ? 'Change it' : 'Set one'}
            </Button>
          </WayRow>
        </ul>
      )}
    </Section>
  );
}

function RemovePassword() {
  const queries = useQueryClient();
  const { toast } = useVoice();
  const remove = useMutation({
    mutationFn: () => client.call('DELETE /auth/password'),
    onSuccess: () => toast({ text: 'Your password is removed.', tone: 'good' }),
    onError: (error) => toast({ text: sentenceOf(error), tone: 'bad' }),
    onSettled: () => queries.invalidateQueries({ queryKey: keyOf('GET /auth/ways') }),
  });
  return (
    <Button
      variant="quiet"
      size="small"
      busy={remove.isPending}
      aria-label="Remove the password"
      onClick={() => remove.mutate()}
    >
      Remove
    </Button>
  );
}

function PasswordForm({ onDone }: { onDone: () => void }) {
  const [password, setPassword] = useState('');
  const queries = useQueryClient();
  const { toast } = useVoice();
  const set = useMutation({
    mutationFn: () => client.call('PUT /auth/password', { body: { password } }),
    onSuccess: () => {
      toast({ text: 'Your password is set. Other devices are signed out.', tone: 'good' });
      void queries.invalidateQueries({ queryKey: keyOf('GET /auth/ways') });
      void queries.invalidateQueries({ queryKey: keyOf('GET /auth/sessions') });
      onDone();
    },
  });
  const isCommon = isApiError(set.error, 'password_common');
  return (
    <form
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (!set.isPending) set.mutate();
      }}
    >
      <NewPasswordField
        autoFocus
        value={password}
        onChange={setPassword}
        error={isCommon ? sentenceOf(set.error) : undefined}
      />
      <p className="text-14 text-ink-3">Every other device is signed out then.</p>
      {set.isError && !isCommon && <FormProblem>{sentenceOf(set.error)}</FormProblem>}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" busy={set.isPending}>
          Set the password
        </Button>
        <Button variant="quiet" onClick={onDone}>
          Leave it
        </Button>
      </div>
    </form>
  );
}
