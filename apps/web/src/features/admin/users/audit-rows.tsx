import { Link } from '@tanstack/react-router';
import type { AuditEntry } from '@videowindow/contract/api/admin';
import { format, type Money } from '@videowindow/contract/money';
import { ChevronRight } from 'lucide-react';
import { dateTime } from '../../../lib/dates.ts';

/** Rows of the audit log; each opens to everything that is kept of it. */
export function AuditRows({ entries }: { entries: readonly AuditEntry[] }) {
  return (
    <ul className="overflow-hidden rounded-card border border-line bg-sheet">
      {entries.map((entry) => (
        <li key={entry.id} className="border-t border-line first:border-t-0">
          <details className="group">
            <summary className="flex min-h-14 cursor-pointer list-none items-center gap-3 px-4 py-2.5 transition-colors duration-120 hover:bg-ink/3">
              <ChevronRight
                aria-hidden
                size={16}
                className="shrink-0 text-ink-3 transition-transform duration-120 group-open:rotate-90"
              />
              <span className="min-w-0 grow">
                <span className="block font-semibold break-words">{sentence(entry.action)}</span>
                <span className="block text-14 text-ink-3">
                  {dateTime(entry.at)} · {whoOf(entry)}
                  {entry.address !== null && ` · ${entry.address}`}
                </span>
              </span>
            </summary>
            <Facts entry={entry} />
          </details>
        </li>
      ))}
    </ul>
  );
}

/** `user.roles_changed` → 'User: roles changed'. */
const sentence = (action: string): string => {
  const [area = '', act = ''] = action.replaceAll('_', ' ').split('.');
  return `${area.charAt(0).toUpperCase()}${area.slice(1)}: ${act}`;
};

const whoOf = ({ actor, actorId }: AuditEntry): string =>
  actor ? `@${actor.handle}` : actorId ? 'somebody who is gone' : 'the place itself, or a stranger';

function Facts({ entry }: { entry: AuditEntry }) {
  const facts: Record<string, unknown> = JSON.parse(entry.facts);
  const personal: Record<string, unknown> = entry.personal === null ? {} : JSON.parse(entry.personal);
  const lines: [string, string][] = [
    ...Object.entries(personal).map(([name, value]): [string, string] => [name, textOf(value)]),
    ...Object.entries(facts).map(([name, value]): [string, string] => [name, textOf(value)]),
    ...(entry.subject === null ? [] : [['about', entry.subject] as [string, string]]),
    ...(entry.requestId === null ? [] : [['request', entry.requestId] as [string, string]]),
    ['entry', entry.seq === null ? 'being sealed' : `${entry.seq}, ${entry.id}`],
  ];
  return (
    <dl className="grid gap-x-4 gap-y-1 border-t border-line bg-paper px-4 py-3 text-14 sm:grid-cols-[8rem_minmax(0,1fr)]">
      {lines.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-ink-3">{nameOf(name)}</dt>
          <dd className="figures break-words">{value}</dd>
        </div>
      ))}
      {entry.actor && (
        <div className="contents">
          <dt className="text-ink-3">who</dt>
          <dd>
            <Link
              to="/admin/users/$id"
              params={{ id: entry.actor.id }}
              className="text-indigo underline underline-offset-2"
            >
              {entry.actor.displayName}
            </Link>
          </dd>
        </div>
      )}
    </dl>
  );
}

/** What was kept, as words: amounts as money, lists and parts with commas, `autoRejectBelow` as 'auto reject below'. */
const textOf = (value: unknown): string => {
  if (value === null) return 'nothing';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return value.length > 0 ? value.map(textOf).join(', ') : 'none';
  if (isMoney(value)) return format(value);
  const parts = Object.entries(value).map(([name, part]) => `${nameOf(name)} ${textOf(part)}`);
  return parts.length > 0 ? parts.join(', ') : 'nothing';
};

const nameOf = (name: string): string =>
  name
    .replaceAll('_', ' ')
    .replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`)
    .toLowerCase();

const isMoney = (value: object): value is Money =>
  Object.keys(value).length === 2 &&
  'amount' in value &&
  typeof value.amount === 'number' &&
  'currency' in value &&
  typeof value.currency === 'string' &&
  /^[A-Z]{3}$/.test(value.currency);
