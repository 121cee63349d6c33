// Which mails a person may turn off. What asks for money, tells of it or guards an account always comes.
import type { MailTopic } from '@videowindow/contract/account-choices';

const TOPICS: readonly (readonly [RegExp, MailTopic])[] = [
  [/^(story|media|follow)_/, 'stories'],
  [/^(offer_(?!accepted)|auction_opened)/, 'offers'],
  [/^(auction_(ending|lost|leading|resumed)|outbid$)/, 'auctions'],
  [/^(order_(message|shipped|delivered|completed)|review_)/, 'orders'],
];

/** Null for what always comes. */
export const mailTopicOf = (kind: string): MailTopic | null =>
  TOPICS.find(([pattern]) => pattern.test(kind))?.[1] ?? null;
