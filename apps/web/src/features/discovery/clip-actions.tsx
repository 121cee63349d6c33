import type { FeedItem } from '@videowindow/contract/api/discovery';
import { classNames, IconButton, useVoice } from '@videowindow/ui';
import { ChevronDown, ChevronUp, Ellipsis, Share, Volume2, VolumeX } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { share } from '../../lib/share.ts';
import { sound, useMuted } from '../../lib/sound.ts';

const StoryMenu = lazy(async () => ({ default: (await import('../trust/story-menu.tsx')).StoryMenu }));

type Props = {
  item: FeedItem;
  /** Steps to the neighbours; absent where there are none. */
  onStep?: ((step: 1 | -1) => void) | undefined;
  isFirst?: boolean;
  look: 'glass' | 'outlined';
};

/** Everything a gesture or a key does, as buttons. */
export function ClipActions({ item, onStep, isFirst, look }: Props) {
  const muted = useMuted();
  const { toast } = useVoice();
  const { story } = item;
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
      <IconButton variant={look} label="Share" icon={<Share aria-hidden size={21} />} onClick={() => void onShare()} />
      <MoreButton key={story.id} item={item} look={look} />
    </div>
  );
}

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
