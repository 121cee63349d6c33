// Where those land who open a page of staff before they have shown a second factor. Shown or added here, it leads on.
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { Page, Section } from '@videowindow/ui';
import { useEffect } from 'react';
import { useMe } from '../../../app/session.ts';
import { Loaded } from '../../../lib/loaded.tsx';
import { read } from '../../../lib/queries.ts';
import { useTitle } from '../../../lib/title.ts';
import { passkeysWork } from './passkey.ts';
import { PasskeysSection } from './passkeys-section.tsx';
import { SecondFactorSection } from './second-factor-section.tsx';
import { useToolsOpen } from './staff-waits.tsx';
import { ByApp, ByPasskey } from './step-up-parts.tsx';

const route = getRouteApi('/signed-in/you/second-lock');

export function SecondLockPage() {
  useTitle('Your second lock');
  const { back } = route.useSearch();
  const router = useRouter();
  const me = useMe();
  const ways = useQuery(read('GET /auth/ways'));
  const factor = useQuery(read('GET /auth/2fa'));

  // Shown just now, or come here by an old link.
  useEffect(() => {
    if (me && !me.staffWaits) router.history.replace(back ?? '/you');
  });

  return (
    <Page
      width="form"
      title="Your second lock"
      intro="Whoever looks after this place shows twice that it is them: who could read your mail must not get at people and money."
    >
      <Loaded query={ways}>
        {({ items }) => (
          <Loaded query={factor}>
            {({ since }) => {
              const hasPasskey = items.some(({ kind }) => kind === 'passkey');
              return hasPasskey || since !== null ? (
                <Show passkey={hasPasskey} app={since !== null} />
              ) : (
                <>
                  <p className="mb-6 text-ink-2">You have none yet. Add one of the two, and your tools open.</p>
                  <PasskeysSection ways={items} />
                  <SecondFactorSection />
                </>
              );
            }}
          </Loaded>
        )}
      </Loaded>
    </Page>
  );
}

/** What they have; which of it is at hand, they know. */
function Show({ passkey, app }: { passkey: boolean; app: boolean }) {
  const toolsOpen = useToolsOpen();
  return (
    <>
      {passkey && (
        <Section title="With a passkey">
          {passkeysWork() ? (
            <ByPasskey onProved={toolsOpen} />
          ) : (
            <p className="text-ink-2">This browser cannot show it here. Open this page where you use your passkey.</p>
          )}
        </Section>
      )}
      {app && (
        <Section title="With your authenticator app">
          <ByApp onProved={toolsOpen} />
        </Section>
      )}
      <p className="text-14 text-ink-3">
        Is it lost? Ask somebody else who runs this place. If there is nobody, whoever keeps the server can let you in
        again.
      </p>
    </>
  );
}
