import { Button, Sheet, useVoice } from '@videowindow/ui';
import { Copy, Download } from 'lucide-react';
import { useState } from 'react';

/** The ten codes, shown this once. It does not close by accident: nobody can show them again. */
export function RecoveryCodes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  const { toast } = useVoice();
  const [kept, setKept] = useState(false);
  const text = `${codes.join('\n')}\n`;
  const copy = async () => {
    await navigator.clipboard.writeText(text).then(
      () => toast({ text: 'Copied.', tone: 'good' }),
      () => toast({ text: 'This browser does not let us copy. Write them down.', tone: 'bad' }),
    );
    setKept(true);
  };
  return (
    <Sheet
      open
      onOpenChange={() => {}}
      dismissible={false}
      title="Ten codes for your paper"
      subtitle="When your phone is gone, each of these lets you in once. We can't show them again."
      footer={
        <Button wide size="large" onClick={onDone}>
          {kept ? 'Done' : 'I have written them down'}
        </Button>
      }
    >
      <ul
        aria-label="Recovery codes"
        className="figures grid grid-cols-2 gap-x-6 gap-y-1.5 rounded-card bg-paper p-4 font-mono text-18"
      >
        {codes.map((code) => (
          <li key={code} className="select-all">
            {code}
          </li>
        ))}
      </ul>
      <div className="mt-3 flex flex-wrap gap-2">
        <Button variant="secondary" icon={<Copy aria-hidden size={18} />} onClick={() => void copy()}>
          Copy
        </Button>
        <Button
          variant="secondary"
          icon={<Download aria-hidden size={18} />}
          onClick={() => {
            const link = document.createElement('a');
            link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
            link.download = `codes-for-${location.hostname}.txt`;
            link.click();
            URL.revokeObjectURL(link.href);
            setKept(true);
          }}
        >
          Save as a file
        </Button>
      </div>
    </Sheet>
  );
}
