// feed: clips to watch, and the page of one story. Puts together what the rooms below know, in batches.
import { type Actor, DomainError, toDecimal } from '@videowindow/contract';
import type { PublicStory } from '@videowindow/contract/api/content';
import { type FeedItem, feedApi } from '@videowindow/contract/api/discovery';
import { plainText } from '@videowindow/contract/rich-text';
import type { Auctions } from '#commerce/auctions';
import type { Listings } from '#commerce/listings';
import type { Stories } from '#content/stories';
import type { Graph } from '#people/graph';
import type { Database, Reader } from '#platform/database';
import { decodeCursor, encodeCursor, implement, type PageHead, type RequestContext } from '#platform/http';
import type { Room } from '#platform/room';
import { NOT_FOR_SALE, salesOf } from './sale.ts';

export type FeedDeps = {
  database: Database;
  graph: Graph;
  stories: Stories;
  listings: Listings;
  auctions: Auctions;
  /** Lets this browser play everything that is public, for a while. */
  grantPublicPlayback(context: RequestContext): void;
  /** Lets this browser play these clips, for a while. */
  grantPlayback(ids: readonly string[], context: RequestContext): Promise<void>;
  /** Who asks for a page, before any call is made. */
  actorOf(request: PageRequest): Promise<Actor>;
  siteName: string;
  /** Origin of absolute links. */
  publicUrl: () => string;
};

/** As far as it says who asks. */
type PageRequest = Pick<RequestContext['request'], 'headers'>;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const DESCRIPTION_CHARACTERS = 200;

/** The start of a text, cut between characters. */
const firstWords = (text: string): string => [...text.trim()].slice(0, DESCRIPTION_CHARACTERS).join('');

export const createFeed = (deps: FeedDeps) => {
  const { database, stories } = deps;

  const withSales = async (db: Reader, found: readonly PublicStory[]): Promise<FeedItem[]> => {
    const storyIds = found.map((story) => story.id);
    const sales = await salesOf(deps, db, storyIds);
    return found.map((story) => ({ story, sale: sales.get(story.id) ?? NOT_FOR_SALE }));
  };

  /** A page of listed stories without people whom the reader blocked or who blocked them. */
  const page = async (actor: Actor, query: { cursor?: string; limit?: number }, makerId?: string) => {
    const cursor = decodeCursor(query.cursor, ['instant', 'uuid']);
    const withoutMakers = await deps.graph.apartFrom(database.db, actor.id);
    const isOwn = makerId !== undefined && makerId === actor.id;
    const forFollowers = makerId !== undefined && (isOwn || (await deps.graph.follows(database.db, actor.id, makerId)));
    const { stories: found, next } = await stories.listed(database.db, {
      after: cursor ? { at: new Date(cursor[0]), id: cursor[1] } : null,
      limit: query.limit ?? 10,
      withoutMakers,
      ...(makerId ? { makerId, forFollowers } : {}),
    });
    return {
      items: await withSales(database.db, found),
      next: next ? encodeCursor([next.at.toISOString(), next.id]) : null,
    };
  };

  /** A story that is for this person, by its address; null for every other reason alike. */
  const readable = async (actor: Actor, id: string): Promise<PublicStory | null> => {
    const story = await stories.shownTo(database.db, actor, id);
    return story && !(await deps.graph.areApart(database.db, actor.id, story.maker.id)) ? story : null;
  };

  /** Playing what everybody may see is one grant; what is not for everybody has one each. */
  const letPlay = async (context: RequestContext, items: readonly FeedItem[]): Promise<void> => {
    deps.grantPublicPlayback(context);
    const others = items
      .filter(({ story }) => story.visibility !== 'public')
      .flatMap(({ story: { media, sections } }) => [
        media.id,
        ...sections.flatMap(({ pictures }) => pictures.map(({ image }) => image.id)),
      ]);
    if (others.length > 0) await deps.grantPlayback(others, context);
  };

  const one = async (actor: Actor, id: string): Promise<FeedItem> => {
    const story = await readable(actor, id);
    if (!story) throw new DomainError('not_found');
    const [item] = await withSales(database.db, [story]);
    if (!item) throw new DomainError('not_found');
    const { listingId } = item.sale;
    const additions = listingId ? (await deps.listings.additionsOf(database.db, [listingId])).get(listingId) : null;
    return additions ? { ...item, sale: { ...item.sale, additions } } : item;
  };

  const room: Room = {
    routes: [
      implement(feedApi, {
        'GET /feed/:name': async ({ params, query, context }) => {
          if (params.name !== 'for-you') throw new DomainError('not_found');
          const answer = await page(context.actor, query);
          deps.grantPublicPlayback(context);
          return answer;
        },
        'GET /feed/story/:id': async ({ params, context }) => {
          const item = await one(context.actor, params.id);
          await letPlay(context, [item]);
          return item;
        },
        'GET /feed/maker/:id': async ({ params, query, context }) => {
          if (await deps.graph.areApart(database.db, context.actor.id, params.id)) throw new DomainError('not_found');
          const answer = await page(context.actor, query, params.id);
          await letPlay(context, answer.items);
          return answer;
        },
      }),
    ],
  };

  return {
    room,
    /** What a shared link to `/s/{id}` shows; null for other paths. A story that is not there is a 404 page. */
    async headOf(path: string, request: PageRequest): Promise<PageHead | null> {
      const id = /^\/s\/([^/]+)\/?$/.exec(path)?.[1];
      if (!id) return null;
      const story = UUID.test(id) ? await readable(await deps.actorOf(request), id) : null;
      const url = `${deps.publicUrl()}${path}`;
      if (!story)
        return {
          title: `Not found · ${deps.siteName}`,
          description: 'This story is not here (any more).',
          url,
          status: 404,
        };
      // What is in no list here is in none elsewhere; its still is not for everybody, and a preview would show it.
      if (story.visibility !== 'public')
        return {
          title: `${story.title} by ${story.maker.displayName} · ${deps.siteName}`,
          description: 'Shown only to those it is for.',
          url,
          isUnlisted: true,
        };
      const description = story.caption || firstWords(plainText(story.sections[0]?.text ?? '')) || story.title;
      const image = `${deps.publicUrl()}${story.media.posterUrl}`;
      const [{ sale } = { sale: NOT_FOR_SALE }] = await withSales(database.db, [story]);
      const price = sale.auction?.price ?? sale.askingPrice;
      return {
        title: `${story.title} by ${story.maker.displayName} · ${deps.siteName}`,
        description,
        url,
        image: { url: image, width: story.media.width, height: story.media.height },
        jsonLd: {
          '@context': 'https://schema.org',
          '@graph': [
            {
              '@type': 'VideoObject',
              name: story.title,
              description,
              thumbnailUrl: image,
              uploadDate: story.listedAt,
              duration: `PT${Math.round(story.media.durationMs / 1000)}S`,
            },
            {
              '@type': 'Product',
              name: story.title,
              description,
              image,
              brand: { '@type': 'Brand', name: story.maker.displayName },
              ...(price && (sale.state === 'open' || sale.state === 'auction')
                ? {
                    offers: {
                      ...(sale.topPrice
                        ? {
                            '@type': 'AggregateOffer',
                            lowPrice: toDecimal(price),
                            highPrice: toDecimal(sale.topPrice),
                          }
                        : { '@type': 'Offer', price: toDecimal(price) }),
                      priceCurrency: price.currency,
                      availability: 'https://schema.org/InStock',
                      url,
                    },
                  }
                : {}),
            },
          ],
        },
      };
    },
  };
};
