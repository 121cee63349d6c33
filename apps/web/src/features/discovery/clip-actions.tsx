import type { FeedItem } from '@videowindow/contract/api/discovery';
import { classNames, IconButton, useVoice } from '@videowindow/ui';
import { Captions, ChevronDown, ChevronUp, Ellipsis, Settings2, Share, Volume2, VolumeX } from 'lucide-react';
import { lazy, memo, type RefObject, Suspense, useState } from 'react';
import { share } from '../../lib/share.ts';
import { sound, useMuted } from '../../lib/sound.ts';
import { shownLanguage, toggleCaptions } from '../player/captions.ts';
import { captionChoice } from '../player/choices.ts';
import type { ClipHandle } from '../player/clip-player.tsx';

const StoryMenu = lazy(async () => ({ default: (await import('../trust/story-menu.tsx')).StoryMenu }));
const PlayerSheet = lazy(async () => ({ default: (await import('../player/player-sheet.tsx')).PlayerSheet }));

type Props = {
  item: FeedItem;
  clip: RefObject<ClipHandle | null>;
  /** Steps to the neighbours; absent where there are none. */
  onStep?: ((step: 1 | -1) => void) | undefined;
  isFirst?: boolean;
  look: 'glass' | 'outlined';
};

/** Everything a gesture or a key does, as buttons. The same for a clip wherever it is shown: kept while one steps. */
export const ClipActions = memo(function ClipActions({ item, clip, onStep, isFirst, look }: Props) {
  const muted = useMuted();
  const { toast } = useVoice();
  const { story } = item;
  const { captions } = story.media;
  const captionsOn = shownLanguage(captions, captionChoice.use()) !== null;
  const onShare = async () => {
    const outcome = await share({ path: `/s/${story.id}`, title: story.title });
    if (outcome === 'copied') toast({ text: 'Link copied.' });
    if (outcome === 'failed') toast({ text: `Copy this link: ${location.origin}/s/${story.id}`, tone: 'bad' });
  };
  return (
    <div className="flex flex-col items-center gap-2">
      {onStep && (
        <div className={classNames('flex flex-col gap-2', look === 'glass' && 'hidden md:flex')}>
          <IconButton
            variant={look}
            label="Previous clip (K)"
            disabled={isFirst}
            icon={<ChevronUp aria-hidden size={22} />}
            onClick={() => onStep(-1)}
          />
          <IconButton
            variant={look}
            label="Next clip (J)"
            icon={<ChevronDown aria-hidden size={22} />}
            onClick={() => onStep(1)}
          />
        </div>
      )}
      <IconButton
        variant={look}
        label={muted ? 'Turn the sound on (M)' : 'Turn the sound off (M)'}
        icon={muted ? <VolumeX aria-hidden size={22} /> : <Volume2 aria-hidden size={22} />}
        onClick={() => sound.setMuted(!muted)}
      />
      {captions.length > 0 && (
        <IconButton
          variant={look}
          label="Captions (C)"
          pressed={captionsOn}
          icon={<Captions aria-hidden size={22} strokeWidth={captionsOn ? 2.5 : 1.5} />}
          onClick={toggleCaptions}
        />
      )}
      <IconButton variant={look} label="Share" icon={<Share aria-hidden size={21} />} onClick={() => void onShare()} />
      <PlayerButton item={item} clip={clip} onStep={onStep} look={look} />
      <MoreButton key={story.id} item={item} look={look} />
    </div>
  );
});

function MoreButton({ item, look }: Pick<Props, 'item' | 'look'>) {
  const [wanted, setWanted] = useState(false);
  const icon = <Ellipsis aria-hidden size={22} />;
  if (!wanted) {
    return <IconButton label="More" variant={look} icon={icon} aria-haspopup="menu" onClick={() => setWanted(true)} />;
  }
  return (
    <Suspense fallback={<IconButton label="More" variant={look} icon={icon} busy />}>
      <StoryMenu story={item.story} look={look} />
    </Suspense>
  );
}

function PlayerButton({ item, clip, onStep, look }: Pick<Props, 'item' | 'clip' | 'onStep' | 'look'>) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <IconButton
        variant={look}
        label="How it plays"
        aria-haspopup="dialog"
        icon={<Settings2 aria-hidden size={22} />}
        onClick={() => setOpen(true)}
      />
      {open && (
        <Suspense fallback={null}>
          <PlayerSheet media={item.story.media} clip={clip} onStep={onStep} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
