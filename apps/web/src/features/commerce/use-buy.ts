import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useMe } from '../../app/session.ts';
import type { BuyWay } from './sale-panel.tsx';

/** Which sheet is open, and the step that opens one: those who are not signed in come back to it afterwards. */
export function useBuy(storyId: string | undefined, initial: BuyWay | null = null) {
  const me = useMe();
  const navigate = useNavigate();
  const [open, setOpen] = useState<BuyWay | null>(initial);
  const buy = (way: BuyWay) => {
    if (!storyId) return;
    if (me) setOpen(way);
    else void navigate({ to: '/sign-in', search: { back: `/s/${storyId}?act=${way}` } });
  };
  // Signed out in between, or come by a link: the sheet is for people we know.
  return { open: me ? open : null, buy, close: () => setOpen(null) };
}
