// A payout to a maker's bank, as admins see it.
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { format } from '@videowindow/contract';
import { Timeline } from '@videowindow/ui';
import { dateTime } from '../../../lib/dates.ts';
import { Loaded } from '../../../lib/loaded.tsx';
import { read } from '../../../lib/queries.ts';
import { useTitle } from '../../../lib/title.ts';
import { payoutStates, payoutSteps } from '../../commerce/money/payout-words.ts';
import { DeskPage, Standing } from './desk-page.tsx';
import { Who } from './order-page.tsx';

const route = getRouteApi('/signed-in/desk/admin/payouts/$id');

export function AdminPayoutPage() {
  const { id } = route.useParams();
  useTitle('Payout');
  const query = useQuery(read('GET /admin/payouts/:id', { params: { id } }));
  return (
    <Loaded query={query}>
      {({ payout, maker, providerId }) => (
        <DeskPage
          title={`Payout of ${format(payout.amount)}`}
          intro={
            <>
              To <Who person={maker} /> · {providerId}
            </>
          }
        >
          <Standing {...payoutStates[payout.state]} />
          {payout.failure && <p className="max-w-text text-madder">{payout.failure}</p>}
          <div className="mt-6">
            <Timeline
              steps={payout.timeline.map(({ state, at }, index) => ({
                key: `${index}`,
                title: payoutSteps[state],
                note: dateTime(at),
                state: state === 'failed' ? 'failed' : 'done',
              }))}
            />
          </div>
        </DeskPage>
      )}
    </Loaded>
  );
}
