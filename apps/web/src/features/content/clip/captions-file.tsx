import { writeSubRip } from '@videowindow/contract/captions';
import { Button, Menu } from '@videowindow/ui';
import { Download } from 'lucide-react';
import { type EditedCue, fileOfCues, keptCues } from './cues.ts';

/** Hands the lines as they stand here to the person as a file, whether they are saved or not. */
export function CaptionsFileButton({ language, cues }: { language: string; cues: readonly EditedCue[] }) {
  const offer = (ending: 'vtt' | 'srt', text: string) => {
    const url = URL.createObjectURL(new Blob([text], { type: ending === 'vtt' ? 'text/vtt' : 'application/x-subrip' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = `captions.${language}.${ending}`;
    link.click();
    URL.revokeObjectURL(url);
  };
  return (
    <Menu
      align="start"
      trigger={
        <Button variant="secondary" disabled={keptCues(cues).length === 0} icon={<Download aria-hidden size={18} />}>
          Get a file
        </Button>
      }
      items={[
        { label: 'WebVTT (.vtt)', onSelect: () => offer('vtt', fileOfCues(cues)) },
        { label: 'SubRip (.srt)', onSelect: () => offer('srt', writeSubRip(keptCues(cues))) },
      ]}
    />
  );
}
