// The piece in the words and pictures in which it was sold: both sides can look them up, whatever its story says now.
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { Order, PieceAsSold } from '@videowindow/contract/api/commerce';
import { format, multiply } from '@videowindow/contract/money';
import { EmptyState, Page } from '@videowindow/ui';
import { FileQuestion } from 'lucide-react';
import { useMe } from '../../../app/session.ts';
import { date, dateTime } from '../../../lib/dates.ts';
import { Loaded } from '../../../lib/loaded.tsx';
import { read } from '../../../lib/queries.ts';
import { useTitle } from '../../../lib/title.ts';
import { sectionTitles } from '../../content/sections/section-titles.ts';
import { ShownSection } from '../../content/sections/shown-section.tsx';
import { lineWords } from '../order-facts.tsx';
import { sideOf } from '../order-words.ts';
import { returnsWords } from '../returns-words.ts';

const route = getRouteApi('/signed-in/orders/$orderId/piece');

export function PieceAsSoldPage() {
  const { orderId } = route.useParams();
  const params = { params: { id: orderId } };
  const order = useQuery(read('GET /orders/:id', params));
  const piece = useQuery(read('GET /orders/:id/piece', params));
  useTitle(piece.data ? `${piece.data.title}, as it was sold` : 'As it was sold');
  return (
    <Loaded query={order}>
      {(sold) => <Loaded query={piece}>{(words) => <Piece order={sold} piece={words} />}</Loaded>}
    </Loaded>
  );
}

function Piece({ order, piece }: { order: Order; piece: PieceAsSold }) {
  const me = useMe();
  const paidAt = order.timeline.find(({ kind }) => kind === 'paid')?.at;
  const sections = piece.sections.filter(({ text, pictures }) => text.trim() !== '' || pictures.length > 0);
  const isEmpty = sections.length === 0 && piece.caption === '' && piece.additions.length === 0;
  return (
    <Page
      width="form"
      over={
        <Link to="/orders/$orderId" params={{ orderId: order.id }} className="text-indigo underline underline-offset-2">
          Order {order.number}
        </Link>
      }
      title={piece.title}
      intro={`As it was sold${paidAt ? ` on ${date(paidAt)}` : ''}. These words and pictures stay as they were, whatever its story says now.`}
    >
      <div className="grid gap-6">
        <ul className="figures grid gap-1 text-ink-2">
          {order.lines.map((line) => (
            <li key={lineWords(line)}>
              {lineWords(line)}, {format(multiply(line.unit, line.quantity))}
            </li>
          ))}
          <li className="text-14 text-ink-3">
            {sideOf(order, me?.id) === 'buyer' || order.returns.days === 0
              ? returnsWords(order.returns)
              : `You take it back within ${order.returns.days} days.`}
          </li>
        </ul>
        {piece.caption !== '' && <p className="max-w-text">{piece.caption}</p>}
        {sections.map((section) => (
          <section key={section.kind} aria-label={sectionTitles[section.kind]}>
            <h2 className="mb-1 font-sans text-16 font-semibold">{sectionTitles[section.kind]}</h2>
            <ShownSection section={section} />
          </section>
        ))}
        {piece.additions.length > 0 && (
          <section className="grid gap-2 border-l-2 border-line pl-4">
            <h2 className="font-sans text-14 font-semibold text-ink-2">Added by the maker</h2>
            {piece.additions.map(({ at, text }) => (
              <p key={at} className="text-14">
                <span className="block text-ink-3">{dateTime(at)}</span>
                {text}
              </p>
            ))}
          </section>
        )}
        {isEmpty && (
          <EmptyState icon={<FileQuestion aria-hidden size={26} />} title="Its words were not kept">
            This piece was sold before we kept them with the order. Its story may still be there.
          </EmptyState>
        )}
      </div>
    </Page>
  );
}
