// Events: what happened, in the order it did; the safety net under lost webhooks.
import type Stripe from 'stripe';
import { endpoint, idOf, listFields } from './endpoint.ts';
import { invalid } from './faults.ts';
import { list, optional, paramsOf, text } from './params.ts';

export const eventEndpoints = [
  endpoint({
    method: 'GET',
    path: '/v1/events',
    params: paramsOf<Stripe.EventListParams>()({
      ...listFields,
      type: optional(text()),
      types: optional(list(text(), 1)),
    }),
    run(work, params) {
      if (params.type !== undefined && params.types !== undefined) {
        throw invalid('You may only specify one of these parameters: type, types.', 'types');
      }
      const wanted = params.types ?? (params.type === undefined ? undefined : [params.type]);
      const limit = params.limit ?? 10;
      const newestFirst = work
        .list('event', {
          ...(params.created === undefined ? {} : { created: params.created }),
          ...(params.starting_after === undefined ? {} : { after: params.starting_after }),
          ...(params.ending_before === undefined ? {} : { before: params.ending_before }),
        })
        .map((stored) => stored.value)
        .filter((event) => wanted === undefined || wanted.some((type) => matches(type, event.type)));
      const data = newestFirst.slice(0, limit);
      if (params.ending_before !== undefined) data.reverse();
      const page: Stripe.ApiList<Stripe.EventBase> = {
        object: 'list',
        data,
        has_more: newestFirst.length > limit,
        url: '/v1/events',
      };
      return page;
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/events/:id',
    params: paramsOf<Stripe.EventRetrieveParams>()({}),
    run: (work, _params, ids) => work.require('event', idOf(ids)),
  }),
];

/** 'charge.*' stands for every type that begins with 'charge.'. */
function matches(wanted: string, type: string): boolean {
  return wanted.endsWith('*') ? type.startsWith(wanted.slice(0, -1)) : wanted === type;
}
