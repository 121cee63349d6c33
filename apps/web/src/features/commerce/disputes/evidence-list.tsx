// What the bank reads, and what the maker added to it; for the maker and for those who answer disputes.
import type { Evidence, EvidenceEntry } from '@videowindow/contract/api/commerce';
import { IconButton } from '@videowindow/ui';
import { FileText, X } from 'lucide-react';
import { dateTime } from '../../../lib/dates.ts';
import { Pictures } from '../orders/pictures.tsx';
import { kilobytes, paperWords } from './dispute-words.ts';

const parts: readonly (readonly [keyof Evidence, string])[] = [
  ['productDescription', 'What was sold'],
  ['customerName', 'Buyer'],
  ['shippingCarrier', 'Carrier'],
  ['shippingTrackingNumber', 'Tracking number'],
  ['shippingDate', 'Sent on'],
  ['shippingAddress', 'Sent to'],
  ['refundPolicy', 'Our promise to buyers'],
  ['story', 'The whole story'],
];

export function EvidenceList({ evidence }: { evidence: Partial<Evidence> }) {
  return (
    <dl className="overflow-hidden rounded-card border border-line bg-sheet">
      {parts.map(([part, label]) =>
        evidence[part] ? (
          <div key={part} className="border-b border-line px-4 py-3 last:border-b-0">
            <dt className="text-14 text-ink-3">{label}</dt>
            <dd className="whitespace-pre-line break-words">{evidence[part]}</dd>
          </div>
        ) : null,
      )}
    </dl>
  );
}

/** @param onRemove left out where nothing can be taken back */
export function EntryList({
  disputeId,
  entries,
  onRemove,
}: {
  disputeId: string;
  entries: readonly EvidenceEntry[];
  onRemove?: (id: string) => void;
}) {
  return (
    <ul className="grid gap-3">
      {entries.map(({ id, text, pictures, paper, at }) => (
        <li key={id} className="relative rounded-card border border-line px-4 py-3">
          <p className="text-12 text-ink-3">{dateTime(at)}</p>
          {text && <p className="whitespace-pre-line break-words pr-10">{text}</p>}
          <Pictures pictures={pictures} />
          {paper && (
            <a
              href={`/api/v1/disputes/${disputeId}/evidence/${id}/paper`}
              download
              className="inline-flex min-h-11 items-center gap-2 text-indigo underline underline-offset-2"
            >
              <FileText aria-hidden size={18} />
              {paperWords[paper.kind].label} (PDF, {kilobytes(paper.bytes)})
            </a>
          )}
          {onRemove && (
            <span className="absolute top-1 right-1">
              <IconButton label="Take this back" icon={<X aria-hidden size={18} />} onClick={() => onRemove(id)} />
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

/** The file with the piece and all pictures, as the bank gets it. */
export function PicturesFile({ disputeId }: { disputeId: string }) {
  return (
    <a
      href={`/api/v1/disputes/${disputeId}/pictures`}
      download
      className="inline-flex min-h-11 items-center gap-2 text-indigo underline underline-offset-2"
    >
      <FileText aria-hidden size={18} />
      The piece as it was sold and all pictures (PDF)
    </a>
  );
}
