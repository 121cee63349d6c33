// By which name bidders are shown: their handle where they like that, else the number that they go by in the auction.
import type { AuctionState } from '@videowindow/contract/api/commerce';
import type { Reader } from '#platform/database';
import type { Auction } from './auction.ts';
import { createMemory, type Memory } from './memory.ts';
import type { Lot } from './store.ts';
import { firstOf, type Names, stateOf } from './view.ts';

/** The handle of each of these people who shows it beside their bids. */
export type Handles = (reader: Reader, people: readonly string[]) => Promise<Names>;

/** The names of those who are shown as first in some auctions. */
export const namesFor = async (
  handles: Handles,
  reader: Reader,
  lots: readonly { auction: Auction }[],
): Promise<Names> => {
  const people = lots.flatMap(({ auction }) => firstOf(auction)?.bidder ?? []);
  return people.length > 0 ? await handles(reader, people) : new Map();
};

/** How an auction stands, for everybody to see; `now` in ms. */
export const stateNow = async (
  { handles }: { handles: Handles },
  reader: Reader,
  lot: Lot,
  now: number,
): Promise<AuctionState> => stateOf(lot, now, await namesFor(handles, reader, [lot]));

/** Remembers answers for some seconds: a hot auction asks about the same few leaders all the time. */
export const rememberHandles = (handles: Handles, clock: () => Date): Handles => {
  const known: Memory<string | null> = createMemory(clock);
  return async (reader, people) => {
    const unknown = [...new Set(people)].filter((person) => known.get(person) === undefined);
    if (unknown.length > 0) {
      const found = await handles(reader, unknown);
      for (const person of unknown) known.set(person, found.get(person) ?? null);
    }
    return new Map(
      people.flatMap((person) => {
        const handle = known.get(person);
        return handle ? [[person, handle] as const] : [];
      }),
    );
  };
};
