// a piece held until it is paid
import { type Static, Type } from 'typebox';
import { defineApi } from '../../endpoint.ts';
import { Id, Instant, Money, Nullable, OneOf, Strict } from '../../schema.ts';
import { PersonSummary } from '../people.ts';

export const lockStates = ['held', 'checkout_open', 'processing', 'paid', 'releasing', 'released'] as const;

/** A piece held for one person until they pay. */
export const Lock = Strict({
  id: Id,
  storyId: Id,
  storyTitle: Type.String(),
  maker: PersonSummary,
  reason: OneOf(['auction', 'offer', 'second_chance']),
  state: OneOf(lockStates),
  released: Nullable(OneOf(['expired', 'failed', 'cancelled', 'declined'])),
  item: Money,
  shipping: Money,
  total: Money,
  expiresAt: Instant,
  serverTime: Instant,
  pickup: Type.Boolean({ description: 'Whether the piece may be fetched instead of sent' }),
  shippable: Type.Boolean(),
  orderId: Nullable(Id),
  possible: Type.Array(Type.String()),
});
export type Lock = Static<typeof Lock>;

export const locksApi = defineApi({
  'GET /locks': {
    summary: 'Pieces that wait for my payment',
    action: 'lock.read',
    response: Strict({ items: Type.Array(Lock) }),
  },
  'GET /locks/:id': { summary: 'One of them', action: 'lock.read', response: Lock },
  'POST /locks/:id/checkout': {
    summary: 'Open the hosted checkout; asking again gives the same address',
    action: 'lock.pay',
    body: Strict({ delivery: OneOf(['ship', 'pickup']) }),
    response: Strict({ url: Type.String(), expiresAt: Instant }),
    idempotency: 'required',
    errors: [
      'lock_expired',
      'invalid_transition',
      'checkout_in_progress',
      'external_service_unavailable',
      'capability_off',
    ],
  },
  'POST /locks/:id/decline': {
    summary: 'Say no to a second chance, without a strike',
    action: 'lock.pay',
    response: Lock,
    errors: ['invalid_transition'],
  },
});
