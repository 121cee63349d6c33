import {
  Bell,
  Clapperboard,
  Gavel,
  HandCoins,
  KeyRound,
  LifeBuoy,
  type LucideIcon,
  MessageCircle,
  Package,
  ReceiptText,
  Star,
  UserPlus,
  Wallet,
} from 'lucide-react';

const icons: readonly (readonly [RegExp, LucideIcon])[] = [
  [/^(media|story)_/, Clapperboard],
  [
    /^(order_completed|late_refunded|payment_refunded|payout_|funds_|fee_|money_|identity_needed|dispute_|books_)/,
    Wallet,
  ],
  [/^security_/, KeyRound],
  [/^review_/, Star],
  [/^follow_/, UserPlus],
  [/^order_message/, MessageCircle],
  [/^issue_/, LifeBuoy],
  [/^order_/, Package],
  [/^(won|second_chance$|offer_accepted|pay_reminder|lock_)/, ReceiptText],
  [/^(auction_|outbid|second_chance_due|offer_became_bid)/, Gavel],
  [/^offer_/, HandCoins],
];

/** The picture of a kind of notification; a bell for kinds of a newer server. */
export const iconOf = (kind: string): LucideIcon => icons.find(([pattern]) => pattern.test(kind))?.[1] ?? Bell;
