import { Button, Sheet } from '@videowindow/ui';
import type { ReactNode } from 'react';

type Props = {
  title?: string | undefined;
  subtitle: string;
  /** The words of the button that gives up what is here. */
  giveUp?: string | undefined;
  onChoose: (choice: 'mine' | 'theirs') => void;
  /** Where the two versions differ. */
  children: ReactNode;
};

/** Two versions of one thing: lets the maker choose. Neither is lost before that. */
export function ConflictSheet({
  title = 'This was changed somewhere else',
  subtitle,
  giveUp = 'Keep the other',
  onChoose,
  children,
}: Props) {
  return (
    <Sheet
      open
      dismissible={false}
      onOpenChange={() => {}}
      title={title}
      subtitle={subtitle}
      footer={
        <div className="grid grid-cols-2 gap-3">
          <Button variant="secondary" onClick={() => onChoose('theirs')}>
            {giveUp}
          </Button>
          <Button onClick={() => onChoose('mine')}>Keep mine</Button>
        </div>
      }
    >
      {children}
    </Sheet>
  );
}
