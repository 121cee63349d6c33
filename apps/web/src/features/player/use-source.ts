import type { MediaView } from '@videowindow/contract/api/media';
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { client } from '../../lib/server.ts';
import { openSource, type Source } from './attach-source.ts';
import { isThrifty } from './choices.ts';
import { onFirstFrame } from './first-frame.ts';
import { holdFrame } from './hold-frame.ts';
import { positionOf } from './seek.ts';

/** A grant lives ten minutes; asking a little earlier means that no segment ever meets its end. */
const RENEW_GRANT_MS = 8 * 60_000;
/** A clip that breaks is tried again by itself, but not over and over. */
const TRY_AGAIN_AFTER_MS = 30_000;

type Sight = {
  /** The element shows a picture of this clip. */
  hasFrame: boolean;
  /** It does not play, and the person has to know. */
  failed: boolean;
  retry: () => void;
  /** For the element's own error event. */
  onError: () => void;
  /** Changes when the element got its bytes anew and has to be played anew. */
  loading: string;
};

/**
 * Keeps an element filled with a clip's bytes: attaches them once the clip may load, renews its grant, and begins
 * anew at the same moment, behind a still of it, when they stop coming.
 */
export function useSource(
  video: RefObject<HTMLVideoElement | null>,
  given: MediaView,
  { active, mayLoad }: { active: boolean; mayLoad: boolean },
): Sight {
  // A renewed grant may come with a newer version than the list knows of.
  const [renewed, setRenewed] = useState<MediaView | null>(null);
  const media = renewed?.id === given.id && renewed.version > given.version ? renewed : given;
  const name = `${media.id}/${media.version}`;
  // The clip whose bytes were asked for last; once asked for they are not dropped when the watched one stalls.
  const [wanted, setWanted] = useState<string | null>(null);
  if ((active || (mayLoad && !isThrifty())) && wanted !== media.id) setWanted(media.id);
  const [attempt, setAttempt] = useState({ count: 0, name, fromS: 0 });
  const [shown, setShown] = useState<string | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const source = useRef<Source | null>(null);
  const liftStill = useRef(() => {});
  const tried = useRef({ name: '', at: 0 });

  const renew = useCallback(async () => {
    // Failing here is harmless: the player's own error says what the person must know.
    const answer = await client.call('GET /media/:id/playback', { params: { id: given.id } }).catch(() => null);
    if (answer) setRenewed(answer.media);
  }, [given.id]);

  // Before the player plays it, which it does in its own layout effect.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new attempt attaches the same clip once more
  useLayoutEffect(() => {
    const element = video.current;
    if (!element || wanted !== media.id) return;
    const fromS = attempt.name === name ? attempt.fromS : 0;
    const opened = openSource(element, media, { watched: active, fromS, renew });
    source.current = opened;
    const stopLooking = onFirstFrame(element, () => {
      liftStill.current();
      setFailed(null);
      setShown(name);
    });
    return () => {
      stopLooking();
      opened.release();
      source.current = null;
    };
  }, [name, wanted, attempt]);

  useEffect(() => {
    source.current?.setWatched(active);
    if (!active) return;
    const timer = setInterval(() => void renew(), RENEW_GRANT_MS);
    return () => clearInterval(timer);
  }, [active, renew]);

  // Another clip's still must not lie over this one.
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the clip changes
  useEffect(() => () => liftStill.current(), [given.id]);

  const retry = useCallback(async () => {
    const element = video.current;
    const fromS = element ? positionOf(element) : 0;
    if (element && shown === name) {
      liftStill.current();
      liftStill.current = holdFrame(element);
    }
    await renew();
    setFailed(null);
    setAttempt(({ count }) => ({ count: count + 1, name, fromS }));
  }, [name, shown, renew, video]);

  useEffect(() => {
    if (failed !== name) return;
    const onOnline = () => void retry();
    addEventListener('online', onOnline);
    return () => removeEventListener('online', onOnline);
  }, [failed, name, retry]);

  return {
    hasFrame: shown === name,
    failed: failed === name,
    retry: () => void retry(),
    onError: () => {
      // The first failure is most often a grant that has ended while the page slept.
      if (tried.current.name !== name || performance.now() - tried.current.at > TRY_AGAIN_AFTER_MS) {
        tried.current = { name, at: performance.now() };
        void retry();
      } else setFailed(name);
    },
    loading: `${name} ${wanted} ${attempt.count}`,
  };
}
