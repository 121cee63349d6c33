import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from '../class-names.ts';

/** Why what was sent was refused, beside the button that sent it; read out at once. Fields have words of their own. */
export function FormProblem({ className, children }: { className?: string; children: ReactNode }) {
  return (
    <div
      role="alert"
      className={classNames('flex items-start gap-2.5 rounded-control px-3.5 py-2.5 text-14 tint-madder', className)}
    >
      <CircleAlert aria-hidden size={18} className="mt-0.5 shrink-0" />
      <div className="min-w-0">{children}</div>
    </div>
  );
}
