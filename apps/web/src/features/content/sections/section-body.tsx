import type { ReactNode } from 'react';
import { RichText } from './rich-text.tsx';

/** What stands below a section's title: its words, then its pictures. */
export function SectionBody({ text, children }: { text: string; children?: ReactNode }) {
  return (
    <div className="grid gap-3">
      {text.trim() !== '' && <RichText text={text} />}
      {children}
    </div>
  );
}
