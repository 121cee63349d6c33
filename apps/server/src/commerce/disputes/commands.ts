// Answering a dispute: the evidence is gathered by itself, and sent by a person or, near its last moment, by the timer.
// Prepare (transaction: that it is to be sent) → call (the provider) → finalize (its answer is heard as any other).
import { type Actor, DomainError } from '@videowindow/contract';
import { apply, type Facts, isFinal, possibleCommands } from '@videowindow/contract/machine';
import { type DisputeGuard, disputeMachine } from '@videowindow/contract/machines/dispute';
import { Refused, type SettlementStrategy } from '#commerce/payments';
import { recordAudit } from '#platform/audit';
import type { Tx } from '#platform/database';
import { authorize, personId } from '#platform/http';
import { type DisputesDeps, openEvidence, sealEvidence } from './deps.ts';
import { forgetPapers } from './entry-store.ts';
import { evidenceOf, type KeptEvidence } from './evidence.ts';
import { uploadFiles } from './files.ts';
import { GATHER, hear, SENT_BEFORE_MS, SUBMIT } from './hear.ts';
import { evidenceFor } from './kept.ts';
import type { Dispute } from './store.ts';
import * as store from './store.ts';

export const SEND = 'disputes.send';

/** The provider. @throws DomainError capability_off */
const provider = (deps: DisputesDeps): SettlementStrategy => {
  if (!deps.settlement) throw new DomainError('capability_off', { capability: 'payments' });
  return deps.settlement;
};

/** The job: what is known now is kept, so that nothing of it can change or be forgotten before it is sent. */
export const gather = async (deps: DisputesDeps, id: string): Promise<void> => {
  const known = await store.findDispute(deps.database.db, id);
  if (!known) return;
  const evidence = evidenceOf(known.orderId ? await deps.evidence(deps.database.db, known.orderId) : null);
  await deps.database.transaction(async (tx) => {
    const dispute = await store.lockDispute(tx, id);
    const moved = dispute && apply(disputeMachine, dispute.state, 'gather');
    if (!moved?.ok) return;
    await store.updateDispute(tx, id, {
      state: moved.to,
      evidenceSealed: sealEvidence(deps.keyring, id, evidence),
    });
    await store.addMoment(tx, id, 'evidence_gathered', await deps.database.now(tx));
  });
};

/** An admin sends it now. @throws DomainError not_found, invalid_transition */
export const submit = async (
  deps: DisputesDeps,
  actor: Actor,
  id: string,
  remark: string,
  requestId: string,
): Promise<void> => {
  authorize(actor, 'payment.manage');
  provider(deps);
  await deps.database.transaction(async (tx) => {
    const dispute = await store.lockDispute(tx, id);
    if (!dispute) throw new DomainError('not_found');
    await ask(deps, tx, dispute, { byAdmin: true }, { by: personId(actor), remark });
    await recordAudit(tx, {
      actor: actor.id,
      action: 'dispute.evidence_sent',
      subject: id,
      requestId,
      facts: { remark },
    });
  });
};

/** The timer: what is there is better than silence. */
export const submitWhenDue = async (deps: DisputesDeps, tx: Tx, id: string): Promise<void> => {
  const dispute = await store.lockDispute(tx, id);
  if (!dispute?.evidenceDue || dispute.submitAskedAt) return;
  const now = await deps.database.now(tx);
  if (dispute.state === 'opened') {
    // No order came to say more: what there is is gathered, and sent a minute later.
    await deps.jobs.enqueue(tx, GATHER, { disputeId: id }, { key: `${GATHER}:${id}` });
    return await deps.timers.set(tx, SUBMIT, id, new Date(now.getTime() + 60_000));
  }
  const due = now.getTime() >= dispute.evidenceDue.getTime() - SENT_BEFORE_MS;
  if (!due || !apply(disputeMachine, dispute.state, 'submit', { due }).ok) return;
  await ask(deps, tx, dispute, { due }, { by: null, remark: '' });
};

/** The timer: a dispute that is long over forgets whose it was and where it went. */
export const forget = async (deps: DisputesDeps, tx: Tx, id: string): Promise<void> => {
  const dispute = await store.lockDispute(tx, id);
  if (!dispute || !isFinal(disputeMachine, dispute.state)) return;
  await forgetPapers(tx, id);
  if (!dispute.evidenceSealed) return;
  const kept = openEvidence<KeptEvidence>(deps.keyring, id, dispute.evidenceSealed);
  const evidenceSealed = sealEvidence(deps.keyring, id, { ...kept, customerName: '', shippingAddress: '' });
  await store.updateDispute(tx, id, { evidenceSealed });
};

const ask = async (
  deps: DisputesDeps,
  tx: Tx,
  dispute: Dispute,
  facts: Facts<DisputeGuard>,
  wish: { by: string | null; remark: string },
): Promise<void> => {
  const moved = apply(disputeMachine, dispute.state, 'submit', facts);
  if (!moved.ok || dispute.submitAskedAt) {
    throw new DomainError('invalid_transition', { from: dispute.state, command: 'submit', possible: buttons(dispute) });
  }
  const at = await deps.database.now(tx);
  await store.updateDispute(tx, dispute.id, { submitted: { at, ...wish } });
  await store.addMoment(tx, dispute.id, wish.by ? 'sent_by_admin' : 'sent_by_itself', at);
  await deps.jobs.enqueue(tx, SEND, { disputeId: dispute.id }, { key: `${SEND}:${dispute.id}` });
};

/** The job: sends what is kept. A provider that takes no more of it says how the dispute stands instead. */
export const send = async (deps: DisputesDeps, id: string): Promise<void> => {
  const dispute = await store.findDispute(deps.database.db, id);
  if (!dispute?.submitAskedAt || !dispute.evidenceSealed || dispute.state !== 'evidence_due') return;
  const settlement = provider(deps);
  try {
    const { entries: _entries, ...evidence } = await evidenceFor(deps, dispute);
    const files = await uploadFiles(deps, settlement, dispute);
    // A question that became a chargeback is answered once more, and that is another call.
    const key = `${dispute.providerId}-${dispute.inquiry ? 'question' : 'dispute'}`;
    await hear(deps, await settlement.submitEvidence(dispute.providerId, { key, evidence, files }));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    deps.log.error({ err: error, disputeId: id }, 'alarm: the provider did not take the evidence of a dispute');
    await hear(deps, await settlement.readDispute(dispute.providerId));
  }
};

/** The commands that an admin sees as buttons. */
export const buttons = (dispute: Dispute) =>
  possibleCommands(disputeMachine, dispute.state, { byAdmin: true }).filter(
    (command) => command === 'submit' && dispute.submitAskedAt === null,
  );
