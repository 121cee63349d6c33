import { Card } from '@videowindow/ui';
import { ConflictSheet } from './conflict-sheet.tsx';
import { sectionTitles } from './sections/section-titles.ts';
import { type Draft, type Section, sectionOrder } from './story-text.ts';

/** Two versions of one story: shows where they differ, and lets the maker choose. Neither is lost before that. */
export function ConflictDialog(props: { mine: Draft; theirs: Draft; onChoose: (choice: 'mine' | 'theirs') => void }) {
  const { mine, theirs, onChoose } = props;
  const differences = differencesOf(mine, theirs);
  return (
    <ConflictSheet subtitle="Another tab or device saved it meanwhile. Choose the one to keep." onChoose={onChoose}>
      <div className="grid gap-5">
        {differences.map((difference) => (
          <section key={difference.label}>
            <h3 className="mb-2 font-semibold">{difference.label}</h3>
            <div className="grid gap-2 sm:grid-cols-2">
              <Version label="Here" text={difference.mine} />
              <Version label="There" text={difference.theirs} />
            </div>
          </section>
        ))}
      </div>
    </ConflictSheet>
  );
}

function Version({ label, text }: { label: string; text: string }) {
  return (
    <Card tone="sunken" className="text-14">
      <p className="text-12 text-ink-3">{label}</p>
      <p className="line-clamp-6 whitespace-pre-line">{text || <em className="text-ink-3">empty</em>}</p>
    </Card>
  );
}

/** A section as one text: its words, and a line for each picture. */
const sectionText = ({ text, pictures }: Section): string =>
  [text, ...pictures.map(({ alt }, at) => `Picture ${at + 1}${alt && `: ${alt}`}`)].filter(Boolean).join('\n');

function differencesOf(mine: Draft, theirs: Draft): { label: string; mine: string; theirs: string }[] {
  const all = [
    { label: 'Title', mine: mine.title, theirs: theirs.title },
    { label: 'The line under the clip', mine: mine.caption, theirs: theirs.caption },
    { label: 'Craft', mine: mine.category ?? '', theirs: theirs.category ?? '' },
    ...sectionOrder.map((kind) => ({
      label: sectionTitles[kind],
      mine: sectionText(mine.sections[kind]),
      theirs: sectionText(theirs.sections[kind]),
    })),
    {
      label: 'Video',
      mine: mine.mediaId ? 'the one here' : '',
      theirs: theirs.mediaId === mine.mediaId && theirs.mediaId ? 'the one here' : theirs.mediaId ? 'another one' : '',
    },
  ];
  return all.filter((part) => part.mine !== part.theirs);
}
