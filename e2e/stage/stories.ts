/** Stories that are in the feed already, for journeys that begin there. */
import { readFileSync } from 'node:fs';
import { uploadVideo } from '@videowindow/client';
import type { ListingTerms } from '@videowindow/contract/api/commerce';
import { type Account, arrival } from './accounts.ts';

export const usd = (amount: number) => ({ amount, currency: 'USD' });

/** From 50.00 an offer opens an auction of a day; the piece is sent for 18.00. */
export const plainTerms: ListingTerms = {
  askingPrice: usd(90_00),
  offerPolicy: { acceptsOffers: true, minimumOffer: usd(30_00), startAuctionAt: usd(50_00), auctionDurationH: 24 },
  shipping: {
    zones: [{ countries: ['US', 'PT'], price: usd(18_00), further: usd(18_00) }],
    combined: false,
    handlingDays: 3,
    pickup: false,
    pickupPlace: null,
  },
};

export type StoryWords = { title: string; caption?: string; category?: string };

/** Uploads a file. @returns the media's id */
export async function sendClip(maker: Account, file: string): Promise<string> {
  const data = readFileSync(file);
  const { mediaId } = await uploadVideo({
    client: maker.client,
    data,
    file: { name: 'clip.mp4', size: data.length },
    headers: { cookie: maker.cookie() },
  });
  return mediaId;
}

/** Uploads a file and waits until it plays. @returns the media's id */
export async function upload(maker: Account, file: string): Promise<string> {
  const mediaId = await sendClip(maker, file);
  await arrival(async () => {
    const { state } = await maker.client.call('GET /media/:id', { params: { id: mediaId } });
    if (state === 'rejected' || state === 'failed') throw new Error(`the clip is ${state}`);
    return state === 'ready' ? state : null;
  }, 60_000);
  return mediaId;
}

/** A draft with everything that a story needs to be sent. */
export async function draftStory(maker: Account, mediaId: string, words: StoryWords) {
  return await maker.client.call('POST /stories', {
    body: {
      title: words.title,
      caption: words.caption ?? 'One pull, no second try. #handmade',
      category: words.category ?? 'Ceramics',
      sections: [
        { kind: 'overview', text: 'Thrown in one piece, and fired for three days with oak.' },
        { kind: 'dimensions', text: '24 cm tall' },
      ],
      mediaId,
    },
  });
}

/** A story in the feed, with the clip of this file. @returns its id */
export async function listStory(
  people: { maker: Account; moderator: Account },
  file: string,
  words: StoryWords,
  terms: ListingTerms | null = plainTerms,
): Promise<string> {
  return await listClip(people, await upload(people.maker, file), words, terms);
}

/** A story in the feed, with a clip that is ready. @returns its id */
export async function listClip(
  { maker, moderator }: { maker: Account; moderator: Account },
  mediaId: string,
  words: StoryWords,
  terms: ListingTerms | null = plainTerms,
): Promise<string> {
  const story = await draftStory(maker, mediaId, words);
  const params = { id: story.id };
  if (terms) {
    await maker.client.call('PUT /stories/:storyId/listing', { params: { storyId: story.id }, body: terms });
  }
  const { version } = await maker.client.call('POST /stories/:id/submit', { params });
  const body = { decision: 'approve', reason: '', version } as const;
  await moderator.client.call('POST /moderation/stories/:id/decision', { params, body });
  await arrival(() => moderator.client.call('GET /feed/story/:id', { params }).catch(() => null));
  return story.id;
}

/** An offer of `amount` cents; a good one opens an auction. @returns the auction's id */
export async function offerFor(buyer: Account, storyId: string, amount: number): Promise<string> {
  const { auctionId } = await buyer.client.call('POST /stories/:storyId/offers', {
    params: { storyId },
    body: { amount: usd(amount) },
    idempotencyKey: crypto.randomUUID(),
  });
  return auctionId ?? '';
}

/** A bid of `amount` cents. */
export async function bidOn(bidder: Account, auctionId: string, amount: number): Promise<void> {
  await bidder.client.call('POST /auctions/:id/bids', {
    params: { id: auctionId },
    body: { amount: usd(amount) },
    idempotencyKey: crypto.randomUUID(),
  });
}
