// Every component of the design system in every state, light and dark side by side.
import { Page } from '@videowindow/ui';
import type { ReactNode } from 'react';
import { useTitle } from '../../lib/title.ts';
import { ActionSpecimens } from './actions.tsx';
import { FoundationSpecimens } from './foundations.tsx';
import { InputSpecimens } from './inputs.tsx';
import { OverlaySpecimens } from './overlays.tsx';
import { SaleSpecimens } from './sale.tsx';
import { StateSpecimens } from './states.tsx';

const chapters: { title: string; content: () => ReactNode }[] = [
  { title: 'Colour, type, space', content: () => <FoundationSpecimens /> },
  { title: 'Buttons', content: () => <ActionSpecimens /> },
  { title: 'Fields', content: () => <InputSpecimens /> },
  { title: 'Prices, clocks, orders', content: () => <SaleSpecimens /> },
  { title: 'Loading, empty, error, end', content: () => <StateSpecimens /> },
];

export function CataloguePage() {
  useTitle('Catalogue');
  return (
    <Page title="Catalogue" intro="Each component in each of its states. What floats opens in the page's own theme.">
      {chapters.map((chapter) => (
        <section key={chapter.title} className="mb-12">
          <h2 className="mb-4 font-title text-22 font-semibold">{chapter.title}</h2>
          <div className="grid gap-4 lg:grid-cols-2">
            <Pane theme="light">{chapter.content()}</Pane>
            <Pane theme="dark">{chapter.content()}</Pane>
          </div>
        </section>
      ))}
      <section>
        <h2 className="mb-4 font-title text-22 font-semibold">What floats</h2>
        <OverlaySpecimens />
      </section>
    </Page>
  );
}

function Pane({ theme, children }: { theme: 'light' | 'dark'; children: ReactNode }) {
  return (
    <div data-theme={theme} className="min-w-0 rounded-card border border-line bg-paper p-5">
      {children}
    </div>
  );
}
