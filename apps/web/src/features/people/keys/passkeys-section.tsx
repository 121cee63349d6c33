// Passkeys: a finger, a face or a PIN instead of a code. Made, named, removed.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Way } from '@videowindow/contract/api/identity';
import type { Passkey } from '@videowindow/contract/api/keys';
import { Button, ConfirmDialog, FormProblem, Section, Sheet, TextField, useVoice } from '@videowindow/ui';
import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { date } from '../../../lib/dates.ts';
import { Loaded } from '../../../lib/loaded.tsx';
import { keyOf, read, sentenceOf } from '../../../lib/queries.ts';
import { client } from '../../../lib/server.ts';
import { makePasskey, namedAddress, passkeySentence, passkeysWork } from './passkey.ts';
import { useToolsOpen } from './staff-waits.tsx';
import { WayRow, wayList } from './way-row.tsx';

export function PasskeysSection({ ways }: { ways: readonly Way[] }) {
  const passkeys = useQuery(read('GET /auth/passkeys'));
  const elsewhere = namedAddress();
  const [adding, setAdding] = useState(false);
  return (
    <Section title="Passkeys">
      <p className="mb-3 text-ink-2">
        Sign in with your finger, your face or the PIN of your device. There is nothing to remember, and nothing that
        somebody could talk you out of.
      </p>
      <Loaded query={passkeys}>
        {({ items }) => (
          <>
            {items.length > 0 && (
              <ul className={wayList}>
                {items.map((passkey) => (
                  <PasskeyRow
                    key={passkey.id}
                    passkey={passkey}
                    removable={ways.find(({ id }) => id === passkey.id)?.removable ?? true}
                  />
                ))}
              </ul>
            )}
            {passkeysWork() ? (
              <Button
                variant="secondary"
                className="mt-3"
                icon={<KeyRound aria-hidden size={18} />}
                onClick={() => setAdding(true)}
              >
                Add a passkey
              </Button>
            ) : (
              <p className="mt-3 text-14 text-ink-3">
                {elsewhere ? (
                  <>
                    Passkeys belong to a name, and this page was opened by a number.{' '}
                    <a href={elsewhere} className="text-indigo underline underline-offset-2">
                      Open it as localhost
                    </a>{' '}
                    to add one.
                  </>
                ) : (
                  'This browser knows no passkeys.'
                )}
              </p>
            )}
          </>
        )}
      </Loaded>
      {adding && <AddPasskey onClose={() => setAdding(false)} />}
    </Section>
  );
}

/** What this device may be called; the person changes it if they like. */
const guessedName = (): string =>
  (/iPhone|iPad|Android|Macintosh|Windows|CrOS|Linux/.exec(navigator.userAgent)?.[0] ?? 'This device')
    .replace('Macintosh', 'Mac')
    .replace('CrOS', 'Chromebook')
    .replace(/^(Android|Windows|Linux)$/, '$1 device');

function AddPasskey({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState(guessedName);
  const queries = useQueryClient();
  const { toast } = useVoice();
  const toolsOpen = useToolsOpen();
  const make = useMutation({
    mutationFn: () => makePasskey(name.trim()),
    onSuccess() {
      toast({ text: 'Your passkey is here. Use it the next time you sign in.', tone: 'good' });
      void queries.invalidateQueries({ queryKey: keyOf('GET /auth/passkeys') });
      void queries.invalidateQueries({ queryKey: keyOf('GET /auth/ways') });
      toolsOpen();
      onClose();
    },
  });
  const problem = passkeySentence(make.error, sentenceOf);
  return (
    <Sheet
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title="Add a passkey"
      subtitle="Your device asks for your finger, your face or its PIN. None of that comes to us."
    >
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!make.isPending) make.mutate();
        }}
      >
        <TextField
          label="What do you call it?"
          hint="So that you know it again when you have several."
          required
          maxLength={60}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        {problem && <FormProblem>{problem}</FormProblem>}
        <Button type="submit" wide size="large" busy={make.isPending}>
          Make the passkey
        </Button>
      </form>
    </Sheet>
  );
}

function PasskeyRow({ passkey, removable }: { passkey: Passkey; removable: boolean }) {
  const [doing, setDoing] = useState<'rename' | 'remove' | null>(null);
  const queries = useQueryClient();
  const { toast } = useVoice();
  const settled = () => {
    void queries.invalidateQueries({ queryKey: keyOf('GET /auth/passkeys') });
    void queries.invalidateQueries({ queryKey: keyOf('GET /auth/ways') });
  };
  const remove = useMutation({
    mutationFn: () => client.call('DELETE /auth/passkeys/:id', { params: { id: passkey.id } }),
    onSuccess: () => toast({ text: 'The passkey is removed.', tone: 'good' }),
    onError: (error) => toast({ text: sentenceOf(error), tone: 'bad' }),
    onSettled: settled,
  });
  const used = passkey.lastUsedAt ? `last used ${date(passkey.lastUsedAt)}` : 'not used yet';
  return (
    <WayRow
      icon={KeyRound}
      name={passkey.name}
      note={`Added ${date(passkey.addedAt)}, ${used}${passkey.synced ? ' · on all your devices' : ''}`}
    >
      <Button variant="quiet" size="small" aria-label={`Rename ${passkey.name}`} onClick={() => setDoing('rename')}>
        Rename
      </Button>
      <Button
        variant="quiet"
        size="small"
        disabled={!removable}
        busy={remove.isPending}
        aria-label={`Remove ${passkey.name}`}
        onClick={() => setDoing('remove')}
      >
        Remove
      </Button>
      {doing === 'rename' && <RenamePasskey passkey={passkey} onClose={() => setDoing(null)} onSaved={settled} />}
      <ConfirmDialog
        open={doing === 'remove'}
        onOpenChange={(open) => setDoing(open ? 'remove' : null)}
        title={`Remove “${passkey.name}”?`}
        confirm="Remove"
        danger
        onConfirm={() => {
          setDoing(null);
          remove.mutate();
        }}
      >
        It lets you in no more. Your device may go on showing it; you can delete it there too.
      </ConfirmDialog>
    </WayRow>
  );
}

function RenamePasskey({ passkey, onClose, onSaved }: { passkey: Passkey; onClose: () => void; onSaved: () => void }) {
  const [name, setName] = useState(passkey.name);
  const save = useMutation({
    mutationFn: () =>
      client.call('PATCH /auth/passkeys/:id', { params: { id: passkey.id }, body: { name: name.trim() } }),
    onSuccess() {
      onSaved();
      onClose();
    },
  });
  return (
    <Sheet
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title="Rename the passkey"
    >
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!save.isPending) save.mutate();
        }}
      >
        <TextField
          label="Name"
          required
          autoFocus
          maxLength={60}
          value={name}
          onChange={(event) => setName(event.target.value)}
          error={save.isError ? sentenceOf(save.error) : undefined}
        />
        <Button type="submit" wide busy={save.isPending}>
          Save
        </Button>
      </form>
    </Sheet>
  );
}
