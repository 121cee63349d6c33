/** A market day in the middle: every page of the app has something to show to somebody. */
import { payCheckout } from '@videowindow/sandbox/visitor';
import { type Account, arrival, join, linkPayoutAccount, type Site } from './accounts.ts';
import { bidOn, draftStory, listClip, offerFor, plainTerms, type StoryWords, usd } from './stories.ts';

export type Filled = {
  /** Sells; her stories are in every state. */
  ines: Account;
  /** Bids, owes a payment, and waits for a parcel. */
  anna: Account;
  bruno: Account;
  /** Moderates: one story and one report wait. */
  noor: Account;
  /** Keeps the service running. */
  ada: Account;
  stories: { auctioned: string; open: string; sold: string; held: string; inReview: string; draft: string };
  auctionId: string;
  lockId: string;
  orderId: string;
};

const byOffer = { ...plainTerms, offerPolicy: { acceptsOffers: true, minimumOffer: usd(30_00) } };

/** Fills an empty site through its front door. @param scenes five of them @param clipOf makes a ready clip of a maker's, and gives its id */
export async function fill(
  site: Site,
  scenes: readonly StoryWords[],
  clipOf: (maker: Account) => Promise<string>,
): Promise<Filled> {
  const [first, second, third, fourth, fifth] = scenes;
  if (!first || !second || !third || !fourth || !fifth) throw new RangeError('five scenes make a market day');
  const [ines, anna, bruno, noor] = [
    await join(site, 'Ines Duarte', ['maker']),
    await join(site, 'Anna Berg'),
    await join(site, 'Bruno Costa'),
    await join(site, 'Noor Haddad', ['moderator']),
  ];
  const ada = await join(site, 'Ada Keeper', ['admin']);
  const profile = { city: 'Lisbon', bio: 'Pots, fired with what the sea brings.' };
  await ines.client.call('PATCH /users/me', { body: profile });
  await ines.client.call('PUT /makers/me/policies', {
    body: { shipping: 'In straw, on Mondays.', returns: 'Within 14 days.', commissions: '', care: '' },
  });
  await linkPayoutAccount(ines);
  const people = { maker: ines, moderator: noor };
  const [held, sold, open, auctioned] = [
    await listClip(people, await clipOf(ines), fourth, byOffer),
    await listClip(people, await clipOf(ines), third, byOffer),
    await listClip(people, await clipOf(ines), second),
    await listClip(people, await clipOf(ines), first),
  ];

  const orderId = await pay(await accepted(ines, anna, sold), anna);
  const lockId = await accepted(ines, anna, held);
  await offerFor(bruno, open, 40_00);
  const auctionId = await offerFor(bruno, auctioned, 50_00);
  await bidOn(anna, auctionId, 55_00);
  await bidOn(bruno, auctionId, 62_50);

  const inReview = await draftStory(ines, await clipOf(ines), fifth);
  await ines.client.call('POST /stories/:id/submit', { params: { id: inReview.id } });
  const draft = await ines.client.call('POST /stories', { body: { title: 'A jug, perhaps' } });
  const report = { kind: 'story', subjectId: open, reason: 'counterfeit', note: 'I know the original.' } as const;
  await bruno.client.call('POST /moderation/report', { body: report });
  const stories = { auctioned, open, sold, held, inReview: inReview.id, draft: draft.id };
  return { ines, anna, bruno, noor, ada, stories, auctionId, lockId, orderId };
}

/** The buyer offers, the maker accepts. @returns the sale lock's id */
async function accepted(maker: Account, buyer: Account, storyId: string): Promise<string> {
  const offer = await buyer.client.call('POST /stories/:storyId/offers', {
    params: { storyId },
    body: { amount: usd(75_00) },
    idempotencyKey: crypto.randomUUID(),
  });
  const params = { id: offer.id };
  const { lockId } = await maker.client.call('POST /offers/:id/accept', {
    params,
    idempotencyKey: crypto.randomUUID(),
  });
  return lockId ?? '';
}

/** @returns the order's id */
async function pay(lockId: string, buyer: Account): Promise<string> {
  const params = { id: lockId };
  const { url } = await buyer.client.call('POST /locks/:id/checkout', {
    params,
    body: { delivery: 'ship' },
    idempotencyKey: crypto.randomUUID(),
  });
  await payCheckout(url);
  return await arrival(async () => (await buyer.client.call('GET /locks/:id', { params })).orderId);
}
