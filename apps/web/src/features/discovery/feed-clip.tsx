import type { FeedItem } from '@videowindow/contract/api/discovery';
import { memo, type RefObject } from 'react';
import { SaleBar } from '../commerce/sale-bar.tsx';
import type { BuyWay } from '../commerce/sale-panel.tsx';
import { type ClipHandle, ClipPlayer } from '../player/clip-player.tsx';
import { ClipActions } from './clip-actions.tsx';
import { ClipFrame, fitOf } from './clip-frame.tsx';
import { ClipOverlay } from './clip-overlay.tsx';

type Props = {
  item: FeedItem;
  isFirst: boolean;
  active: boolean;
  held: boolean;
  mayLoad: boolean;
  isNarrow: boolean;
  /** Of the active clip. */
  clip: RefObject<ClipHandle | null>;
  onStep: (step: 1 | -1) => void;
  onPlaying: (storyId: string) => void;
  onBuy: (way: BuyWay) => void;
};

/** One clip of the feed with what lies over it. Drawn anew only when something of its own changes: a step is quick. */
export const FeedClip = memo(function FeedClip(props: Props) {
  const { item, isFirst, active, held, mayLoad, isNarrow, clip, onStep, onPlaying, onBuy } = props;
  const { media, title, maker, id } = item.story;
  return (
    <ClipFrame media={media} overlaid>
      <ClipPlayer
        ref={active ? clip : undefined}
        media={media}
        title={title}
        by={maker.displayName}
        onStep={onStep}
        active={active}
        held={held}
        mayLoad={mayLoad}
        onPlaying={() => onPlaying(id)}
        fit={fitOf(media, isNarrow)}
      />
      <ClipOverlay
        item={item}
        saleBar={isNarrow ? <SaleBar item={item} onBuy={onBuy} active={active} /> : undefined}
        actions={
          isNarrow ? <ClipActions item={item} clip={clip} look="glass" onStep={onStep} isFirst={isFirst} /> : undefined
        }
      />
    </ClipFrame>
  );
});
