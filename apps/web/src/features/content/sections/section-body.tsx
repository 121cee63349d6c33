import { plainText } from '@videowindow/contract/rich-text';
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

/** For places that have room for one line. */
export const firstLine = (text: string | undefined): string | undefined => text && plainText(text).split('\n')[0];
