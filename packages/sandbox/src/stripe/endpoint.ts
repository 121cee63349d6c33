// How an endpoint of the Stripe API is written down, and the parts that many share: lists and expansion.
import type Stripe from 'stripe';
import type { FormMap } from '../web/form.ts';
import { invalid } from './faults.ts';
import { integer, optional, type Read, type Rule, shape, text } from './params.ts';
import type { Kinds, Work } from './work.ts';

export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below the mount, with :names: /v1/checkout/sessions/:id */
  readonly path: string;
  run(work: Work, form: FormMap, ids: Readonly<Record<string, string>>): Answer;
}

/** What is stored and never shown. */
type Hidden = 'account_link' | 'bank_answer' | 'bank_debit' | 'checkout_plan';
type Listed = Kinds[Exclude<keyof Kinds, Hidden>] | Stripe.LineItem;
/** An answer is an object of the SDK's, or a list of such; ids stand where Stripe can expand. */
export type Answer = Listed | Stripe.AccountLink | Stripe.Balance | Stripe.ApiList<Listed>;

/** An endpoint whose parameters are read by `params` before `run` sees them. */
export function endpoint<R extends Rule<unknown>>(definition: {
  method: Endpoint['method'];
  path: string;
  params: R;
  run(work: Work, params: Read<R>, ids: Readonly<Record<string, string>>): Answer;
}): Endpoint {
  return {
    method: definition.method,
    path: definition.path,
    // Read<R> is by definition what the rule R returns.
    run: (work, form, ids) => definition.run(work, definition.params(form, '') as Read<R>, ids),
  };
}

/** An id out of the path; the router has made sure that it is there. */
export function idOf(ids: Readonly<Record<string, string>>, name = 'id'): string {
  const id = ids[name];
  if (id === undefined) throw new Error(`the path has no :${name}`);
  return id;
}

const bounds = shape({
  gt: optional(integer()),
  gte: optional(integer()),
  lt: optional(integer()),
  lte: optional(integer()),
});

/** `created` as a moment or as bounds. */
const createdRange: Rule<{ gt?: number; gte?: number; lt?: number; lte?: number }> = (value, path) => {
  if (typeof value === 'string') {
    const moment = integer()(value, path);
    return { gte: moment, lte: moment };
  }
  return bounds(value, path);
};

/** The parameters that every list takes. */
export const listFields = {
  limit: optional(integer(1, 100)),
  starting_after: optional(text()),
  ending_before: optional(text()),
  created: optional(createdRange),
};

interface PageParams {
  limit: number | undefined;
  starting_after: string | undefined;
  ending_before: string | undefined;
  created?: { gt?: number; gte?: number; lt?: number; lte?: number } | undefined;
}

/** A page of what a stored object holds, in its order. */
export function pageOf<T extends { id: string }>(
  items: readonly T[],
  url: string,
  params: Partial<Omit<PageParams, 'created'>> = {},
): Stripe.ApiList<T> {
  const { starting_after: after, ending_before: before, limit = 10 } = params;
  const place = (id: string, param: string) => {
    const at = items.findIndex((item) => item.id === id);
    if (at === -1) throw invalid(`No such item: '${id}'`, param, 'resource_missing');
    return at;
  };
  if (before !== undefined) {
    const end = place(before, 'ending_before');
    const start = Math.max(0, end - limit);
    return { object: 'list', data: items.slice(start, end), has_more: start > 0, url };
  }
  const start = after === undefined ? 0 : place(after, 'starting_after') + 1;
  return {
    object: 'list',
    data: items.slice(start, start + limit),
    has_more: items.length > start + limit,
    url,
  };
}

/** A page of stored objects, newest first. `where` names top-level fields; undefined ones don't filter. */
export function listPage<K extends keyof Kinds>(
  work: Work,
  kind: K,
  url: string,
  params: PageParams,
  where: Record<string, string | undefined> = {},
): Stripe.ApiList<Kinds[K]> {
  if (params.starting_after !== undefined && params.ending_before !== undefined) {
    throw invalid('You can only use one of starting_after and ending_before.', 'ending_before');
  }
  const limit = params.limit ?? 10;
  const matches = Object.entries(where).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const found = work.list(kind, {
    where: Object.fromEntries(matches),
    limit: limit + 1,
    ...(params.created === undefined ? {} : { created: params.created }),
    ...(params.starting_after === undefined ? {} : { after: params.starting_after }),
    ...(params.ending_before === undefined ? {} : { before: params.ending_before }),
  });
  const page = found.slice(0, limit).map((stored) => stored.value);
  if (params.ending_before !== undefined) page.reverse();
  return { object: 'list', data: page, has_more: found.length > limit, url };
}
