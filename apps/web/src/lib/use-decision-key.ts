import { useState } from 'react';
import { newKey } from './new-key.ts';

/**
 * One idempotency key a decision: the same thing sent again after a broken line is the same request. What is decided is
 * told in words (`bid 8400`); another thing, or the same after `over`, is a new decision.
 */
export function useDecisionKey(): { of(what: string): string; over(): void } {
  const [keys] = useState(() => {
    let held = { what: '', key: '' };
    return {
      of(what: string) {
        if (held.what !== what || held.key === '') held = { what, key: newKey() };
        return held.key;
      },
      over() {
        held = { what: '', key: '' };
      },
    };
  });
  return keys;
}
