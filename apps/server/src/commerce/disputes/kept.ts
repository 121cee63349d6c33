// The evidence as it is kept, and with what was said to it as it is sent.
import type { EvidenceParts } from '#commerce/payments';
import { type DisputesDeps, openEvidence } from './deps.ts';
import { type Entry, entriesOf } from './entry-store.ts';
import { evidenceOf, type KeptEvidence, withSaid } from './evidence.ts';
import type { Dispute } from './store.ts';

/** What is kept of the sale, else what the rooms around know now. */
export const keptEvidence = async (deps: DisputesDeps, dispute: Dispute): Promise<KeptEvidence> => {
  if (dispute.evidenceSealed) return openEvidence<KeptEvidence>(deps.keyring, dispute.id, dispute.evidenceSealed);
  return evidenceOf(dispute.orderId ? await deps.evidence(deps.database.db, dispute.orderId) : null);
};

/** The words of the evidence, as they are sent or would be. */
export const evidenceFor = async (
  deps: DisputesDeps,
  dispute: Dispute,
): Promise<EvidenceParts & { entries: readonly Entry[] }> => {
  const entries = (await entriesOf(deps.database.db, [dispute.id])).get(dispute.id) ?? [];
  const kept = await keptEvidence(deps, dispute);
  const { piece: _piece, pictures: _pictures, ...parts } = withSaid(kept, { remark: dispute.remark, entries });
  return { ...parts, entries };
};
