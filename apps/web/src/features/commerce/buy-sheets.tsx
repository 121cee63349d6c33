import type { FeedItem } from '@videowindow/contract/api/discovery';
import { lazy, Suspense } from 'react';
import type { BuyWay } from './sale-panel.tsx';

const BidSheet = lazy(async () => ({ default: (await import('./bid-sheet.tsx')).BidSheet }));
const BuySheet = lazy(async () => ({ default: (await import('./buy-sheet.tsx')).BuySheet }));
const OfferSheet = lazy(async () => ({ default: (await import('./offer-sheet.tsx')).OfferSheet }));

/** The sheet of the way chosen; its code comes when it is first opened. */
export function BuySheets({ item, open, onClose }: { item: FeedItem; open: BuyWay | null; onClose: () => void }) {
  return (
    <Suspense fallback={null}>
      {open === 'bid' && item.sale.auction && <BidSheet item={item} snapshot={item.sale.auction} onClose={onClose} />}
      {open === 'buy' && <BuySheet item={item} onClose={onClose} />}
      {open === 'offer' && <OfferSheet item={item} onClose={onClose} />}
    </Suspense>
  );
}
