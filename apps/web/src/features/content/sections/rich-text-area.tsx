import { IconButton, TextArea, type TextAreaProps } from '@videowindow/ui';
import { Bold, Italic, Link2, List } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useRef } from 'react';
import { type Change, makeLink, type Selected, toggleList, toggleMark } from './marks.ts';

const acts: { name: string; key?: string; icon: typeof Bold; change: (selected: Selected) => Change }[] = [
  { name: 'Strong', key: 'b', icon: Bold, change: (selected) => toggleMark(selected, '**') },
  { name: 'Stressed', key: 'i', icon: Italic, change: (selected) => toggleMark(selected, '*') },
  { name: 'List', icon: List, change: toggleList },
  { name: 'Link', icon: Link2, change: makeLink },
];

/** A text with the few marks that a story's words may have, by button or by Ctrl with B or I. */
export function RichTextArea({ actions, ...props }: TextAreaProps & { actions?: ReactNode }) {
  const area = useRef<HTMLTextAreaElement>(null);
  const apply = (change: (selected: Selected) => Change) => {
    const element = area.current;
    if (!element) return;
    element.focus();
    const { value: text, selectionStart: from, selectionEnd: to } = element;
    const next = change({ text, from, to });
    element.setSelectionRange(next.from, next.to);
    // Deprecated and without a successor: the one way to write that the browser's own undo knows of.
    if (!document.execCommand('insertText', false, next.insert)) {
      element.setRangeText(next.insert);
      element.dispatchEvent(new Event('input', { bubbles: true }));
    }
    element.setSelectionRange(next.selectFrom, next.selectTo);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    const act = acts.find(({ key }) => key === event.key.toLowerCase());
    if (!act) return;
    event.preventDefault();
    apply(act.change);
  };
  return (
    <div className="grid">
      <TextArea {...props} ref={area} onKeyDown={onKeyDown} />
      <div className="-ml-2.5 flex flex-wrap items-center justify-between">
        <div role="toolbar" aria-label={`Marks for ${props.label}`} className="flex">
          {acts.map(({ name, key, icon: Icon, change }) => (
            <IconButton
              key={name}
              label={key ? `${name} (Ctrl ${key.toUpperCase()})` : name}
              icon={<Icon aria-hidden size={17} />}
              disabled={props.disabled}
              onClick={() => apply(change)}
            />
          ))}
        </div>
        {actions}
      </div>
    </div>
  );
}
