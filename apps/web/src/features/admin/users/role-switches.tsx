import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { UserRow } from '@videowindow/contract/api/admin';
import { Section, Switch, useVoice } from '@videowindow/ui';
import { useState } from 'react';
import { useMe } from '../../../app/session.ts';
import { keyOf, sentenceOf } from '../../../lib/queries.ts';
import { client } from '../../../lib/server.ts';
import { ReasonSheet } from '../../trust/reason-sheet.tsx';
import { type Grantable, grantable, roleNames, roleNotes } from './words.ts';

/** What a person may do here. Giving or taking a role asks why, and signs them out, so that it holds at once. */
export function RoleSwitches({ user }: { user: UserRow }) {
  const [asking, setAsking] = useState<Grantable | null>(null);
  const me = useMe();
  const queries = useQueryClient();
  const { toast } = useVoice();
  const change = useMutation({
    mutationFn: ({ role, held, reason }: { role: Grantable; held: boolean; reason: string }) =>
      client.call('POST /admin/users/:id/roles', { params: { id: user.id }, body: { role, held, reason } }),
    onSuccess: async (_, { role, held }) => {
      setAsking(null);
      toast({ text: `${roleNames[role]}: ${held ? 'given' : 'taken'}. They sign in again.`, tone: 'good' });
      await Promise.all([
        queries.invalidateQueries({ queryKey: keyOf('GET /admin/users/:id') }),
        queries.invalidateQueries({ queryKey: keyOf('GET /admin/users') }),
        queries.invalidateQueries({ queryKey: keyOf('GET /admin/audit') }),
      ]);
    },
    onError: (error) => toast({ text: sentenceOf(error), tone: 'bad' }),
  });
  const locked = me?.id === user.id || user.status === 'deleted';
  const held = asking !== null && user.roles.includes(asking);
  return (
    <Section title="Roles">
      <div className="grid gap-1 rounded-card border border-line bg-sheet px-4 py-2">
        {grantable.map((role) => (
          <Switch
            key={role}
            label={roleNames[role]}
            hint={roleNotes[role]}
            checked={user.roles.includes(role)}
            disabled={locked}
            onChange={() => setAsking(role)}
          />
        ))}
      </div>
      {asking && (
        <ReasonSheet
          title={
            held
              ? `Take the role of ${roleNames[asking].toLowerCase()}?`
              : `Make them ${roleNames[asking].toLowerCase()}?`
          }
          subtitle={user.displayName}
          hint="Kept in the audit log. They are signed out and sign in again, so that it holds everywhere."
          confirm={held ? 'Take it' : 'Give it'}
          danger={held}
          busy={change.isPending}
          error={change.error}
          onConfirm={(reason) => change.mutate({ role: asking, held: !held, reason })}
          onClose={() => {
            setAsking(null);
            change.reset();
          }}
        />
      )}
    </Section>
  );
}
