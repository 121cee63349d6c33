// What makers do with listings.
import { type Actor, DomainError } from '@videowindow/contract';
import type { ListingTerms } from '@videowindow/contract/api/commerce';
import { recordAudit } from '#platform/audit';
import { newId } from '#platform/crypto';
import type { Tx } from '#platform/database';
import { authorize } from '#platform/http';
import { isFrozen, type Listing, problemsOf } from './listing.ts';
import { move } from './moves.ts';
import { announce, type ListingsDeps, visibleStory } from './parts.ts';
import { keepProfile } from './profiles.ts';
import * as store from './store.ts';
import { variantsOf, writeVariants } from './variants.ts';

/**
 * Sells the piece of a story, or changes the terms while nobody relies on them.
 * @throws DomainError not_found, story_frozen, version_conflict, currency_mismatch, validation_failed
 */
export const putTerms = async (
  deps: ListingsDeps,
  actor: Actor,
  storyId: string,
  terms: ListingTerms,
): Promise<Listing> => {
  const story = await visibleStory(deps, deps.database.db, actor, storyId);
  authorize(actor, 'listing.edit', { ownerId: story.makerId });
  const problems = problemsOf(terms, deps.currency);
  if (problems === 'currency_mismatch') throw new DomainError('currency_mismatch', { expected: deps.currency });
  if (problems.length > 0) throw new DomainError('validation_failed', { fields: problems });

  return await deps.database.transaction((tx) => writeTerms(deps, tx, story, terms));
};

/** The same for a story that the caller knows to be its maker's, with terms that make sense. */
export const writeTerms = async (
  deps: ListingsDeps,
  tx: Tx,
  story: { id: string; makerId: string },
  given: ListingTerms,
): Promise<Listing> => {
  const { shippingProfileId } = given;
  // The order of locks: the profile, then the listing.
  const terms = shippingProfileId
    ? { ...given, shipping: await keepProfile(tx, shippingProfileId, story.makerId) }
    : given;
  await store.lockStorysListings(tx, story.id);
  // It may have been thrown away since it was read; who throws it away later takes this along.
  if (!(await deps.story(tx, story.id))) throw new DomainError('not_found');
  const open = await store.lockOpenListing(tx, story.id);
  const now = await deps.database.now(tx);
  if (open && isFrozen(open)) throw new DomainError('story_frozen', { state: open.state });
  // What is read as 3 and written as 4 must not bring back a piece that was sold in between.
  if (terms.version !== undefined && terms.version !== (open?.version ?? 0)) throw new DomainError('version_conflict');
  const listing = open
    ? await store.updateTerms(tx, open.id, terms, now)
    : await store.insertListing(tx, {
        id: newId(),
        storyId: story.id,
        makerId: story.makerId,
        currency: deps.currency,
        terms,
        now,
      });
  await writeVariants(tx, listing.id, terms.kind === 'fixed_price' ? (terms.variants ?? []) : []);
  if (!open) {
    // Whoever is away sells nothing until they are back.
    const backOn = await store.vacationOf(tx, story.makerId);
    if (backOn) return await pauseUntil(deps, tx, listing, backOn);
  }
  await announce(deps, tx, listing);
  return listing;
};

/** Pauses a listing that the caller has locked until its maker is back. */
const pauseUntil = async (deps: ListingsDeps, tx: Tx, listing: Listing, backOn: Date): Promise<Listing> => {
  await store.setBackOn(tx, listing.id, backOn);
  return await move(deps, tx, listing, 'pause', { byMaker: true });
};

/** The maker pauses, resumes or withdraws. @throws DomainError not_found, invalid_transition */
export const command = async (
  deps: ListingsDeps,
  actor: Actor,
  id: string,
  what: 'pause' | 'resume' | 'withdraw',
  requestId: string,
): Promise<Listing> =>
  await deps.database.transaction(async (tx) => {
    const listing = await lockOwn(tx, actor, id);
    // The maker's own word counts, whatever the holiday says.
    if (listing.backOn) await store.setBackOn(tx, id, null);
    const moved = await move(deps, tx, listing, what, { byMaker: true });
    await recordAudit(tx, {
      actor: actor.id,
      action: `listing.${what}`,
      subject: id,
      requestId,
      before: { state: listing.state },
      after: { state: moved.state },
    });
    return moved;
  });

/** What a listing says, as its maker would write it again. */
export const termsOf = async (tx: Tx, listing: Listing): Promise<ListingTerms> => {
  const variants = (await variantsOf(tx, [listing.id])).get(listing.id) ?? [];
  return {
    kind: listing.kind,
    askingPrice: listing.kind === 'offers' ? listing.askingPrice : null,
    offerPolicy: listing.offerPolicy,
    optionNames: [...listing.optionNames],
    variants: variants.map(({ options, price, quantity, sku }) => ({ options: [...options], price, quantity, sku })),
    shipping: listing.shipping,
    shippingProfileId: listing.shippingProfileId,
    returns: listing.returns,
  };
};

/** The same, to begin with anew: of what is sold out there is one of each kind again. */
const termsAgain = async (tx: Tx, listing: Listing): Promise<ListingTerms> => {
  const terms = await termsOf(tx, listing);
  const { variants = [] } = terms;
  if (variants.some(({ quantity }) => quantity > 0)) return terms;
  return { ...terms, variants: variants.map((variant) => ({ ...variant, quantity: 1 })) };
};

/** The maker's listing, locked. @throws DomainError not_found */
const lockOwn = async (tx: Tx, actor: Actor, id: string): Promise<Listing> => {
  const listing = await store.lockListing(tx, id);
  if (!listing) throw new DomainError('not_found');
  authorize(actor, 'listing.edit', { ownerId: listing.makerId });
  return listing;
};

/** Adds words to those that others rely on. @throws DomainError not_found, invalid_transition while it can be edited */
export const add = async (
  deps: ListingsDeps,
  actor: Actor,
  id: string,
  text: string,
  requestId: string,
): Promise<Listing> =>
  await deps.database.transaction(async (tx) => {
    const listing = await lockOwn(tx, actor, id);
    if (!isFrozen(listing)) {
      throw new DomainError('invalid_transition', { from: listing.state, command: 'add', possible: ['edit'] });
    }
    const added = await store.insertAddition(tx, id, { text: text.trim(), at: await deps.database.now(tx) });
    await announce(deps, tx, added);
    await recordAudit(tx, { actor: actor.id, action: 'listing.addition', subject: id, requestId, facts: { text } });
    return added;
  });

/**
 * Sells the piece again on the terms it had: a new listing, so that what was sold stays as it was. Of what was sold out
 * there is one of each kind again; the maker says how many there really are.
 * @throws DomainError not_found, invalid_transition, listing_unavailable while the story sells something
 */
export const relist = async (deps: ListingsDeps, actor: Actor, id: string, requestId: string): Promise<Listing> =>
  await deps.database.transaction(async (tx) => {
    const known = await store.findListing(tx, id);
    if (!known) throw new DomainError('not_found');
    authorize(actor, 'listing.edit', { ownerId: known.makerId });
    if (known.state !== 'sold' && known.state !== 'withdrawn') {
      throw new DomainError('invalid_transition', { from: known.state, command: 'relist', possible: [] });
    }
    await store.lockStorysListings(tx, known.storyId);
    if (await store.lockOpenListing(tx, known.storyId)) throw new DomainError('listing_unavailable');
    const terms = await termsAgain(tx, known);
    const listing = await writeTerms(deps, tx, { id: known.storyId, makerId: known.makerId }, terms);
    await recordAudit(tx, {
      actor: actor.id,
      action: 'listing.relisted',
      subject: listing.id,
      requestId,
      before: { listing: id, state: known.state },
      after: { listing: listing.id, state: listing.state },
    });
    return listing;
  });

/** A new draft with the words of the story and the terms of the listing. @returns the draft's story id */
export const duplicate = async (deps: ListingsDeps, actor: Actor, id: string, requestId: string): Promise<string> =>
  await deps.database.transaction(async (tx) => {
    const known = await store.findListing(tx, id);
    if (!known) throw new DomainError('not_found');
    authorize(actor, 'listing.edit', { ownerId: known.makerId });
    const storyId = await deps.draft(tx, actor, { storyId: known.storyId });
    const terms = await termsAgain(tx, known);
    const listing = await writeTerms(deps, tx, { id: storyId, makerId: known.makerId }, terms);
    await recordAudit(tx, { actor: actor.id, action: 'listing.duplicated', subject: listing.id, requestId });
    return storyId;
  });
