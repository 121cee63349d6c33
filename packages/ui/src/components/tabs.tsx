import { Tabs as Primitive } from 'radix-ui';
import type { ReactNode } from 'react';

export type TabsProps = {
  /** Names the group for screen readers. */
  label: string;
  value: string;
  onChange: (value: string) => void;
  tabs: readonly { value: string; label: string; count?: number; content: ReactNode }[];
};

/** Views of one thing, side by side. Only the open one is mounted. */
export function Tabs({ label, value, onChange, tabs }: TabsProps) {
  return (
    <Primitive.Root value={value} onValueChange={onChange}>
      <Primitive.List aria-label={label} className="flex gap-1 overflow-x-auto border-b border-line">
        {tabs.map((tab) => (
          <Primitive.Trigger
            key={tab.value}
            value={tab.value}
            className="-mb-px min-h-11 shrink-0 border-b-2 border-transparent px-3 font-semibold text-ink-3 transition-colors duration-120 hover:text-ink focus-visible:outline-offset-[-2px] data-[state=active]:border-kiln data-[state=active]:text-ink"
          >
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
