// Payouts as the provider tells of them: each is fetched again and moves only forward.
import { apply } from '@videowindow/contract/machine';
import { type PayoutCommand, type PayoutState, payoutMachine } from '@videowindow/contract/machines/payout';
import { money } from '@videowindow/contract/money';
import type { ProviderPayout, SettlementStrategy } from '#commerce/payments';
import { newId } from '#platform/crypto';
import { sql } from '#platform/database';
import type { PayoutsDeps } from './deps.ts';

type Heard = { id: string; state: PayoutState };

const COMMANDS: Readonly<Record<PayoutState, PayoutCommand | null>> = {
  pending: null,
  in_transit: 'leave',
  paid: 'pay',
  failed: 'fail',
  canceled: 'cancel',
};

/** Fetches a payout and writes down how it stands. Payouts of accounts that are no maker's are none of ours. */
export const refreshPayout = async (
  deps: PayoutsDeps,
  settlement: SettlementStrategy,
  accountId: string,
  payoutId: string,
): Promise<void> => {
  const makerId = await deps.payments.makerOf(deps.database.db, accountId);
  if (makerId) await hear(deps, { makerId, accountId }, await settlement.readPayout(accountId, payoutId));
};

const hear = (deps: PayoutsDeps, whose: { makerId: string; accountId: string }, said: ProviderPayout): Promise<void> =>
  deps.database.transaction(async (tx) => {
    const now = await deps.database.now(tx);
    const id = newId();
    const { makerId, accountId } = whose;
    const { amount, currency } = said.amount;
    const made = await sql`
      insert into payouts (id, provider_id, account_id, maker_id, amount, currency, state, made_at, arrives_at, heard_at)
      values (${id}, ${said.id}, ${accountId}, ${makerId}, ${amount}, ${currency}, ${payoutMachine.initial},
              ${said.madeAt}, ${said.arrivesAt}, ${now})
      on conflict (provider_id) do nothing
      returning 1`.execute(tx);
    if (made.rows.length > 0) {
      await sql`insert into payout_timeline values (${id}, 1, ${payoutMachine.initial}, ${said.madeAt})`.execute(tx);
    }
    const { rows } = await sql<Heard>`
      select id, state from payouts where provider_id = ${said.id} for update`.execute(tx);
    const known = rows[0];
    if (!known) return;
    const command = COMMANDS[said.state];
    const moved = command && apply(payoutMachine, known.state, command);
    if (!moved?.ok) {
      await sql`update payouts set heard_at = ${now} where id = ${known.id}`.execute(tx);
      return;
    }
    await sql`
      update payouts
      set state = ${moved.to}, arrives_at = ${said.arrivesAt}, failure = ${said.failure}, heard_at = ${now}
      where id = ${known.id}`.execute(tx);
    await sql`
      insert into payout_timeline
      select ${known.id}, max(seq) + 1, ${moved.to}, ${now} from payout_timeline where payout_id = ${known.id}`.execute(
      tx,
    );
    await deps.events.emit(tx, 'payout.changed', known.id, {
      payoutId: known.id,
      makerId,
      amount: money(amount, currency),
      state: moved.to,
      failure: said.failure,
    });
  });

/** Asks about payouts that should have gone on by now, and for new ones of makers whose webhook may have been lost. */
export const sweepPayouts = async (deps: PayoutsDeps, settlement: SettlementStrategy): Promise<void> => {
  const now = await deps.database.now(deps.database.db);
  const before = new Date(now.getTime() - 6 * 3_600_000);
  const { rows: running } = await sql<{ accountId: string; providerId: string }>`
    select account_id as "accountId", provider_id as "providerId" from payouts
    where state in ('pending', 'in_transit') and heard_at < ${before}
    order by heard_at limit 200`.execute(deps.database.db);
  for (const { accountId, providerId } of running) await refreshPayout(deps, settlement, accountId, providerId);

  const since = new Date(now.getTime() - 14 * 86_400_000);
  const { rows: makers } = await sql<{ makerId: string }>`
    select distinct maker_id as "makerId" from fund_releases where released_at > ${since} limit 1000`.execute(
    deps.database.db,
  );
  for (const { makerId } of makers) {
    const accountId = await deps.payments.accountOf(deps.database.db, makerId);
    if (!accountId) continue;
    for (const payout of await settlement.payoutsOf(accountId)) await hear(deps, { makerId, accountId }, payout);
  }
};
