// Listings as a table: a line a kind, so that a spreadsheet can change prices and stock, and begin new pieces.
import { type Actor, DomainError, parse, toDecimal } from '@videowindow/contract';
import type { ImportOutcome, ListingTerms, ReturnsPolicy, VariantTerms } from '@videowindow/contract/api/commerce';
import type { Money } from '@videowindow/contract/money';
import { recordAudit } from '#platform/audit';
import { type CsvRow, csvOf, rowsOf } from '#platform/csv';
import type { Tx } from '#platform/database';
import { personId } from '#platform/http';
import { termsOf, writeTerms } from './commands.ts';
import { type Listing, problemsOf } from './listing.ts';
import type { ListingsDeps } from './parts.ts';
import { keepProfiles } from './profiles.ts';
import * as store from './store.ts';
import { variantsOf } from './variants.ts';

const OPTIONS = [1, 2, 3] as const;
const HEADING = [
  'story_id',
  'title',
  'kind',
  'state',
  ...OPTIONS.flatMap((at) => [`option_${at}`, `value_${at}`]),
  'price',
  'quantity',
  'sku',
  'shipping_profile',
  'returns_days',
  'returns_postage',
];
const MOST_PIECES = 500;
const RETURN_DAYS: readonly ReturnsPolicy['days'][] = [0, 14, 30, 60];

/** A maker's open listings as the text of a CSV file. */
export const tableOf = async (deps: ListingsDeps, makerId: string): Promise<string> => {
  const { db } = deps.database;
  const listings = await store.openOfMaker(db, makerId);
  const ids = listings.map((listing) => listing.id);
  const [variants, stories, profiles] = [
    await variantsOf(db, ids),
    await deps.stories(
      db,
      listings.map((listing) => listing.storyId),
    ),
    await keepProfiles(db, makerId),
  ];
  const nameOf = (id: string | null) => [...profiles].find(([, profile]) => profile.id === id)?.[1].name ?? '';
  return csvOf([
    HEADING,
    ...listings.flatMap((listing) => {
      const kinds = variants.get(listing.id) ?? [
        { options: [], price: listing.askingPrice, quantity: listing.units.free, sku: null },
      ];
      return kinds.map(({ options, price, quantity, sku }) => [
        listing.storyId,
        stories.get(listing.storyId)?.title ?? '',
        listing.kind,
        listing.state,
        ...OPTIONS.flatMap((at) => [listing.optionNames[at - 1] ?? '', options[at - 1] ?? '']),
        price ? toDecimal(price) : '',
        quantity,
        sku,
        nameOf(listing.shippingProfileId),
        listing.returns.days,
        listing.returns.postage,
      ]);
    }),
  ]);
};

/** A piece of the file: its lines, one a kind. */
type Piece = { storyId: string; title: string; rows: CsvRow[] };
type Problem = ImportOutcome['problems'][number];

/** Undoes what a trial wrote. */
class Undo extends Error {}

/**
 * Changes listings by a table, and begins a draft for each title without a story. Everything is written in one
 * transaction, which is undone when it was a trial or anything is wrong: so a trial says exactly what would happen.
 */
export const importTable = async (
  deps: ListingsDeps,
  actor: Actor,
  given: { csv: string; dryRun: boolean },
  requestId: string,
): Promise<ImportOutcome> => {
  const read = rowsOf(given.csv);
  if ('message' in read) {
    return { changed: 0, created: 0, problems: [{ line: read.line, column: null, message: read.message }] };
  }
  const unknown = Object.keys(read.rows[0]?.cells ?? {}).filter((name) => !HEADING.includes(name));
  const pieces = piecesOf(read.rows);
  const problems: Problem[] = [
    ...unknown.map((name) => ({ line: 1, column: name, message: 'is no column of this table' })),
    ...(pieces.length > MOST_PIECES
      ? [{ line: 1, column: null, message: `has ${pieces.length} pieces; ${MOST_PIECES} at once are the most` }]
      : []),
  ];
  const outcome: ImportOutcome = { changed: 0, created: 0, problems };
  if (problems.length > 0) return outcome;
  try {
    await deps.database.transaction(async (tx) => {
      const makerId = personId(actor);
      // The order of locks: profiles, then listings by id.
      const profiles = await keepProfiles(tx, makerId, 'until the end');
      const open = new Map((await store.openOfMaker(tx, makerId)).map((listing) => [listing.storyId, listing]));
      const idOf = (piece: Piece) => open.get(piece.storyId)?.id ?? '';
      for (const piece of pieces.sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1))) {
        const found = await writePiece(deps, tx, actor, piece, open.get(piece.storyId) ?? null, profiles);
        problems.push(...found.problems);
        if (found.problems.length > 0) continue;
        if (found.created) outcome.created += 1;
        else outcome.changed += 1;
      }
      if (given.dryRun || problems.length > 0) throw new Undo();
      await recordAudit(tx, { actor: makerId, action: 'listing.imported', subject: makerId, requestId });
    });
  } catch (error) {
    if (!(error instanceof Undo)) throw error;
  }
  problems.sort((a, b) => a.line - b.line);
  return outcome;
};

/** Lines of one story are one piece; without a story those of one title are. */
const piecesOf = (rows: readonly CsvRow[]): Piece[] => {
  const pieces = new Map<string, Piece>();
  for (const row of rows) {
    const { story_id: storyId = '', title = '' } = row.cells;
    const key = storyId || `title ${title}`;
    const piece = pieces.get(key) ?? { storyId: storyId.toLowerCase(), title, rows: [] };
    piece.rows.push(row);
    pieces.set(key, piece);
  }
  return [...pieces.values()];
};

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const writePiece = async (
  deps: ListingsDeps,
  tx: Tx,
  actor: Actor,
  piece: Piece,
  listing: Listing | null,
  profiles: ReadonlyMap<string, { id: string }>,
): Promise<{ problems: Problem[]; created: boolean }> => {
  const first = piece.rows[0]?.line ?? 1;
  const refuse = (column: string | null, message: string) => ({
    problems: [{ line: first, column, message }],
    created: false,
  });
  const makerId = personId(actor);
  if (piece.storyId === '' && piece.title === '') return refuse('title', 'is needed where there is no story_id');
  if (piece.storyId !== '') {
    const story = UUID.test(piece.storyId) ? await deps.story(tx, piece.storyId) : null;
    if (story?.makerId !== makerId) return refuse('story_id', 'is no story of yours');
  }
  const read = readTerms(piece, listing ? await termsOf(tx, listing) : null, profiles, deps.currency);
  if (read.problems.length > 0) return { problems: read.problems, created: false };
  // A profile's own values are known to make sense, and are put in when it is written.
  const wrong = problemsOf(read.terms, deps.currency);
  if (wrong === 'currency_mismatch') return refuse('price', `is not in ${deps.currency}`);
  const problems = wrong
    .filter(({ path }) => !path.startsWith('shipping') || !read.terms.shippingProfileId)
    .map(({ path, message }) => ({
      line: piece.rows[Number(path.split('.')[1] ?? 0)]?.line ?? first,
      column: columnOf(path),
      message,
    }));
  if (problems.length > 0) return { problems, created: false };
  try {
    const created = piece.storyId === '';
    const storyId = created ? await deps.draft(tx, actor, { title: piece.title.slice(0, 120) }) : piece.storyId;
    await writeTerms(deps, tx, { id: storyId, makerId }, read.terms);
    return { problems: [], created };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return refuse(null, error.code === 'story_frozen' ? 'is being sold right now and cannot change' : error.code);
  }
};

/** The column that a part of the terms comes from. */
const columnOf = (path: string): string | null => {
  if (path.startsWith('shipping')) return 'shipping_profile';
  if (path.endsWith('.options')) return 'value_1';
  if (path.endsWith('.sku')) return 'sku';
  if (path === 'optionNames') return 'option_1';
  return path === 'variants' ? 'quantity' : null;
};

/** What the lines of a piece say; what they leave empty stays as it is. */
const readTerms = (
  { rows }: Piece,
  known: ListingTerms | null,
  profiles: ReadonlyMap<string, { id: string }>,
  currency: string,
): { terms: ListingTerms; problems: Problem[] } => {
  const problems: Problem[] = [];
  const cells = rows[0]?.cells ?? {};
  const wrong = (row: CsvRow | undefined, column: string, message: string) =>
    void problems.push({ line: row?.line ?? 1, column, message });

  const kind = cells.kind || known?.kind || 'fixed_price';
  if (kind !== 'offers' && kind !== 'fixed_price') wrong(rows[0], 'kind', 'is offers or fixed_price');
  const profileName = cells.shipping_profile ?? '';
  const profile = profiles.get(profileName.toLowerCase());
  if (profileName !== '' && !profile) wrong(rows[0], 'shipping_profile', 'is none of your ways of sending');
  if (profileName === '' && !known) wrong(rows[0], 'shipping_profile', 'is needed for a new piece');
  const days = cells.returns_days ? Number(cells.returns_days) : (known?.returns?.days ?? 0);
  const allowed = RETURN_DAYS.find((one) => one === days);
  if (allowed === undefined) wrong(rows[0], 'returns_days', 'is 0, 14, 30 or 60');
  const postage = cells.returns_postage || (known?.returns?.postage ?? 'buyer');
  if (postage !== 'buyer' && postage !== 'maker') wrong(rows[0], 'returns_postage', 'is buyer or maker');

  const priceOf = (row: CsvRow): Money | null => {
    const price = parse(row.cells.price ?? '', currency);
    if (row.cells.price && !price?.amount) wrong(row, 'price', 'is an amount like 48.00');
    return price;
  };
  const optionNames = OPTIONS.map((at) => cells[`option_${at}`] ?? '').filter(Boolean);
  const variants = rows.flatMap((row): VariantTerms[] => {
    if (kind === 'offers') return [];
    const price = priceOf(row);
    if (!row.cells.price) wrong(row, 'price', 'is needed');
    const quantity = Number(row.cells.quantity || '0');
    if (!Number.isInteger(quantity) || quantity < 0 || quantity > 10_000) {
      wrong(row, 'quantity', 'is a whole number up to 10000');
    }
    const options = optionNames.map((_, at) => row.cells[`value_${at + 1}`] ?? '');
    for (const [at, option] of options.entries()) {
      if (option === '' || option.length > 40) wrong(row, `value_${at + 1}`, 'is one to 40 characters long');
    }
    const sku = row.cells.sku || null;
    if (sku && sku.length > 60) wrong(row, 'sku', 'is 60 characters long at most');
    return price?.amount ? [{ options, price, quantity, sku }] : [];
  });
  if (variants.length > 100) wrong(rows[0], 'value_1', `makes ${variants.length} kinds; 100 are the most`);
  if (kind === 'offers' && rows.length > 1) wrong(rows[1], 'kind', 'of a piece sold by offer has one line');
  const asking = kind === 'offers' && rows[0] ? priceOf(rows[0]) : null;
  return {
    problems,
    terms: {
      kind: kind === 'offers' ? 'offers' : 'fixed_price',
      askingPrice: asking ?? (kind === 'offers' ? (known?.askingPrice ?? null) : null),
      offerPolicy: known?.offerPolicy ?? { acceptsOffers: kind === 'offers' },
      optionNames: kind === 'offers' ? [] : optionNames,
      variants,
      shipping: known?.shipping ?? { zones: [], combined: false, handlingDays: 3, pickup: false, pickupPlace: null },
      shippingProfileId: profile?.id ?? known?.shippingProfileId ?? null,
      returns: { days: allowed ?? 0, postage: postage === 'maker' ? 'maker' : 'buyer' },
    },
  };
};
