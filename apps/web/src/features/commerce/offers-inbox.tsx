// The maker's side of offers: what people would pay, and the answers.
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { Offer } from '@videowindow/contract/api/commerce';
import { EmptyState, Tabs } from '@videowindow/ui';
import { HandCoins } from 'lucide-react';
import { useSite } from '../../app/site.tsx';
import { Paged } from '../../lib/paged.tsx';
import { readPages } from '../../lib/queries.ts';
import { StudioPage } from '../content/studio-nav.tsx';
import { OfferAnswers } from './offer-answers.tsx';
import { OfferCard } from './offer-card.tsx';
import { hours } from './sale-words.ts';

const route = getRouteApi('/signed-in/makers/studio/offers');

export function StudioOffersPage() {
  const { tab = 'waiting' } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <StudioPage title="Offers">
      <Tabs
        look="pill"
        label="Offers"
        value={tab}
        onChange={(next) => void navigate({ search: next === 'all' ? { tab: 'all' } : {}, replace: true })}
        tabs={[
          { value: 'waiting', label: 'Waiting for you', content: <Waiting /> },
          { value: 'all', label: 'All', content: <All /> },
        ]}
      />
    </StudioPage>
  );
}

function Waiting() {
  const site = useSite();
  const offers = useInfiniteQuery(
    readPages('GET /offers', { query: { as: 'maker', state: 'pending', from: 'buyer' } }),
  );
  return (
    <Paged
      query={offers}
      empty={
        <EmptyState icon={<HandCoins aria-hidden size={26} />} title="No offer waits for you">
          Offers on your pieces come here, and by mail.
          {site && ` Each stands for ${hours(site.offerHours)}.`}
        </EmptyState>
      }
    >
      {(items) => <OfferList offers={items} />}
    </Paged>
  );
}

function All() {
  const offers = useInfiniteQuery(readPages('GET /offers', { query: { as: 'maker' } }));
  return (
    <Paged
      query={offers}
      empty={
        <EmptyState icon={<HandCoins aria-hidden size={26} />} title="No offers yet">
          People can make an offer as soon as a piece of yours is for sale and in the feed.
        </EmptyState>
      }
    >
      {(items) => <OfferList offers={items} />}
    </Paged>
  );
}

const OfferList = ({ offers }: { offers: readonly Offer[] }) => (
  <ul className="grid grid-cols-1 gap-3 lg:grid-cols-2">
    {offers.map((offer) => (
      <li key={offer.id}>
        <OfferCard
          offer={offer}
          side="maker"
          actions={offer.possible.length > 0 ? <OfferAnswers offer={offer} side="maker" /> : undefined}
        />
      </li>
    ))}
  </ul>
);
