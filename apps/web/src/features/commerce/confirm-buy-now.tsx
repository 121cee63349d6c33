import { format, type Money } from '@videowindow/contract';
import { ConfirmDialog } from '@videowindow/ui';

/** What buying at once means, before it is done. */
export function ConfirmBuyNow(props: {
  price: Money;
  title: string;
  asking: boolean;
  onAsking: (asking: boolean) => void;
  busy: boolean;
  onConfirm: () => void;
}) {
  const { price, title, asking, onAsking, busy, onConfirm } = props;
  return (
    <ConfirmDialog
      open={asking}
      onOpenChange={onAsking}
      title={`Buy it now for ${format(price)}?`}
      confirm="Buy it now"
      busy={busy}
      onConfirm={onConfirm}
    >
      You have half an hour to pay for {title}, and this one try. Bidding goes on meanwhile: it is yours when you have
      paid, if nobody paid before you. Leaving without paying counts as a missed payment.
    </ConfirmDialog>
  );
}
