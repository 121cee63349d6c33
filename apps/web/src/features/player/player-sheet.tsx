import type { MediaView } from '@videowindow/contract/api/media';
import { Button, Sheet, Switch } from '@videowindow/ui';
import { ChevronDown, ChevronUp, Maximize, PictureInPicture2 } from 'lucide-react';
import type { ReactNode, RefObject } from 'react';
import { showCaptions, shownLanguage } from './captions.ts';
import { background, captionChoice, dataSaver, SPEEDS, speed } from './choices.ts';
import type { ClipHandle } from './clip-player.tsx';
import { canFloat } from './picture-in-picture.ts';
import { clockTime } from './times.ts';

type Props = {
  media: MediaView;
  clip: RefObject<ClipHandle | null>;
  /** Steps to the neighbours, for who does not swipe; absent where there are none. */
  onStep?: ((step: 1 | -1) => void) | undefined;
  onClose: () => void;
};

/** How clips play: captions, speed, data; chapters of this one. Its code comes with the press that opens it. */
export function PlayerSheet({ media, clip, onStep, onClose }: Props) {
  const language = shownLanguage(media.captions, captionChoice.use());
  const rate = speed.use();
  const saves = dataSaver.use();
  const goesOn = background.use();
  const andClose = (then: () => void) => () => {
    onClose();
    then();
  };
  return (
    <Sheet open onOpenChange={(open) => open || onClose()} title="How it plays">
      <div className="grid gap-6">
        <Choice title="Captions">
          {media.captions.length === 0 ? (
            <p className="text-ink-3">This clip has none.</p>
          ) : (
            <>
              <Chip name="captions" label="Off" chosen={language === null} onChoose={() => showCaptions(null)} />
              {media.captions.map((one) => (
                <Chip
                  key={one.language}
                  name="captions"
                  label={one.label}
                  lang={one.language}
                  chosen={language === one.language}
                  onChoose={() => showCaptions(one.language)}
                />
              ))}
            </>
          )}
        </Choice>
        <Choice title="Speed">
          {SPEEDS.map((one) => (
            <Chip key={one} name="speed" label={`${one}×`} chosen={rate === one} onChoose={() => speed.set(one)} />
          ))}
        </Choice>
        {media.chapters.length > 0 && (
          <section aria-label="Chapters">
            <h3 className="mb-2 font-semibold">Chapters</h3>
            <ol className="-mx-2">
              {media.chapters.map(({ startMs, title }) => (
                <li key={startMs}>
                  <button
                    type="button"
                    onClick={andClose(() => clip.current?.seekTo(startMs / 1000))}
                    className="flex min-h-11 w-full items-center gap-4 rounded-control px-2 text-left hover:bg-ink/6"
                  >
                    <span className="figures w-12 shrink-0 text-ink-3">{clockTime(startMs)}</span>
                    <span className="min-w-0">{title}</span>
                  </button>
                </li>
              ))}
            </ol>
          </section>
        )}
        <Switch
          label="Save data"
          hint="The smallest picture, and nothing is fetched ahead. From the next clip on."
          checked={saves}
          onChange={dataSaver.set}
        />
        <Switch
          label="Play on unseen"
          hint="The sound goes on when you turn to something else or lock the screen."
          checked={goesOn}
          onChange={background.set}
        />
        <div className="flex flex-wrap gap-2">
          {onStep && (
            <>
              <Button variant="secondary" onClick={andClose(() => onStep(-1))}>
                <ChevronUp aria-hidden size={18} /> Previous clip
              </Button>
              <Button variant="secondary" onClick={andClose(() => onStep(1))}>
                <ChevronDown aria-hidden size={18} /> Next clip
              </Button>
            </>
          )}
          {canFloat() && (
            <Button variant="secondary" onClick={andClose(() => clip.current?.float())}>
              <PictureInPicture2 aria-hidden size={18} /> Small window
            </Button>
          )}
          <Button variant="secondary" onClick={andClose(() => clip.current?.fullScreen())}>
            <Maximize aria-hidden size={18} /> Full screen
          </Button>
        </div>
        <p className="hidden text-14 text-ink-3 md:block">
          Keys: Space plays and pauses · ← → go 5 s · C captions · &lt; &gt; speed · P small window · F full screen
        </p>
      </div>
    </Sheet>
  );
}

function Choice({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset>
      <legend className="mb-2 font-semibold">{title}</legend>
      <div className="flex flex-wrap gap-2">{children}</div>
    </fieldset>
  );
}

type ChipProps = { name: string; label: string; lang?: string; chosen: boolean; onChoose: () => void };

function Chip({ name, label, lang, chosen, onChoose }: ChipProps) {
  return (
    <label className="cursor-pointer">
      <input type="radio" name={`player-${name}`} checked={chosen} onChange={onChoose} className="peer sr-only" />
      <span
        lang={lang}
        className="grid min-h-11 min-w-11 place-items-center rounded-control border border-line bg-sheet px-3.5 font-semibold peer-checked:border-kiln peer-checked:text-kiln peer-focus-visible:outline-2 peer-focus-visible:outline-offset-2 peer-focus-visible:outline-indigo"
      >
        {label}
      </span>
    </label>
  );
}
