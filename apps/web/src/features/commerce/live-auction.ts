import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Money } from '@videowindow/contract';
import type { AuctionState, AuctionView } from '@videowindow/contract/api/commerce';
import { type IncrementTable, incrementTable, quickAmounts } from '@videowindow/contract/increments';
import { useEffect, useState } from 'react';
import { useMe } from '../../app/session.ts';
import { keyOf, read } from '../../lib/queries.ts';
import { realtime } from '../../lib/server.ts';

export type LiveAuction = {
  auction: AuctionState;
  /** How many look on now; null before the socket has said so. */
  watching: number | null;
};

/**
 * The newest state of an auction: the snapshot that came with the page, then what its channel says.
 * @param listens false where nobody looks at it yet
 */
export function useLiveAuction(snapshot: AuctionState, listens = true): LiveAuction {
  const [live, setLive] = useState<LiveAuction | null>(null);
  const id = snapshot.id;
  useEffect(() => {
    setLive(null);
    if (!listens) return;
    return realtime.subscribe(`auction:${id}`, {
      onData: (data) => setLive((before) => (before && before.auction.seq > data.auction.seq ? before : data)),
    });
  }, [id, listens]);
  if (!live || live.auction.id !== id || live.auction.seq < snapshot.seq) {
    return { auction: snapshot, watching: live?.watching ?? null };
  }
  return live;
}

export type MyAuction = LiveAuction & {
  me: AuctionView['me'] | null;
  /** By the newest state, not by that of the last answer. */
  leading: boolean;
  /** I have bid, and somebody else leads. */
  outbid: boolean;
  quickAmounts: Money[];
  increments: IncrementTable;
  /** In the last so many minutes a bid makes it longer; null before that is known. */
  extendsWithinMinutes: number | null;
  possible: readonly string[];
  secondChance: AuctionView['secondChance'];
  /** Whether I keep an eye on it, and how many do. */
  watched: boolean;
  watchers: number;
  /** The maker's own; null for everybody else. */
  reserve: Money | null;
};

/** An auction with what it is to the person who looks at it. Asks again whenever it changes its kind of state. */
export function useMyAuction(snapshot: AuctionState): MyAuction {
  const live = useLiveAuction(snapshot);
  const signedIn = Boolean(useMe());
  const queries = useQueryClient();
  const { data: view } = useQuery({ ...read('GET /auctions/:id', { params: { id: snapshot.id } }) });
  const { auction } = live;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the state is what makes the answer old
  useEffect(() => {
    void queries.invalidateQueries({ queryKey: keyOf('GET /auctions/:id', { params: { id: snapshot.id } }) });
  }, [queries, snapshot.id, auction.state, signedIn]);

  const newest = view && view.seq > auction.seq ? view : auction;
  const me = view?.me ?? null;
  const increments = view?.increments ?? incrementTable(newest.minNext.currency);
  const leading = me?.bidder != null && newest.leader?.bidder === me.bidder;
  return {
    auction: newest,
    watching: live.watching,
    me,
    leading,
    outbid: me?.bidder != null && newest.leader !== null && !leading,
    quickAmounts: view && view.seq === newest.seq ? view.quickAmounts : quickAmounts(newest.minNext, increments),
    increments,
    extendsWithinMinutes: view?.extendsWithinMinutes ?? null,
    possible: view?.possible ?? [],
    secondChance: view?.secondChance ?? null,
    watched: view?.watching ?? false,
    watchers: view?.watchers ?? 0,
    reserve: view?.reserve ?? null,
  };
}
