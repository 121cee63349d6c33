import { classNames } from '../class-names.ts';

export type ProgressProps = {
  label: string;
  /** Whose progress it is, for those who do not see what it stands beside. */
  of?: string;
  /** 0 to 1; null while it can't be known. */
  value: number | null;
  /** Under the bar: speed, time left. */
  note?: string;
  tone?: 'live' | 'good' | 'bad';
};

const tones = { live: 'bg-kiln', good: 'bg-moss', bad: 'bg-madder' };

/** How far a piece of work is. */
export function Progress({ label, of, value, note, tone = 'live' }: ProgressProps) {
  const percent = value === null ? null : Math.round(Math.min(1, Math.max(0, value)) * 100);
  return (
    <div className="grid gap-1.5">
      <div className="flex justify-between gap-4 text-14">
        <span className="font-semibold">{label}</span>
        {percent !== null && <span className="figures text-ink-2">{percent}%</span>}
      </div>
      <div
        role="progressbar"
        aria-label={of ? `${label}: ${of}` : label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent ?? undefined}
        className="h-2 overflow-hidden rounded-full bg-ink/10"
      >
        <div
          className={classNames(
            'h-full rounded-full transition-[width] duration-220',
            tones[tone],
            percent === null && 'w-1/3 animate-slide-along',
          )}
          style={percent === null ? undefined : { width: `${percent}%` }}
        />
      </div>
      {note && <p className="figures text-14 text-ink-3">{note}</p>}
    </div>
  );
}
