// An order as admins see it: both sides, what happened, and the money behind it.
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { format } from '@videowindow/contract';
import type { PersonSummary } from '@videowindow/contract/api/people';
import { Card, Section, Timeline } from '@videowindow/ui';
import { dateTime } from '../../../lib/dates.ts';
import { Loaded } from '../../../lib/loaded.tsx';
import { read } from '../../../lib/queries.ts';
import { TextLink } from '../../../lib/text-link.tsx';
import { useTitle } from '../../../lib/title.ts';
import { plainTitle } from '../../commerce/order-words.ts';
import { DeskPage, Standing } from './desk-page.tsx';
import { HoldPayouts } from './hold-payouts.tsx';
import { LedgerEntries } from './ledger-entries.tsx';

const route = getRouteApi('/signed-in/desk/admin/orders/$id');

export function AdminOrderPage() {
  const { id } = route.useParams();
  const query = useQuery(read('GET /admin/orders/:id', { params: { id } }));
  useTitle(query.data ? `Order ${query.data.number}` : 'Order');
  return (
    <Loaded query={query}>
      {(order) => (
        <DeskPage title={`Order ${order.number}`} intro={order.title}>
          <Standing
            tone={order.state === 'completed' ? 'good' : order.state === 'cancelled' ? 'plain' : 'info'}
            label={order.state.replaceAll('_', ' ')}
          >
            <TextLink to="/admin/payments/$id" params={{ id: order.paymentId }}>
              Its payment
            </TextLink>
          </Standing>
          <div className="grid gap-8 lg:grid-cols-[minmax(0,1fr)_22rem]">
            <div>
              <Card>
                <dl className="grid gap-1.5">
                  <Fact label="Buyer">
                    <Who person={order.buyer} />
                  </Fact>
                  <Fact label="Maker">
                    <Who person={order.maker} />
                  </Fact>
                  <Fact label="Piece">{format(order.item)}</Fact>
                  <Fact label="Delivery">{format(order.shipping)}</Fact>
                  <Fact label="Our fee">{format(order.fee)}</Fact>
                  {order.shipment && (
                    <Fact label="Sent with">
                      {order.shipment.carrier} {order.shipment.trackingNumber}
                    </Fact>
                  )}
                </dl>
              </Card>
              <Lines paymentId={order.paymentId} />
              {order.maker && <HoldPayouts maker={order.maker} />}
            </div>
            <section aria-label="What happened">
              <Timeline
                steps={order.timeline.map(({ kind, at, note }, index) => ({
                  key: `${index}`,
                  title: plainTitle(kind),
                  note: `${dateTime(at)}${note ? ` · ${note}` : ''}`,
                  state: 'done',
                }))}
              />
            </section>
          </div>
        </DeskPage>
      )}
    </Loaded>
  );
}

function Lines({ paymentId }: { paymentId: string }) {
  const ledger = useQuery(read('GET /admin/payments/:id/ledger', { params: { id: paymentId } }));
  return (
    <Section title="The ledger's lines">
      <Loaded query={ledger}>{({ entries }) => <LedgerEntries entries={entries} />}</Loaded>
    </Section>
  );
}

function Fact({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div className="flex justify-between gap-4">
      <dt className="text-ink-3">{label}</dt>
      <dd className="figures text-right">{children}</dd>
    </div>
  );
}

export function Who({ person }: { person: PersonSummary | null }) {
  if (!person) return 'somebody who is gone';
  return (
    <Link to="/@{$handle}" params={{ handle: person.handle }} className="text-indigo underline underline-offset-2">
      {person.displayName}
    </Link>
  );
}
