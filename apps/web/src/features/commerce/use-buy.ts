import { useNavigate } from '@tanstack/react-router';
import type { Sale } from '@videowindow/contract/api/discovery';
import { useState } from 'react';
import { useMe } from '../../app/session.ts';
import type { BuyWay } from './sale-panel.tsx';

/** Which sheet is open, and the step that opens one: those who are not signed in come back to it afterwards. */
export function useBuy(storyId: string | undefined, initial: BuyWay | null = null) {
  const me = useMe();
  const navigate = useNavigate();
  const [open, setOpen] = useState<BuyWay | null>(initial);
  const buy = (way: BuyWay | null) => {
    if (!storyId || !way) return;
    if (me) setOpen(way);
    else void navigate({ to: '/sign-in', search: { back: `/s/${storyId}?act=${way}` } });
  };
  // Signed out in between, or come by a link: the sheet is for people we know.
  return { open: me ? open : null, buy, close: () => setOpen(null) };
}

/** How a piece is bought now; null when it cannot be. */
export const wayOf = (sale: Sale): BuyWay | null => {
  if (sale.state === 'auction') return 'bid';
  if (sale.state !== 'open') return null;
  return sale.kind === 'fixed_price' ? 'buy' : sale.acceptsOffers ? 'offer' : null;
};
