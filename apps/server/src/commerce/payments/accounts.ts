// Makers' accounts at the provider: made at the first onboarding, believed only when the provider says so.
import type { MakerAccount } from '@videowindow/contract/api/people';
import { type Reader, sql } from '#platform/database';
import { provider } from './checkout.ts';
import type { PaymentsDeps } from './deps.ts';
import type { ProviderAccount } from './settlement.ts';
import { wakeWaiting } from './transfers.ts';

type PayoutState = 'pending' | 'restricted' | 'enabled';
type AccountRow = {
  makerId: string;
  accountId: string | null;
  state: PayoutState;
  canReceive: boolean;
  requirementsDue: string[];
  barred: string | null;
};

const COLUMNS = sql.raw(
  'maker_id as "makerId", account_id as "accountId", state, can_receive as "canReceive", requirements_due as "requirementsDue", barred',
);

/** Pure: how an account stands. Returning from the provider's page proves nothing; its flags do. */
const stateOf = (account: ProviderAccount): PayoutState => {
  if (!account.submitted) return 'pending';
  return account.canReceive && account.canPayOut ? 'enabled' : 'restricted';
};

/** How a maker's account stands, as last heard. */
export const payoutAccount = async (reader: Reader, makerId: string): Promise<MakerAccount['payoutAccount']> => {
  const row = await findAccount(reader, makerId);
  return { state: row?.state ?? 'none', requirementsDue: row?.requirementsDue ?? [] };
};

/** Whether sales of this maker can be paid for: their account takes transfers. Payouts may still be held. */
export const canReceive = async (reader: Reader, makerId: string): Promise<boolean> =>
  (await findAccount(reader, makerId))?.canReceive ?? false;

/** How far somebody is from being paid: `begin` an account, give the provider what it still asks for, or nothing is missing. */
export type ReceivingStep = 'begin' | 'complete' | null;

/** What a maker has to do before their sales can be paid for. */
export const receivingStep = async (reader: Reader, makerId: string): Promise<ReceivingStep> => {
  const account = await findAccount(reader, makerId);
  if (account?.canReceive) return null;
  return account?.state === 'restricted' ? 'complete' : 'begin';
};

const findAccount = async (reader: Reader, makerId: string): Promise<AccountRow | null> => {
  const { rows } = await sql<AccountRow>`select ${COLUMNS} from payout_accounts where maker_id = ${makerId}`.execute(
    reader,
  );
  return rows[0] ?? null;
};

/** The maker whose account this is at the provider. */
export const makerOf = async (reader: Reader, accountId: string): Promise<string | null> => {
  const { rows } = await sql<{ id: string }>`
    select maker_id as id from payout_accounts where account_id = ${accountId}`.execute(reader);
  return rows[0]?.id ?? null;
};

/** A maker's account at the provider. */
export const accountOf = async (reader: Reader, makerId: string): Promise<string | null> =>
  (await findAccount(reader, makerId))?.accountId ?? null;

/**
 * A fresh single-use link to the provider's onboarding; the first one makes the account.
 * @throws DomainError external_service_unavailable, capability_off
 */
export const onboardingLink = async (deps: PaymentsDeps, maker: { id: string; email: string }): Promise<string> => {
  const settlement = provider(deps);
  const { database } = deps;
  const now = await database.now(database.db);
  await sql`
    insert into payout_accounts (maker_id, state, heard_at) values (${maker.id}, 'pending', ${now})
    on conflict do nothing`.execute(database.db);
  let accountId = (await findAccount(database.db, maker.id))?.accountId ?? null;
  if (accountId === null) {
    const made = await settlement.createAccount(maker);
    accountId = made.id;
    await sql`
      update payout_accounts set account_id = ${made.id}
      where maker_id = ${maker.id} and account_id is null`.execute(database.db);
    await hear(deps, made);
  }
  return await settlement.accountLink(accountId, {
    returnTo: deps.pages.onboarding('done'),
    refresh: deps.pages.onboarding('refresh'),
  });
};

/** Asks the provider how an account stands now. */
export const refreshAccount = async (deps: PaymentsDeps, accountId: string): Promise<void> =>
  hear(deps, await provider(deps).readAccount(accountId));

const hear = (deps: PaymentsDeps, account: ProviderAccount): Promise<void> =>
  deps.database.transaction(async (tx) => {
    const { rows } = await sql<AccountRow>`
      select ${COLUMNS} from payout_accounts where account_id = ${account.id} for update`.execute(tx);
    const known = rows[0];
    if (!known) return;
    const state = stateOf(account);
    await sql`
      update payout_accounts
      set state = ${state}, can_receive = ${account.canReceive},
          requirements_due = ${JSON.stringify(account.requirementsDue)}::jsonb, barred = ${account.barred}, heard_at = ${await deps.database.now(tx)}
      where account_id = ${account.id}`.execute(tx);
    if (account.canReceive) await wakeWaiting(deps, tx, known.makerId);
    const { makerId } = known;
    if (account.barred && account.barred !== known.barred) {
      await deps.events.emit(tx, 'maker.account_barred', makerId, { makerId, why: account.barred });
    }
    if (state !== known.state) {
      await deps.events.emit(tx, 'maker.payout_account_changed', makerId, { makerId, state });
    }
  });

/** Accounts that are on their way and were not heard of lately: a webhook may have been lost. */
export const sweepAccounts = async (deps: PaymentsDeps, now: Date): Promise<void> => {
  const { rows } = await sql<{ id: string }>`
    select account_id as id from payout_accounts
    where state <> 'enabled' and account_id is not null
      and heard_at between ${new Date(now.getTime() - 7 * 86_400_000)} and ${new Date(now.getTime() - 600_000)}
    order by heard_at limit 50`.execute(deps.database.db);
  for (const { id } of rows) await refreshAccount(deps, id);
};

/** In one round this many accounts' events are compared, those first whose turn was longest ago; each once an hour. */
const COMPARED_AT_ONCE = 50;

/** Accounts whose events are to be compared with ours, and up to which second of the provider's clock that was done. */
export const accountsToCompare = async (
  reader: Reader,
): Promise<{ accountId: string; comparedTo: number | null }[]> => {
  const { rows } = await sql<{ accountId: string; comparedTo: number | null }>`
    select account_id as "accountId", compared_to as "comparedTo" from payout_accounts
    where account_id is not null and (compared_at is null or compared_at < app_now() - interval '1 hour')
    order by compared_at nulls first limit ${COMPARED_AT_ONCE}`.execute(reader);
  return rows;
};

export const comparedAccount = async (reader: Reader, accountId: string, newest: number | null): Promise<void> => {
  await sql`
    update payout_accounts set compared_at = app_now(), compared_to = greatest(compared_to, ${newest}::bigint)
    where account_id = ${accountId}`.execute(reader);
};
