import { Button, EmptyState, Select, Tabs } from '@videowindow/ui';
import { Captions as CaptionsIcon } from 'lucide-react';
import { useState } from 'react';
import { Loaded } from '../../../lib/loaded.tsx';
import { setCaptionDraft } from './caption-drafts.ts';
import { CaptionTrack } from './caption-track.tsx';
import { languageName, otherLanguages, ownLanguageName } from './languages.ts';
import type { Playhead } from './playhead.ts';
import { useCaptionLanguages } from './use-caption-languages.ts';

export type Clip = { mediaId: string; durationMs: number; playhead: Playhead };

/** The captions of a clip, a language each. */
export function CaptionsEditor(props: Clip & { language: string | null; onLanguage: (language: string) => void }) {
  const { language, onLanguage, ...clip } = props;
  const { query, languages, open } = useCaptionLanguages(clip.mediaId, language);
  const tags = languages.map(({ tag }) => tag);
  const add = (tag: string) => {
    setCaptionDraft(clip.mediaId, tag, { label: ownLanguageName(tag), revision: 0, cues: [] });
    onLanguage(tag);
  };
  return (
    <Loaded query={query}>
      {() =>
        open === null ? (
          <EmptyState
            icon={<CaptionsIcon aria-hidden size={26} />}
            title="No captions yet"
            action={<AddLanguage taken={[]} onAdd={add} />}
          >
            Most people watch without sound. Write what is said, or bring a WebVTT or SubRip file.
          </EmptyState>
        ) : (
          <div className="grid gap-5">
            <Tabs
              label="Languages"
              look="pill"
              value={open.tag}
              onChange={onLanguage}
              tabs={languages.map(({ tag, draft, saved, isDirty }) => ({
                value: tag,
                label: `${languageName(tag)}${isDirty ? ' •' : ''}`,
                content: <CaptionTrack key={tag} {...clip} language={tag} saved={saved} draft={draft} />,
              }))}
            />
            <AddLanguage taken={tags} onAdd={add} />
          </div>
        )
      }
    </Loaded>
  );
}

function AddLanguage({ taken, onAdd }: { taken: readonly string[]; onAdd: (tag: string) => void }) {
  const [chosen, setChosen] = useState('');
  return (
    <div className="flex items-end gap-2 text-left">
      <Select
        label={taken.length > 0 ? 'Another language' : 'Language'}
        className="w-56"
        value={chosen}
        placeholder="Choose"
        options={otherLanguages(taken)}
        onChange={(event) => setChosen(event.target.value)}
      />
      <Button
        variant="secondary"
        disabled={chosen === ''}
        onClick={() => {
          onAdd(chosen);
          setChosen('');
        }}
      >
        Add
      </Button>
    </div>
  );
}
