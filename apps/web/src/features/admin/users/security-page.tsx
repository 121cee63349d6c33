import { useQuery } from '@tanstack/react-query';
import { Page, StatusChip } from '@videowindow/ui';
import { Loaded } from '../../../lib/loaded.tsx';
import { read } from '../../../lib/queries.ts';
import { useTitle } from '../../../lib/title.ts';
import { AdminTabs } from './admin-tabs.tsx';
import { Findings } from './findings.tsx';
import { measureNames, measureTones } from './words.ts';

/** What keeps the place safe: what is on, what is off, what to look at. */
export function AdminSecurityPage() {
  useTitle('Security');
  const register = useQuery({ ...read('GET /admin/security'), staleTime: 0 });
  return (
    <Page title="Security" intro="What keeps this place safe, as far as it can see itself.">
      <AdminTabs />
      <Loaded query={register}>
        {({ version, measures, findings }) => (
          <>
            <ul className="overflow-hidden rounded-card border border-line bg-sheet">
              {measures.map(({ name, state, words }) => (
                <li
                  key={name}
                  className="grid gap-1 border-t border-line px-4 py-3 first:border-t-0 sm:grid-cols-[12rem_minmax(0,1fr)_auto] sm:items-center sm:gap-4"
                >
                  <span className="font-semibold">{name}</span>
                  <span className="text-ink-2">{words}</span>
                  <StatusChip tone={measureTones[state]}>{measureNames[state]}</StatusChip>
                </li>
              ))}
            </ul>
            <Findings findings={findings} />
            <p className="mt-4 text-14 text-ink-3">
              Video Window {version}. How to change each of these: docs/operators.md, beside the program.
            </p>
          </>
        )}
      </Loaded>
    </Page>
  );
}
