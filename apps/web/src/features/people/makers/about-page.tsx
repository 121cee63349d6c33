// What a maker says of how they sell, and where they work: everybody's to read.
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { format } from '@videowindow/contract';
import type { MakerPage, Policies, ShownPlace } from '@videowindow/contract/api/makers';
import type { Profile } from '@videowindow/contract/api/people';
import { Button, EmptyState, Page, Section } from '@videowindow/ui';
import { MapPin, ScrollText } from 'lucide-react';
import { useState } from 'react';
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
  const { policies, places, offers } = page;
  const said = titles.filter(([about]) => policies[about] !== '');
  return (
    <div className="mt-6">
      {said.map(([about, title]) => (
        <Section key={about} title={title}>
          <p className="max-w-text whitespace-pre-line text-ink-2 wrap-anywhere">{policies[about]}</p>
        </Section>
      ))}
      {said.length === 0 && places.length === 0 && (
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
      {places.length > 0 && (
        <Section title="Where they work">
          <ul className="grid gap-8">
            {places.map((place, index) => (
              <li key={`${place.city} ${place.latitude} ${place.longitude} ${place.travelNotes}`}>
                <PlaceShown place={place} first={index === 0} />
              </li>
            ))}
          </ul>
        </Section>
      )}
    </div>
  );
}

/** The first with its map; ten maps at once are more than a phone draws gladly. */
function PlaceShown({ place, first }: { place: ShownPlace; first: boolean }) {
  const [onMap, setOnMap] = useState(first);
  const words = placeWords(place);
  return (
    <>
      <p className="mb-3 text-ink-2">{words}</p>
      {onMap ? (
        <LazyMap shown={place} label={words} />
      ) : (
        <Button
          variant="secondary"
          size="small"
          icon={<MapPin aria-hidden size={16} />}
          aria-label={`Show ${place.city} on the map`}
          onClick={() => setOnMap(true)}
        >
          Show on the map
        </Button>
      )}
      {place.travelNotes && (
        <p className="mt-3 max-w-text whitespace-pre-line text-ink-2 wrap-anywhere">{place.travelNotes}</p>
      )}
    </>
  );
}
