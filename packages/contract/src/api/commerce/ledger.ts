// a maker's balance
import { Type } from 'typebox';
import { defineApi } from '../../endpoint.ts';
import { Id, Instant, Money, Nullable, Strict } from '../../schema.ts';

export const ledgerApi = defineApi({
  'GET /makers/me/balance': {
    summary: 'What is held for me, what was paid out, and the ledger lines behind it',
    action: 'ledger.read',
    response: Strict({
      held: Money,
      paidOut: Money,
      lines: Type.Array(
        Strict({
          at: Instant,
          kind: Type.String(),
          orderId: Nullable(Id),
          amount: Type.Integer(),
          currency: Type.String(),
        }),
      ),
    }),
  },
});
