// What a person chooses for their account, as plain lists: the browser's first load imports nothing heavier.

export const themes = ['system', 'light', 'dark'] as const;
/** Whom something is for: writing to a person, speaking under their stories, naming them. */
export const audiences = ['everyone', 'followers', 'nobody'] as const;
/** What mails are about, as far as they may be turned off; what is about money owed or an account's safety always comes. */
export const mailTopics = ['stories', 'offers', 'auctions', 'orders'] as const;
export type MailTopic = (typeof mailTopics)[number];

/** What may have to end before an account is closed or erased. */
export const matterKinds = [
  'orders',
  'to_pay',
  'auctions',
  'bids',
  'offers',
  'balance',
  'transfers',
  'disputes',
] as const;
export type MatterKind = (typeof matterKinds)[number];

export const consentKinds = ['terms', 'privacy', 'marketing', 'analytics'] as const;
export type ConsentKind = (typeof consentKinds)[number];
/** Without these one cannot be here. The others are asked for nowhere and may be given and taken back freely. */
export const requiredConsents = ['terms', 'privacy'] as const satisfies readonly ConsentKind[];
