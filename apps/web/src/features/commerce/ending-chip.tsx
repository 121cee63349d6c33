import { StatusChip, useServerNow } from '@videowindow/ui';

const SOON_MS = 3_600_000;

/** Says that an auction ends within the hour, by the server's clock. */
export function EndingChip({ endsAt }: { endsAt: string }) {
  const left = Date.parse(endsAt) - useServerNow(15_000);
  return left > 0 && left <= SOON_MS ? <StatusChip tone="due">Ending soon</StatusChip> : null;
}
