// How one comes in, and where one is in. Each way in has its own section, in a file of its own.
import { useQuery } from '@tanstack/react-query';
import { Page, Section } from '@videowindow/ui';
import { Mail } from 'lucide-react';
import { Loaded } from '../../lib/loaded.tsx';
import { read } from '../../lib/queries.ts';
import { useTitle } from '../../lib/title.ts';
import { KeysSections } from './keys/keys-sections.tsx';
import { StaffWaits } from './keys/staff-waits.tsx';
import { SessionsSection } from './sessions-section.tsx';

export function SecurityPage() {
  useTitle('Sign-in and security');
  const ways = useQuery(read('GET /auth/ways'));
  return (
    <Page width="form" title="Sign-in and security" intro="Your ways in. One of them always stays, so that you do.">
      <Loaded query={ways}>
        {({ items }) => (
          <>
            <StaffWaits />
            <Section title="Code by mail">
              {items
                .filter(({ kind }) => kind === 'email')
                .map(({ name }) => (
                  <p
                    key={name}
                    className="flex min-h-16 items-center gap-4 rounded-card border border-line bg-sheet px-4 py-3"
                  >
                    <Mail aria-hidden size={22} strokeWidth={1.75} className="shrink-0 text-ink-2" />
                    <span className="min-w-0">
                      <span className="block truncate font-semibold">{name}</span>
                      <span className="block text-14 text-ink-3">Codes come here. This way in always stays.</span>
                    </span>
                  </p>
                ))}
            </Section>
            <KeysSections ways={items} />
            <SessionsSection />
          </>
        )}
      </Loaded>
    </Page>
  );
}
