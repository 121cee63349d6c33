// Taken: being written (orders, offers, moderation, inbox, maker start).
import { Page } from '@videowindow/ui';

export function PayPage() {
  return <Page title="PayPage">{null}</Page>;
}

export function NotPaidPage() {
  return <Page title="NotPaidPage">{null}</Page>;
}
