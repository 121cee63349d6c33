import { LoaderCircle } from 'lucide-react';

/** Something runs; always beside words that say what. */
export function Spinner({ size = 18 }: { size?: number }) {
  return <LoaderCircle aria-hidden size={size} className="shrink-0 animate-spin" />;
}
