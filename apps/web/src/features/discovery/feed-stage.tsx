import { type ReactNode, type Ref, useCallback, useEffect, useImperativeHandle, useLayoutEffect, useRef } from 'react';
import { slotsAround } from './slots.ts';
import { useLanding } from './use-landing.ts';
import { useWheelSteps } from './wheel-steps.ts';

export type StageHandle = { go: (step: 1 | -1) => void; jump: (index: number) => void };

export type FeedStageProps = {
  count: number;
  index: number;
  /** The place whose neighbours are mounted, where it is `index` or beside it: they may come after the step itself. */
  around: number;
  onIndex: (index: number) => void;
  /** Draws place `index`; called for the current one and its neighbours, each keeps its elements while it moves. */
  children: (index: number, active: boolean) => ReactNode;
  /** After the last place: what tells that there is no more, or that more is coming. */
  end: ReactNode;
  ref?: Ref<StageHandle>;
};

/**
 * A column of full-height places that scrolls natively and snaps (touch, screen readers and the address bar work as
 * everywhere). Three slots are all that is ever mounted; they are moved to where they are needed.
 */
export function FeedStage({ count, index, around, onIndex, children, end, ref }: FeedStageProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const current = useRef(index);
  current.current = index;
  /** The place a scroll that has begun will end at, where that is known; `ordered` by us, or guessed from a finger. */
  const headingTo = useRef<{ place: number; ordered: boolean } | null>(null);

  const scrollToIndex = useCallback((target: number, behavior: ScrollBehavior) => {
    const element = scroller.current;
    if (element) element.scrollTo({ top: target * element.clientHeight, behavior });
  }, []);
  const show = (place: number) => {
    if (place !== current.current) onIndex(place);
  };
  const go = (step: 1 | -1) => {
    const target = Math.min(count, Math.max(0, current.current + step));
    // Who steps on before the last step has arrived is taken there at once: what lies further back is not mounted.
    const hurries = headingTo.current !== null;
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    scrollToIndex(target, hurries || still ? 'instant' : 'smooth');
    // It plays while it comes; what the scroll passes on its way is not where it goes.
    headingTo.current = { place: target, ordered: true };
    show(target);
  };
  const jump = (target: number) => {
    // Not by the scroll's own event, which comes after a frame in which nothing is there.
    show(target);
    scrollToIndex(target, 'instant');
  };
  useImperativeHandle(ref, () => ({ go, jump }));
  useWheelSteps(scroller, go);
  useLanding(scroller, {
    from: () => current.current,
    land: (place) => {
      const target = Math.min(count, Math.max(0, place));
      headingTo.current = { place: target, ordered: false };
      show(target);
    },
  });

  // Where one was before a visit to a story's page, before anything is painted.
  useLayoutEffect(() => scrollToIndex(current.current, 'instant'), [scrollToIndex]);

  // A turned phone or a resized window changes the height of a place; the same clip stays in view.
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const observer = new ResizeObserver(() => scrollToIndex(current.current, 'instant'));
    observer.observe(element);
    return () => observer.disconnect();
  }, [scrollToIndex]);

  return (
    <div
      ref={scroller}
      onScroll={(event) => {
        const { scrollTop, clientHeight } = event.currentTarget;
        const nearest = Math.round(scrollTop / Math.max(1, clientHeight));
        const heading = headingTo.current;
        if (heading === null || heading.place === nearest) show(nearest);
        if (heading !== null && Math.abs(heading.place * clientHeight - scrollTop) < 2) {
          headingTo.current = null; // for browsers without `scrollend`
        }
      }}
      onScrollEnd={({ currentTarget: { scrollTop, clientHeight } }) => {
        const heading = headingTo.current;
        headingTo.current = null;
        // A step that broke off the one before may be carried past its place by what was left of that.
        if (heading?.ordered && Math.abs(heading.place * clientHeight - scrollTop) > 2)
          scrollToIndex(heading.place, 'instant');
        else show(Math.round(scrollTop / Math.max(1, clientHeight)));
      }}
      onTouchStart={() => {
        headingTo.current = null;
      }}
      className="relative size-full snap-y snap-mandatory overflow-y-scroll overscroll-contain [scrollbar-width:none]"
    >
      {Array.from({ length: count + 1 }, (_, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a snap point is nothing but its place
        <div key={place} className="h-full snap-start snap-always" />
      ))}
      {slotsAround(Math.abs(around - index) <= 1 ? around : index, count).map((place, slot) =>
        place === null ? null : (
          <div
            // biome-ignore lint/suspicious/noArrayIndexKey: the slot's number is its identity: the same video element for each third place
            key={slot}
            // What waits out of sight takes no focus: the keyboard goes through the clip that is there, then on.
            inert={place !== index}
            className="absolute inset-x-0 h-full"
            style={{ top: `${place * 100}%` }}
          >
            {children(place, place === index)}
          </div>
        ),
      )}
      <div inert={index < count} className="absolute inset-x-0 h-full" style={{ top: `${count * 100}%` }}>
        {end}
      </div>
    </div>
  );
}
