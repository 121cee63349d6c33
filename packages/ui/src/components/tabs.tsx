import { Tabs as Primitive } from 'radix-ui';
import { type ReactNode, useEffect, useRef } from 'react';
import { classNames } from '../class-names.ts';

export type TabsProps = {
  /** Names the group for screen readers. */
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** `line` for parts of a page, `pill` for views of one list inside such a part. */
  look?: 'line' | 'pill';
  tabs: readonly { value: string; label: string; count?: number; content: ReactNode }[];
};

const lists = {
  line: 'relative flex gap-1 overflow-x-auto border-b border-line',
  pill: 'relative flex gap-2 overflow-x-auto',
};
const trigger =
  'min-h-11 shrink-0 font-semibold text-ink-3 transition-colors duration-120 hover:text-ink ' +
  'focus-visible:outline-offset-[-2px] data-[state=active]:text-ink';
const triggers = {
  line: '-mb-px border-b-2 border-transparent px-3 data-[state=active]:border-kiln',
  pill: 'rounded-full border border-line px-4 text-14 data-[state=active]:border-ink-3 data-[state=active]:bg-sheet',
};

/** Views of one thing, side by side. Only the open one is mounted. */
export function Tabs({ label, value, onChange, look = 'line', tabs }: TabsProps) {
  const list = useRef<HTMLDivElement>(null);
  // Where there is no room for all, the open one is in sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another one is open
  useEffect(() => {
    const open = list.current?.querySelector<HTMLElement>('[data-state=active]');
    if (!list.current || !open) return;
    const { scrollLeft, clientWidth } = list.current;
    const least = open.offsetLeft + open.offsetWidth - clientWidth;
    list.current.scrollLeft = Math.max(least, Math.min(scrollLeft, open.offsetLeft));
  }, [value]);
  return (
    <Primitive.Root value={value} onValueChange={onChange}>
      <Primitive.List ref={list} aria-label={label} className={lists[look]}>
        {tabs.map((tab) => (
          <Primitive.Trigger key={tab.value} value={tab.value} className={classNames(trigger, triggers[look])}>
            {tab.label}
            {tab.count !== undefined && <span className="figures ml-1.5 font-normal text-ink-3">{tab.count}</span>}
          </Primitive.Trigger>
        ))}
      </Primitive.List>
      {tabs.map((tab) => (
        <Primitive.Content key={tab.value} value={tab.value} className="pt-5">
          {tab.content}
        </Primitive.Content>
      ))}
    </Primitive.Root>
  );
}
