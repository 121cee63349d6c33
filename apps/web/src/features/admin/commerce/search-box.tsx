import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Hit } from '@videowindow/contract/api/desk';
import { Button, TextField } from '@videowindow/ui';
import { CreditCard, Landmark, type LucideIcon, Package, Search, ShieldAlert } from 'lucide-react';
import { useState } from 'react';
import { Loaded } from '../../../lib/loaded.tsx';
import { read } from '../../../lib/queries.ts';

const kinds: Record<Hit['kind'], { icon: LucideIcon; to: string }> = {
  order: { icon: Package, to: '/admin/orders/$id' },
  payment: { icon: CreditCard, to: '/admin/payments/$id' },
  dispute: { icon: ShieldAlert, to: '/admin/disputes/$id' },
  payout: { icon: Landmark, to: '/admin/payouts/$id' },
};

/** One box for everything that has to do with money. */
export function SearchBox() {
  const [text, setText] = useState('');
  const [asked, setAsked] = useState('');
  return (
    <search>
      <form
        className="flex items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          setAsked(text.trim());
        }}
      >
        <TextField
          label="Find an order, payment, dispute or payout"
          className="grow"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <Button type="submit" variant="secondary" aria-label="Find">
          <Search aria-hidden size={18} />
          <span className="hidden sm:inline">Find</span>
        </Button>
      </form>
      <p className="mt-1.5 text-14 text-ink-3">
        By an order's number, a payment, a person's @name or address, or an id of the provider's.
      </p>
      {asked !== '' && <Hits q={asked} />}
    </search>
  );
}

function Hits({ q }: { q: string }) {
  const query = useQuery(read('GET /admin/money/search', { query: { q } }));
  return (
    <div className="mt-4" aria-live="polite">
      <Loaded query={query}>
        {({ hits }) =>
          hits.length === 0 ? (
            <p className="text-ink-3">Nothing is called “{q}”. Try the order's number or the buyer's address.</p>
          ) : (
            <ul className="overflow-hidden rounded-card border border-line bg-sheet">
              {hits.map((hit) => (
                <HitRow key={`${hit.kind} ${hit.id}`} hit={hit} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </div>
  );
}

function HitRow({ hit }: { hit: Hit }) {
  const { icon: Icon, to } = kinds[hit.kind];
  return (
    <li className="border-b border-line last:border-b-0">
      <Link
        to={to}
        params={{ id: hit.id }}
        className="flex min-h-14 items-center gap-3 px-4 py-2.5 transition-colors duration-120 hover:bg-ink/4"
      >
        <Icon aria-hidden size={20} className="shrink-0 text-ink-3" />
        <span className="min-w-0">
          <span className="block truncate font-semibold">{hit.title}</span>
          <span className="block text-14 text-ink-3">{hit.detail}</span>
        </span>
      </Link>
    </li>
  );
}
