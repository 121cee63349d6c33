import { AlertDialog } from 'radix-ui';
import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { useFocusReturn } from './focus-return.ts';

export type ConfirmDialogProps = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** The question. */
  title: string;
  /** What will happen, and whether it can be undone. */
  children: ReactNode;
  /** A verb: what the button does. */
  confirm: string;
  cancel?: string;
  danger?: boolean;
  busy?: boolean;
  onConfirm: () => void;
};

/** Asks before something that can't be undone. Starts on the harmless answer. */
export function ConfirmDialog({
  open,
  onOpenChange,
  title,
  children,
  confirm,
  cancel = 'Cancel',
  danger,
  busy,
  onConfirm,
}: ConfirmDialogProps) {
  const giveFocusBack = useFocusReturn(open);
  return (
    <AlertDialog.Root open={open} onOpenChange={onOpenChange}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="fixed inset-0 z-50 bg-black/55 animate-overlay" />
        <AlertDialog.Content
          onCloseAutoFocus={giveFocusBack}
          className="fixed inset-x-4 bottom-4 z-50 grid max-h-[88dvh] gap-3 overflow-y-auto rounded-sheet bg-sheet p-5 text-ink shadow-float animate-sheet md:inset-0 md:m-auto md:h-fit md:w-full md:max-w-100"
        >
          <AlertDialog.Title className="font-title text-22 font-semibold">{title}</AlertDialog.Title>
          <AlertDialog.Description asChild>
            <div className="text-ink-2">{children}</div>
          </AlertDialog.Description>
          <div className="mt-2 grid grid-cols-2 gap-3">
            <AlertDialog.Cancel asChild>
              <Button variant="secondary">{cancel}</Button>
            </AlertDialog.Cancel>
            <Button variant={danger ? 'danger' : 'primary'} busy={busy} onClick={onConfirm}>
              {confirm}
            </Button>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
