// Taken: being written (orders, offers, moderation, inbox, maker start).
import { Page } from '@videowindow/ui';

export function StudioOffersPage() {
  return <Page title="StudioOffersPage">{null}</Page>;
}
