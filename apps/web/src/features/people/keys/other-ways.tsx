// The ways in beside a code: Google, Apple, a passkey, another device. Each is there only where it works.
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { SocialProvider } from '@videowindow/contract/api/keys';
import type { Me } from '@videowindow/contract/api/people';
import { Button, buttonClass, FormProblem } from '@videowindow/ui';
import { KeyRound, MonitorSmartphone } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useSite } from '../../../app/site.tsx';
import { sentenceOf } from '../../../lib/queries.ts';
import { client } from '../../../lib/server.ts';
import { useReturn } from '../../../lib/use-return.ts';
import { AppleMark, GoogleMark } from './marks.tsx';
import { offersInFields, passkeySentence, passkeysWork, signInByPasskey } from './passkey.ts';

const social: Record<SocialProvider, { name: string; Mark: typeof GoogleMark }> = {
  google: { name: 'Google', Mark: GoogleMark },
  apple: { name: 'Apple', Mark: AppleMark },
};

export function OtherWays({ back, onEntered }: { back?: string | undefined; onEntered: (me: Me) => void }) {
  const site = useSite();
  const go = useMutation({
    mutationFn: (provider: SocialProvider) =>
      client.call('POST /auth/social/start', { body: { provider, ...(back && { back }) } }),
    onSuccess: ({ url }) => location.assign(url),
  });
  useReturn(() => go.reset());
  const passkey = useMutation({
    mutationFn: () => signInByPasskey(),
    onSuccess: (entered) => entered && onEntered(entered.user),
  });
  usePasskeysInFields(onEntered, passkey.isIdle);
  const problem = go.isError ? sentenceOf(go.error) : passkeySentence(passkey.error, sentenceOf);
  const leaving = go.isPending || go.isSuccess;
  return (
    <section aria-label="Other ways" className="mt-7 grid gap-2.5">
      <p className="flex items-center gap-4 pb-1 text-14 text-ink-3 before:h-px before:grow before:bg-line after:h-px after:grow after:bg-line">
        or
      </p>
      {site?.signInWith.map((provider) => {
        const { name, Mark } = social[provider];
        return (
          <Button
            key={provider}
            variant="secondary"
            wide
            size="large"
            icon={<Mark />}
            busy={leaving && go.variables === provider}
            onClick={() => go.mutate(provider)}
          >
            Continue with {name}
          </Button>
        );
      })}
      {passkeysWork() && (
        <Button
          variant="secondary"
          wide
          size="large"
          icon={<KeyRound aria-hidden size={20} strokeWidth={1.75} />}
          busy={passkey.isPending}
          onClick={() => passkey.mutate()}
        >
          Use a passkey
        </Button>
      )}
      <Link
        to="/sign-in/device"
        search={{ back }}
        className={buttonClass({ variant: 'secondary', wide: true, size: 'large' })}
      >
        <MonitorSmartphone aria-hidden size={20} strokeWidth={1.75} />
        With a device that is signed in
      </Link>
      {problem && <FormProblem>{problem}</FormProblem>}
    </section>
  );
}

/** Passkeys among the suggestions of the address field, for who has one: pressed, they are in. */
function usePasskeysInFields(onEntered: (me: Me) => void, isQuiet: boolean) {
  const latest = useRef({ onEntered, isQuiet });
  latest.current = { onEntered, isQuiet };
  useEffect(() => {
    let gone = false;
    void (async () => {
      if (!(await offersInFields()) || gone) return;
      // Whoever turns to another way, or has no passkey, is told nothing.
      // Whoever has pressed the button meanwhile is asked by that.
      const entered = await signInByPasskey(true, () => !gone && latest.current.isQuiet).catch(() => null);
      if (entered && !gone) latest.current.onEntered(entered.user);
    })();
    return () => {
      gone = true;
      void import('@simplewebauthn/browser').then(({ WebAuthnAbortService }) => WebAuthnAbortService.cancelCeremony());
    };
  }, []);
}
