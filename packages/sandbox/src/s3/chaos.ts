// Faults of the stand-in for S3, set by tests in the same process.
import type { IncomingMessage } from 'node:http';

export interface S3Chaos {
  /** Answers the next `times` requests with 503 SlowDown; only those that `concerns` picks. */
  slowDown(times: number, concerns?: (request: IncomingMessage) => boolean): void;
  /** Cuts the connection of the next `times` requests after so many bytes of body, theirs or ours. */
  cut(times: number, afterBytes: number, concerns?: (request: IncomingMessage) => boolean): void;
  /** Keys whose deletion is refused with InternalError, each one in a list of its own answer. */
  refuseDelete(concerns: ((key: string) => boolean) | null): void;
  /** Keys that are said to be deleted and are not. */
  forgetDelete(concerns: ((key: string) => boolean) | null): void;
  /** Does what it was asked to, then cuts the connection instead of answering. */
  loseAnswer(times: number, concerns: (request: IncomingMessage) => boolean): void;
  /** Called before each request is looked at. */
  onRequest(hear: ((request: IncomingMessage) => void | Promise<void>) | null): void;
}

type Counted = { left: number; concerns: (request: IncomingMessage) => boolean };

export function createS3Chaos() {
  const anything = () => true;
  let slow: Counted = { left: 0, concerns: anything };
  let cutting: Counted & { afterBytes: number } = { left: 0, concerns: anything, afterBytes: 0 };
  let losing: Counted = { left: 0, concerns: anything };
  let refused: ((key: string) => boolean) | null = null;
  let forgotten: ((key: string) => boolean) | null = null;
  let heard: ((request: IncomingMessage) => void | Promise<void>) | null = null;
  const take = (counted: Counted, request: IncomingMessage) => {
    if (counted.left <= 0 || !counted.concerns(request)) return false;
    counted.left--;
    return true;
  };
  const knobs: S3Chaos = {
    slowDown: (left, concerns = anything) => {
      slow = { left, concerns };
    },
    cut: (left, afterBytes, concerns = anything) => {
      cutting = { left, afterBytes, concerns };
    },
    refuseDelete: (concerns) => {
      refused = concerns;
    },
    forgetDelete: (concerns) => {
      forgotten = concerns;
    },
    loseAnswer: (left, concerns) => {
      losing = { left, concerns };
    },
    onRequest: (hear) => {
      heard = hear;
    },
  };
  return {
    knobs,
    heard: async (request: IncomingMessage) => heard?.(request),
    isSlow: (request: IncomingMessage) => take(slow, request),
    /** Bytes after which to cut; Infinity: never. */
    cutAfter: (request: IncomingMessage) => (take(cutting, request) ? cutting.afterBytes : Number.POSITIVE_INFINITY),
    losesAnswer: (request: IncomingMessage) => take(losing, request),
    refusesDelete: (key: string) => refused?.(key) ?? false,
    forgetsDelete: (key: string) => forgotten?.(key) ?? false,
  };
}
