// Many listings at once: each is changed by itself, or its reason told.
import { type Actor, DomainError } from '@videowindow/contract';
import type { BulkChange, ListingTerms } from '@videowindow/contract/api/commerce';
import { type Money, money, multiplyBps, step } from '@videowindow/contract/money';
import { recordAudit } from '#platform/audit';
import { authorize } from '#platform/http';
import { command, termsOf, writeTerms } from './commands.ts';
import type { ListingsDeps } from './parts.ts';
import * as store from './store.ts';

/** @returns for each listing the code of what kept it from being changed, null when it was. In the order given. */
export const changeMany = async (
  deps: ListingsDeps,
  actor: Actor,
  ids: readonly string[],
  change: BulkChange,
  requestId: string,
): Promise<{ id: string; problem: string | null }[]> => {
  const done: { id: string; problem: string | null }[] = [];
  for (const id of ids) {
    try {
      await changeOne(deps, actor, id, change, requestId);
      done.push({ id, problem: null });
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      done.push({ id, problem: error.code });
    }
  }
  return done;
};

const changeOne = async (
  deps: ListingsDeps,
  actor: Actor,
  id: string,
  change: BulkChange,
  requestId: string,
): Promise<void> => {
  if (change.kind === 'pause' || change.kind === 'resume') {
    await command(deps, actor, id, change.kind, requestId);
    return;
  }
  await deps.database.transaction(async (tx) => {
    const listing = await store.findListing(tx, id);
    if (!listing) throw new DomainError('not_found');
    authorize(actor, 'listing.edit', { ownerId: listing.makerId });
    if (listing.state === 'sold' || listing.state === 'withdrawn') throw new DomainError('listing_unavailable');
    const terms = await termsOf(tx, listing);
    const changed: ListingTerms =
      change.kind === 'price' ? repriced(terms, change.percent) : { ...terms, shippingProfileId: change.profileId };
    // Read without a lock, so that the profile can be locked first: the version says whether it is still so.
    await writeTerms(
      deps,
      tx,
      { id: listing.storyId, makerId: listing.makerId },
      { ...changed, version: listing.version },
    );
    const told = ({ askingPrice, variants, shippingProfileId }: ListingTerms) =>
      change.kind === 'price'
        ? { askingPrice, variants: (variants ?? []).map(({ price }) => price) }
        : { shippingProfileId };
    await recordAudit(tx, {
      actor: actor.id,
      action: `listing.bulk_${change.kind}`,
      subject: id,
      requestId,
      before: told(terms),
      after: told(changed),
    });
  });
};

/** Every price by so many per cent, half up, and never nothing. */
const repriced = (terms: ListingTerms, percent: number): ListingTerms => {
  const by = (price: Money): Money => {
    const { amount, currency } = multiplyBps(price, 10_000 + percent * 100);
    return money(Math.max(amount, step(currency)), currency);
  };
  return {
    ...terms,
    askingPrice: terms.askingPrice && by(terms.askingPrice),
    variants: (terms.variants ?? []).map((variant) => ({ ...variant, price: by(variant.price) })),
  };
};
