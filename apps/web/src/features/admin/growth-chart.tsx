import type { StorageReport } from '@videowindow/contract/api/storage';
import { date } from '../../lib/dates.ts';
import { bytesText } from '../content/bytes.ts';
import { AmountsTable } from './amounts-table.tsx';

type Growth = StorageReport['growth'];
const [WIDTH, HEIGHT] = [600, 140];

/** What lay there on each day that was measured: a picture first, the numbers one press away. */
export function GrowthChart({ growth }: { growth: Growth }) {
  const [first, last] = [growth[0], growth.at(-1)];
  if (!first || !last || growth.length < 2) {
    return <p className="text-ink-3">How it grows is drawn from the second day on.</p>;
  }
  const most = Math.max(1, ...growth.map(({ bytes }) => bytes));
  const begin = Date.parse(first.day);
  const span = Date.parse(last.day) - begin;
  const x = (day: string) => ((Date.parse(day) - begin) / span) * WIDTH;
  const y = (bytes: number) => HEIGHT - (bytes / most) * HEIGHT;
  const line = growth.map(({ day, bytes }) => `${x(day).toFixed(1)},${y(bytes).toFixed(1)}`).join(' ');
  const change = last.bytes - first.bytes;
  const words = `${change < 0 ? '−' : '+'}${bytesText(Math.abs(change))} since ${date(first.day)}`;
  return (
    <figure className="rounded-card border border-line bg-sheet p-4">
      <figcaption className="mb-3 flex flex-wrap justify-between gap-x-4 text-14">
        <span className="font-semibold">{words}</span>
        <span className="text-ink-3">the most: {bytesText(most)}</span>
      </figcaption>
      <svg
        viewBox={`0 -4 ${WIDTH} ${HEIGHT + 8}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`From ${bytesText(first.bytes)} to ${bytesText(last.bytes)}: ${words}`}
        className="h-35 w-full overflow-visible"
      >
        <line x1="0" x2={WIDTH} y1={HEIGHT} y2={HEIGHT} className="stroke-line" vectorEffect="non-scaling-stroke" />
        <polygon points={`0,${HEIGHT} ${line} ${WIDTH},${HEIGHT}`} className="fill-indigo/10" />
        <polyline
          points={line}
          fill="none"
          strokeWidth="2"
          strokeLinejoin="round"
          vectorEffect="non-scaling-stroke"
          className="stroke-indigo"
        />
      </svg>
      <div aria-hidden className="mt-1.5 flex justify-between text-12 text-ink-3">
        <span>{date(first.day)}</span>
        <span>{date(last.day)}</span>
      </div>
      <details className="mt-3">
        <summary className="min-h-11 cursor-pointer content-center text-14 font-semibold text-indigo">
          Day by day
        </summary>
        <AmountsTable
          of="Day"
          total={0}
          rows={growth.toReversed().map(({ day, bytes, objects }) => ({ key: day, name: date(day), bytes, objects }))}
        />
      </details>
    </figure>
  );
}
