// feed: clips to watch, and the page of one story. Puts together what the rooms below know, in batches.
import { type Actor, DomainError, toDecimal } from '@videowindow/contract';
import type { PublicStory } from '@videowindow/contract/api/content';
import { type FeedItem, feedApi, type Sale } from '@videowindow/contract/api/discovery';
import { plainText } from '@videowindow/contract/rich-text';
import type { Auctions } from '#commerce/auctions';
import type { Listings } from '#commerce/listings';
import type { Stories } from '#content/stories';
import type { Graph } from '#people/graph';
import type { Database } from '#platform/database';
import {
  decodeCursor,
  encodeCursor,
  implement,
  type Opening,
  type PageHead,
  type RequestContext,
} from '#platform/http';
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
  /** Whether every page begins with the line that says what is played by the sandbox. */
  hasBanner: boolean;
  /** Origin of absolute links. */
  publicUrl: () => string;
};

/** As far as it says who asks. */
type PageRequest = Pick<RequestContext['request'], 'headers'>;

/** The story that a page is about, by its address. */
const storyIn = (path: string): string | undefined =>
  /^\/s\/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\/?$/.exec(path)?.[1];
const DESCRIPTION_CHARACTERS = 200;

/** The start of a text, cut between characters. */
const firstWords = (text: string): string => [...text.trim()].slice(0, DESCRIPTION_CHARACTERS).join('');

export const createFeed = (deps: FeedDeps) => {
  const { database } = deps;

  const asItem = (story: PublicStory, sales: ReadonlyMap<string, Sale>): FeedItem => ({
    story,
    sale: sales.get(story.id) ?? NOT_FOR_SALE,
  });

  /**
   * A page of listed stories without people whom the reader blocked or who blocked them.
   * @throws DomainError not_found when the maker is such a person
   */
  const page = async (actor: Actor, query: { cursor?: string; limit?: number }, makerId?: string) => {
    const { db } = database;
    const cursor = decodeCursor(query.cursor, ['instant', 'uuid']);
    const [withoutMakers, forFollowers] = await Promise.all([
      deps.graph.apartFrom(db, actor.id),
      makerId !== undefined && (makerId === actor.id || deps.graph.follows(db, actor.id, makerId)),
    ]);
    if (makerId !== undefined && withoutMakers.includes(makerId)) throw new DomainError('not_found');
    const { ids, stories, next } = await deps.stories.listed(db, {
      after: cursor ? { at: new Date(cursor[0]), id: cursor[1] } : null,
      limit: query.limit ?? 10,
      withoutMakers,
      ...(makerId ? { makerId, forFollowers } : {}),
    });
    const [found, sales] = await Promise.all([stories, salesOf(deps, db, ids)]);
    return {
      items: found.map((story) => asItem(story, sales)),
      next: next ? encodeCursor([next.at.toISOString(), next.id]) : null,
    };
  };

  /** A story that is for this person, by its address; null for every other reason alike. */
  const readable = async (actor: Actor, id: string): Promise<PublicStory | null> => {
    const story = await deps.stories.shownTo(database.db, actor, id);
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

  /** As in a list; null when it is not for this person. */
  const itemFor = async (actor: Actor, id: string): Promise<FeedItem | null> => {
    const [story, sales] = await Promise.all([readable(actor, id), salesOf(deps, database.db, [id])]);
    return story && asItem(story, sales);
  };

  const one = async (actor: Actor, id: string): Promise<FeedItem> => {
    const item = await itemFor(actor, id);
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
          const answer = await page(context.actor, query, params.id);
          await letPlay(context, answer.items);
          return answer;
        },
      }),
    ],
  };

  return {
    room,
    /** What the pages with clips ask for first, in the app's own spelling; the clip's picture comes before the app. */
    openingOf(path: string): Opening {
      if (path === '/')
        return {
          questions: ['/feed/for-you?limit=10'],
          pictureOf: (answer) => {
            const [first] = (answer as { items: FeedItem[] }).items; // the route's own answer
            if (!first) return null;
            const { posterUrl, width, height } = first.story.media;
            return { url: posterUrl, stands: { shape: width / height, belowBanner: deps.hasBanner } };
          },
        };
      const id = storyIn(path);
      if (!id) return { questions: [] };
      return {
        questions: [`/feed/story/${id}`],
        pictureOf: (answer) => ({ url: (answer as FeedItem).story.media.posterUrl }), // as above
      };
    },
    /** What a shared link to `/s/{id}` shows; null for other paths. A story that is not there is a 404 page. */
    async headOf(path: string, request: PageRequest): Promise<PageHead | null> {
      if (!/^\/s\/[^/]+\/?$/.test(path)) return null;
      const id = storyIn(path);
      const item = id ? await itemFor(await deps.actorOf(request), id) : null;
      const url = `${deps.publicUrl()}${path}`;
      if (!item)
        return {
          title: `Not found · ${deps.siteName}`,
          description: 'This story is not here (any more).',
          url,
          status: 404,
        };
      const { story, sale } = item;
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
