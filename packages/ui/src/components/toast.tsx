import { CircleAlert, CircleCheck, X } from 'lucide-react';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { IconButton } from './icon-button.tsx';

export type ToastMessage = {
  text: string;
  tone?: 'plain' | 'good' | 'bad';
  /** One thing to press, e.g. undo. */
  action?: { label: string; onPress: () => void };
};

type Shown = ToastMessage & { key: number };
type Voice = {
  /** Shows a message for 6 s (10 s with an action; until closed when `bad`) and reads it out. */
  toast: (message: ToastMessage) => void;
  /** Only reads out, for what is seen anyway: a price that changed. Politely, the last one wins. */
  announce: (text: string) => void;
};

const VoiceContext = createContext<Voice>({ toast: () => {}, announce: () => {} });
export const useVoice = (): Voice => useContext(VoiceContext);

/** Holds toasts (at the top of a phone, where no sheet and no button lies) and the page's polite live region. Once, around the app. */
export function VoiceProvider({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<readonly Shown[]>([]);
  const [said, setSaid] = useState('');
  const nextKey = useRef(0);
  const close = useCallback((key: number) => setShown((all) => all.filter((one) => one.key !== key)), []);
  const voice = useMemo<Voice>(
    () => ({
      // Three at most: more than that nobody reads. The same words again only begin their time anew.
      toast: (message) =>
        setShown((all) => [
          ...all.filter((one) => one.text !== message.text).slice(-2),
          { ...message, key: nextKey.current++ },
        ]),
      announce: setSaid,
    }),
    [],
  );
  return (
    <VoiceContext value={voice}>
      {children}
      <div aria-live="polite" role="status" className="sr-only">
        {said}
      </div>
      <section
        aria-label="Messages"
        aria-live="polite"
        className="pointer-events-none fixed inset-x-4 top-[max(0.75rem,env(safe-area-inset-top))] z-60 grid justify-items-center gap-2 md:top-auto md:bottom-6"
      >
        {shown.map((one) => (
          <ToastCard key={one.key} message={one} onClose={() => close(one.key)} />
        ))}
      </section>
    </VoiceContext>
  );
}

function ToastCard({ message, onClose }: { message: ToastMessage; onClose: () => void }) {
  const [held, setHeld] = useState(false);
  const closeRef = useRef(onClose);
  closeRef.current = onClose;
  useEffect(() => {
    if (held || message.tone === 'bad') return;
    const timer = setTimeout(() => closeRef.current(), message.action ? 10_000 : 6_000);
    return () => clearTimeout(timer);
  }, [held, message]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: hovering or focusing only holds the timer; nothing to press here
    <div
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      data-theme="dark"
      className="pointer-events-auto flex min-h-12 w-full max-w-form items-center gap-3 rounded-card border border-line bg-sheet pl-4 text-ink shadow-float animate-pop"
    >
      {message.tone === 'good' && <CircleCheck aria-hidden size={20} className="shrink-0 text-moss" />}
      {message.tone === 'bad' && <CircleAlert aria-hidden size={20} className="shrink-0 text-madder" />}
      <p className="grow py-3 text-14">{message.text}</p>
      {message.action && (
        <button
          type="button"
          onClick={() => {
            message.action?.onPress();
            onClose();
          }}
          className="min-h-11 px-2 text-14 font-semibold text-kiln"
        >
          {message.action.label}
        </button>
      )}
      <IconButton label="Close" icon={<X aria-hidden size={18} />} onClick={onClose} />
    </div>
  );
}
