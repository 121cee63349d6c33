/**
 * Fills an empty installation with demo people and stories, through the front door: everybody signs in with a code from
 * the sandbox's mail, uploads, writes, is reviewed and bids through the same client as the web app.
 *
 * A process of its own (`seed.ts BASE_URL WORK_FOLDER`), so that drawing films does not slow the server; it ends when
 * the server does. It can be killed at any point: what is already there is found by its title and gone on with.
 */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Client, isApiError, uploadVideo } from '@videowindow/client';
import { createNodeSession, type NodeSession } from '@videowindow/client/node';
import { completeOnboarding, newestCode } from '@videowindow/sandbox/visitor';
import { type DemoClip, demoClips, demoMakers, makeDemoClip } from './clips.ts';

const [, , baseUrl = '', workFolder = ''] = process.argv;
process.on('disconnect', () => process.exit(0));

const READY_WITHIN_MS = 10 * 60_000;
const POLL_MS = 500;
const AUCTION_HOURS = 168;

/** The demo maker whom one signs in as; the others sell beside her. */
const DEMO_MAKER = 'ines.duarte';
const emailOf = (handle: string) => (handle === DEMO_MAKER ? 'maker@demo.test' : `${handle}@demo.test`);

/** Where each story ends: most are in the feed, some show what else a story can be. */
type Ending = 'auction' | 'for_sale' | 'shown' | 'submitted' | 'changes_requested' | 'draft';
const ENDINGS: Readonly<Record<number, Ending>> = {
  0: 'auction',
  10: 'shown',
  18: 'submitted',
  20: 'draft',
  21: 'changes_requested',
  22: 'submitted',
};

const usd = (amount: number) => ({ amount, currency: 'USD' });
const roundTo = (cents: number, step: number) => Math.max(step, Math.round(cents / step) * step);

const sessions = new Map<string, NodeSession>();

/** A signed-in session; each person signs in once a run. */
const signIn = async (email: string): Promise<NodeSession> => {
  const known = sessions.get(email);
  if (known) return known;
  const session = createNodeSession(baseUrl);
  const before = await newestCode(baseUrl, email);
  await until(async () => {
    try {
      return await session.client.call('POST /auth/otp/request', { body: { identifier: email } });
    } catch (error) {
      if (!isApiError(error, 'rate_limited')) throw error; // twice within half a minute
      return null;
    }
  });
  const code = await until(async () => {
    const newest = await newestCode(baseUrl, email);
    return newest === before ? null : newest;
  });
  await session.client.call('POST /auth/otp/verify', { body: { identifier: email, code } });
  sessions.set(email, session);
  return session;
};

const until = async <T>(look: () => Promise<T | null>): Promise<T> => {
  for (const deadline = Date.now() + READY_WITHIN_MS; Date.now() < deadline; await pause(POLL_MS)) {
    const found = await look();
    if (found !== null) return found;
  }
  throw new Error('waited ten minutes in vain');
};

/** Makes them a maker; where each new one is looked at first, they ask, and the demo's admin says yes. */
const becomeMaker = async (email: string, about: string) => {
  const { client } = await signIn(email);
  try {
    return await client.call('POST /makers');
  } catch (error) {
    if (!isApiError(error, 'application_needed')) throw error;
  }
  const { application } = await client.call('GET /makers/me/application');
  const asked =
    application?.state === 'waiting'
      ? application
      : (await client.call('POST /makers/me/application', { body: { about } })).application;
  if (!asked) throw new Error(`${email} has asked, and nobody knows of it`);
  const { client: admin } = await signIn('admin@demo.test');
  await admin.call('POST /admin/maker-applications/:id/approve', { params: { id: asked.id }, body: { reason: '' } });
  sessions.delete(email); // a change of roles signs out everywhere
  return await (await signIn(email)).client.call('POST /makers');
};

const prepareMaker = async ({ handle, name, city, bio }: (typeof demoMakers)[number]) => {
  const { payoutAccount } = await becomeMaker(emailOf(handle), bio);
  const { client } = await signIn(emailOf(handle));
  await client.call('PATCH /users/me', { body: { handle, displayName: name, city, bio } });
  if (payoutAccount.state !== 'none') return;
  const { url } = await client.call('POST /makers/me/onboarding');
  const [firstName = name, lastName = name] = name.split(' ');
  await completeOnboarding(url, { firstName, lastName });
};

const storyOf = async (client: Client, title: string) => {
  const { items } = await client.call('GET /stories', { query: { limit: 100 } });
  return items.find((story) => story.title === title) ?? null;
};

/** The story with its film, from what is there already or from the beginning. */
const writeStory = async (index: number, clip: DemoClip) => {
  const { client, cookie } = await signIn(emailOf(clip.maker));
  const known = await storyOf(client, clip.title);
  if (known) return known;
  const film = join(workFolder, `${clip.slug}.mp4`);
  await makeDemoClip(index, film);
  const data = await readFile(film);
  const { mediaId } = await uploadVideo({
    client,
    data,
    file: { name: `${clip.slug}.mp4`, size: data.length, type: 'video/mp4' },
    headers: { cookie: cookie() },
  });
  await rm(film);
  return await client.call('POST /stories', {
    body: {
      title: clip.title,
      caption: clip.caption,
      category: clip.craft,
      sections: Object.entries(clip.story).map(([kind, text]) => ({ kind: kind as keyof DemoClip['story'], text })), // entries widen the key
      mediaId,
    },
  });
};

const isReady = async (client: Client, id: string) => {
  const { state, rejection } = await client.call('GET /media/:id', { params: { id } });
  if (state === 'rejected' || state === 'failed') throw new Error(`a demo film was ${state}: ${rejection?.sentence}`);
  return state === 'ready' ? true : null;
};

const putOnSale = (client: Client, storyId: string, clip: DemoClip, index: number) =>
  client.call('PUT /stories/:storyId/listing', {
    params: { storyId },
    body: {
      askingPrice: usd(clip.priceCents),
      offerPolicy: {
        acceptsOffers: true,
        minimumOffer: usd(roundTo(clip.priceCents * 0.4, 100)),
        startAuctionAt: usd(roundTo(clip.priceCents * 0.6, 100)),
        auctionDurationH: AUCTION_HOURS,
      },
      shipping: {
        zones: [
          {
            countries: ['US', 'CA', 'GB', 'IE', 'DE', 'FR', 'ES', 'PT', 'SE', 'NL'],
            price: usd(1200 + (index % 4) * 300),
            further: usd(400),
          },
        ],
        combined: true,
        handlingDays: 3 + (index % 3),
        pickup: index % 3 === 0,
        pickupPlace: index % 3 === 0 ? 'the workshop, by appointment' : null,
      },
    },
  });

const finish = async (index: number, clip: DemoClip) => {
  const ending = ENDINGS[index] ?? 'for_sale';
  const { client } = await signIn(emailOf(clip.maker));
  const { id, mediaId, state } = await writeStory(index, clip);
  if (ending === 'draft' || mediaId === null) return;
  await until(() => isReady(client, mediaId));
  const params = { id };
  if (state === 'draft') {
    if (ending !== 'shown') await putOnSale(client, id, clip, index);
    await client.call('POST /stories/:id/submit', { params });
  }
  if (ending === 'submitted') return;
  const { client: moderator } = await signIn('moderator@demo.test');
  const story = await client.call('GET /stories/:id', { params });
  if (story.state === 'submitted') {
    const change = ending === 'changes_requested';
    await moderator.call('POST /moderation/stories/:id/decision', {
      params,
      body: {
        decision: change ? 'request_changes' : 'approve',
        reason: change ? 'Lovely film. Please say what the thread is made of: people with allergies ask.' : '',
        version: story.version,
      },
    });
  }
  if (ending === 'auction') await runAuction(id, clip);
};

/** An offer that opens the auction, and a few bids by people who like it. */
const runAuction = async (storyId: string, clip: DemoClip) => {
  const { client: viewer } = await signIn('viewer@demo.test');
  const { sale } = await viewer.call('GET /feed/story/:id', { params: { id: storyId } });
  if (sale.state !== 'open') return;
  const offer = await viewer.call('POST /stories/:storyId/offers', {
    params: { storyId },
    body: { amount: usd(roundTo(clip.priceCents * 0.6, 100)) },
    idempotencyKey: crypto.randomUUID(),
  });
  if (offer.auctionId === null) return;
  for (const handle of ['amara.osei', 'tomas.lind', 'amara.osei', 'elif.kaya']) {
    const { client } = await signIn(emailOf(handle));
    const params = { id: offer.auctionId };
    const { minNext } = await client.call('GET /auctions/:id', { params });
    await client.call('POST /auctions/:id/bids', {
      params,
      body: { amount: minNext },
      idempotencyKey: crypto.randomUUID(),
    });
  }
};

for (const maker of demoMakers) await prepareMaker(maker);
for (const [index, clip] of demoClips.entries()) {
  await finish(index, clip).catch((error: unknown) => {
    // One film that cannot be made leaves the others; the next start tries it again.
    console.error(`demo: ${clip.title}: ${isApiError(error) ? `${error.code} (${error.requestId})` : error}`);
    process.exitCode = 1;
  });
}
process.disconnect?.();
