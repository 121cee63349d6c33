import { format } from '@videowindow/contract';
import { useVoice } from '@videowindow/ui';
import { useEffect, useRef } from 'react';
import type { MyAuction } from './live-auction.ts';

/** A hot auction changes faster than one can listen; the newest price is said at most this often. */
const QUIET_MS = 5_000;

/** Says what changes for those who do not see it. Draws nothing. */
export function AuctionVoice({ mine }: { mine: MyAuction }) {
  const { announce } = useVoice();
  const price = format(mine.auction.price);
  const saidAt = useRef(0);
  const before = useRef({ price, leading: mine.leading });

  useEffect(() => {
    if (before.current.price === price) return;
    before.current.price = price;
    const wait = Math.max(0, saidAt.current + QUIET_MS - Date.now());
    const timer = setTimeout(() => {
      saidAt.current = Date.now();
      announce(`The price is now ${price}.`);
    }, wait);
    return () => clearTimeout(timer);
  }, [price, announce]);

  useEffect(() => {
    const wasLeading = before.current.leading;
    before.current.leading = mine.leading;
    if (wasLeading && mine.outbid) announce(`You were outbid. The price is now ${price}.`);
  }, [mine.leading, mine.outbid, price, announce]);

  return null;
}
