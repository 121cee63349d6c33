import { useRef } from 'react';

/** What gets the focus back: what has it now, or what opened the menu that has it, as the menu is about to go. */
function holderOfFocus(): HTMLElement | null {
  const active = document.activeElement;
  const opener = active?.closest('[role="menu"]')?.getAttribute('aria-labelledby');
  const holder = opener ? document.getElementById(opener) : active;
  return holder instanceof HTMLElement ? holder : null;
}

/**
 * Gives the focus back when a dialog closes. Radix does that for dialogs that have a trigger of their own; ours open by
 * state, from anywhere. Taken while rendering: before anything in the dialog takes the focus.
 */
export function useFocusReturn(open: boolean): (event: Event) => void {
  const holder = useRef<HTMLElement | null>(null);
  const wasOpen = useRef(false);
  if (open && !wasOpen.current) holder.current = holderOfFocus();
  wasOpen.current = open;
  return (event) => {
    event.preventDefault();
    if (holder.current?.isConnected) holder.current.focus();
  };
}
