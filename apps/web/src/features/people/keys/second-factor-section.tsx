// The authenticator app: set up with a picture, asked for from then on; and ten codes on paper for when the phone is gone.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { SecondFactor } from '@videowindow/contract/api/keys';
import { Button, ConfirmDialog, Section, useVoice } from '@videowindow/ui';
import { ScrollText, Smartphone } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { date } from '../../../lib/dates.ts';
import { Loaded } from '../../../lib/loaded.tsx';
import { keyOf, read, sentenceOf } from '../../../lib/queries.ts';
import { client } from '../../../lib/server.ts';
import { RecoveryCodes } from './recovery-codes.tsx';
import { WayRow, wayList } from './way-row.tsx';

// With what draws the picture.
const SetUpSheet = lazy(() => import('./set-up-sheet.tsx'));

export function SecondFactorSection() {
  const factor = useQuery(read('GET /auth/2fa'));
  const [settingUp, setSettingUp] = useState(false);
  return (
    <Section title="Authenticator app">
      <Loaded query={factor}>
        {(value) =>
          value.since === null ? (
            <>
              <p className="mb-3 text-ink-2">
                A second lock: after your code or password we also ask for six digits that an app on your phone shows. A
                passkey needs no second one.
              </p>
              <Button
                variant="secondary"
                icon={<Smartphone aria-hidden size={18} />}
                onClick={() => setSettingUp(true)}
              >
                Set up an app
              </Button>
            </>
          ) : (
            <InUse factor={value} since={value.since} />
          )
        }
      </Loaded>
      <Suspense>{settingUp && <SetUpSheet onClose={() => setSettingUp(false)} />}</Suspense>
    </Section>
  );
}

function InUse({ factor, since }: { factor: SecondFactor; since: string }) {
  const [asking, setAsking] = useState<'off' | 'codes' | null>(null);
  const queries = useQueryClient();
  const { toast } = useVoice();
  const settled = () => queries.invalidateQueries({ queryKey: keyOf('GET /auth/2fa') });
  const off = useMutation({
    mutationFn: () => client.call('DELETE /auth/2fa'),
    onSuccess: () => toast({ text: 'The app is no longer asked for.', tone: 'good' }),
    onError: (error) => toast({ text: sentenceOf(error), tone: 'bad' }),
    onSettled: settled,
  });
  const renew = useMutation({
    mutationFn: () => client.call('POST /auth/2fa/recovery-codes'),
    onError: (error) => toast({ text: sentenceOf(error), tone: 'bad' }),
    onSettled: settled,
  });
  const left = factor.recoveryCodesLeft;
  return (
    <>
      <ul className={wayList}>
        <WayRow icon={Smartphone} name="An app on your phone" note={`Asked for since ${date(since)}`}>
          <Button variant="quiet" size="small" busy={off.isPending} onClick={() => setAsking('off')}>
            Turn off
          </Button>
        </WayRow>
        <WayRow
          icon={ScrollText}
          name="Codes on paper"
          note={left === 0 ? 'None is left: make new ones now' : `${left} of 10 are left`}
        >
          <Button variant="quiet" size="small" busy={renew.isPending} onClick={() => setAsking('codes')}>
            Make new ones
          </Button>
        </WayRow>
      </ul>
      {renew.isSuccess && <RecoveryCodes codes={renew.data.recoveryCodes} onDone={renew.reset} />}
      <ConfirmDialog
        open={asking === 'off'}
        onOpenChange={(open) => setAsking(open ? 'off' : null)}
        title="Turn the app off?"
        confirm="Turn off"
        danger
        onConfirm={() => {
          setAsking(null);
          off.mutate();
        }}
      >
        Then a code or a password alone lets somebody in. Your codes on paper are good for nothing any more.
      </ConfirmDialog>
      <ConfirmDialog
        open={asking === 'codes'}
        onOpenChange={(open) => setAsking(open ? 'codes' : null)}
        title="Make ten new codes?"
        confirm="Make them"
        onConfirm={() => {
          setAsking(null);
          renew.mutate();
        }}
      >
        The ones that you have on paper are good for nothing from then on.
      </ConfirmDialog>
    </>
  );
}
