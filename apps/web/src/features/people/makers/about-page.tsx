// What a maker says of how they sell, and where they work: everybody's to read.
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { format } from '@videowindow/contract';
import type { MakerPage, Policies } from '@videowindow/contract/api/makers';
import type { Profile } from '@videowindow/contract/api/people';
import { EmptyState, Page, Section } from '@videowindow/ui';
import { ScrollText } from 'lucide-react';
import { Loaded } from '../../../lib/loaded.tsx';
import { read } from '../../../lib/queries.ts';
import { useTitle } from '../../../lib/title.ts';
import { VacationNote } from '../../commerce/vacation-note.tsx';
import { LazyMap } from '../../places/lazy-map.tsx';
import { placeWords } from './place-words.ts';

const route = getRouteApi('/@{$handle}/about');

const titles: readonly (readonly [keyof Policies, string])[] = [
  ['shipping', 'Sending'],
  ['returns', 'Returns'],
  ['commissions', 'Custom work'],
  ['care', 'Care of the pieces'],
];

export function AboutMakerPage() {
  const { handle } = route.useParams();
  const profile = useQuery(read('GET /users/:handle', { params: { handle } }));
  useTitle(profile.data ? `How ${profile.data.displayName} sells` : 'How they sell');
  return <Loaded query={profile}>{(person) => <About person={person} />}</Loaded>;
}

function About({ person }: { person: Profile }) {
  const page = useQuery(read('GET /makers/:id/page', { params: { id: person.id } }));
  return (
    <Page
      width="form"
      over={
        <Link to="/@{$handle}" params={{ handle: person.handle }} className="text-indigo underline underline-offset-2">
          {person.displayName}
        </Link>
      }
      title={`How ${person.displayName} sells`}
    >
      <VacationNote makerId={person.id} />
      <Loaded query={page}>{(value) => <Words page={value} />}</Loaded>
    </Page>
  );
}

function Words({ page }: { page: MakerPage }) {
  const { policies, place, offers } = page;
  const said = titles.filter(([about]) => policies[about] !== '');
  return (
    <div className="mt-6">
      {said.map(([about, title]) => (
        <Section key={about} title={title}>
          <p className="max-w-text whitespace-pre-line text-ink-2 wrap-anywhere">{policies[about]}</p>
        </Section>
      ))}
      {said.length === 0 && !place && (
        <EmptyState icon={<ScrollText aria-hidden size={26} />} title="Nothing is written here yet">
          What holds for a piece stands beside its price, and you can always ask before you buy.
        </EmptyState>
      )}
      {said.length > 0 && (
        <Section title="Offers">
          <p className="text-ink-2">
            {offers.accepted
              ? offers.minimum
                ? `Open to offers, mostly from ${format(offers.minimum)}. Each piece says for itself.`
                : 'Open to offers. Each piece says for itself.'
              : 'Mostly sold at a fixed price. Each piece says for itself.'}
          </p>
        </Section>
      )}
      {place && (
        <Section title="Where they work">
          <p className="mb-3 text-ink-2">{placeWords(place)}</p>
          <LazyMap shown={place} label={placeWords(place)} />
          {place.travelNotes && (
            <p className="mt-3 max-w-text whitespace-pre-line text-ink-2 wrap-anywhere">{place.travelNotes}</p>
          )}
        </Section>
      )}
    </div>
  );
}
