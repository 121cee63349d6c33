// Google and Apple: linked to this account, or to be linked.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Way } from '@videowindow/contract/api/identity';
import { type SocialProvider, socialProviders } from '@videowindow/contract/api/keys';
import { Button, ConfirmDialog, Section, useVoice } from '@videowindow/ui';
import { useState } from 'react';
import { useSite } from '../../../app/site.tsx';
import { keyOf, sentenceOf } from '../../../lib/queries.ts';
import { client } from '../../../lib/server.ts';
import { useReturn } from '../../../lib/use-return.ts';
import { AppleMark, GoogleMark } from './marks.tsx';
import { WayRow, wayList } from './way-row.tsx';

const social = { google: { name: 'Google', Mark: GoogleMark }, apple: { name: 'Apple', Mark: AppleMark } };

export function SocialSection({ ways }: { ways: readonly Way[] }) {
  const on = useSite()?.signInWith ?? [];
  // What is linked can be unlinked also where it was turned off meanwhile.
  const shown = socialProviders.filter(
    (provider) => on.includes(provider) || ways.some(({ kind }) => kind === provider),
  );
  if (shown.length === 0) return null;
  return (
    <Section title={shown.map((provider) => social[provider].name).join(' and ')}>
      <ul className={wayList}>
        {shown.map((provider) => (
          <SocialRow
            key={provider}
            provider={provider}
            way={ways.find(({ kind }) => kind === provider)}
            isOn={on.includes(provider)}
          />
        ))}
      </ul>
    </Section>
  );
}

function SocialRow({ provider, way, isOn }: { provider: SocialProvider; way: Way | undefined; isOn: boolean }) {
  const { name, Mark } = social[provider];
  const { toast } = useVoice();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const link = useMutation({
    mutationFn: () => client.call('POST /auth/social/link', { body: { provider } }),
    onSuccess: ({ url }) => location.assign(url),
    onError: (error) => toast({ text: sentenceOf(error), tone: 'bad' }),
  });
  useReturn(() => link.reset());
  const unlink = useMutation({
    mutationFn: () => client.call('DELETE /auth/social/:provider', { params: { provider } }),
    onSuccess: () => toast({ text: `${name} is unlinked.`, tone: 'good' }),
    onError: (error) => toast({ text: sentenceOf(error), tone: 'bad' }),
    onSettled: () => queries.invalidateQueries({ queryKey: keyOf('GET /auth/ways') }),
  });
  return (
    <WayRow mark={<Mark />} name={name} note={way ? (way.name === '' ? 'Linked' : way.name) : 'Not linked'}>
      {way ? (
        <>
          <Button
            variant="quiet"
            size="small"
            disabled={!way.removable}
            busy={unlink.isPending}
            onClick={() => setAsking(true)}
          >
            Unlink
          </Button>
          <ConfirmDialog
            open={asking}
            onOpenChange={setAsking}
            title={`Unlink ${name}?`}
            confirm="Unlink"
            danger
            onConfirm={() => {
              setAsking(false);
              unlink.mutate();
            }}
          >
            {name} lets you in no more. Your other ways in stay, and so does everything here.
          </ConfirmDialog>
        </>
      ) : (
        isOn && (
          <Button
            variant="quiet"
            size="small"
            aria-label={`Link ${name}`}
            busy={link.isPending || link.isSuccess}
            onClick={() => link.mutate()}
          >
            Link
          </Button>
        )
      )}
    </WayRow>
  );
}
