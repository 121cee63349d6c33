import { X } from 'lucide-react';
import { Dialog } from 'radix-ui';
import type { ReactNode } from 'react';
import { classNames } from '../class-names.ts';
import { useDragToClose } from './drag-to-close.ts';
import { useFocusReturn } from './focus-return.ts';
import { IconButton } from './icon-button.tsx';

export type SheetProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  /** One line under the title. */
  subtitle?: ReactNode;
  /** At the right of the title, e.g. a clock. */
  aside?: ReactNode;
  /** Stays in view under the scrolling content: the one thing to press. */
  footer?: ReactNode;
  children: ReactNode;
  /** False where one has to choose: no close button, no Escape, no press beside it. */
  dismissible?: boolean;
};

/** Rises from the bottom on a phone and follows the finger down; a dialog in the middle on a desk. */
export function Sheet({
  open,
  onOpenChange,
  title,
  subtitle,
  aside,
  footer,
  children,
  dismissible = true,
}: SheetProps) {
  const drag = useDragToClose(() => onOpenChange(false));
  const giveFocusBack = useFocusReturn(open);
  const hold = (event: Event) => {
    if (!dismissible) event.preventDefault();
  };
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/55 animate-overlay" />
        <Dialog.Content
          ref={drag.ref}
          tabIndex={-1}
          onOpenAutoFocus={(event) => {
            // The sheet itself, not its close button; a field that asked for the focus keeps it.
            event.preventDefault();
            const sheet = drag.ref.current;
            if (!sheet?.contains(document.activeElement)) sheet?.focus();
          }}
          onCloseAutoFocus={giveFocusBack}
          onEscapeKeyDown={hold}
          onInteractOutside={hold}
          aria-describedby={undefined}
          className={classNames(
            'fixed z-50 flex max-h-[88dvh] flex-col bg-sheet text-ink shadow-float animate-sheet outline-none',
            'inset-x-0 bottom-0 rounded-t-sheet',
            'md:inset-0 md:m-auto md:h-fit md:w-full md:max-w-form md:rounded-sheet',
          )}
        >
          <div {...(dismissible && drag.handle)} className="shrink-0 touch-none px-5 pt-2 md:touch-auto md:pt-5">
            <span aria-hidden className="mx-auto mb-4 block h-1 w-10 rounded-full bg-line md:hidden" />
            <div className="flex items-start gap-3">
              <div className="min-w-0 grow">
                <Dialog.Title className="font-title text-22 font-semibold">{title}</Dialog.Title>
                {subtitle && <div className="mt-1 text-14 text-ink-3">{subtitle}</div>}
              </div>
              {aside && <div className="shrink-0 pt-0.5">{aside}</div>}
              {dismissible && (
                <Dialog.Close asChild>
                  <IconButton label="Close" icon={<X aria-hidden size={20} />} className="-mt-2 -mr-2" />
                </Dialog.Close>
              )}
            </div>
          </div>
          <div
            className={classNames(
              'grow overflow-y-auto overscroll-contain px-5 pt-4',
              footer ? 'pb-4' : 'pb-[max(1.25rem,env(safe-area-inset-bottom))]',
            )}
          >
            {children}
          </div>
          {footer && (
            <div className="shrink-0 border-t border-line px-5 pt-4 pb-[max(1.25rem,env(safe-area-inset-bottom))]">
              {footer}
            </div>
          )}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
