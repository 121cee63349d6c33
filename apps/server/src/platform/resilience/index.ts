// Calls to the outside: time-out, tries with back-off and jitter, circuit breaker, bulkhead; one policy a provider.
import { DomainError } from '@videowindow/contract';
import {
  BrokenCircuitError,
  BulkheadRejectedError,
  bulkhead,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleWhen,
  retry,
  TaskCancelledError,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel';

export type Provider = {
  /**
   * Runs `call` under the provider's policy.
   * @throws DomainError external_service_unavailable{provider} when it does not answer; errors that are an answer of the
   * provider's (`isAnswer`) pass through untouched and untried.
   */
  call<T>(call: (signal: AbortSignal) => Promise<T>): Promise<T>;
};

/** Numbers of spec: 3 tries, open after 5 failures in a row, half-open after 10 s, at most 20 calls at once. */
export const createProvider = (
  name: string,
  options: {
    timeoutMs: number;
    isAnswer?: (error: unknown) => boolean;
    /** It is there and asks to come again in a moment: no sign of its being down. */
    isBusy?: (error: unknown) => boolean;
    tries?: number;
    coolDownMs?: number;
  },
): Provider => {
  const isAnswer = options.isAnswer ?? (() => false);
  const fault = handleWhen((error) => !(error instanceof BrokenCircuitError));
  const down = handleWhen((error) => !(error instanceof BrokenCircuitError) && !options.isBusy?.(error));
  const policy = wrap(
    bulkhead(20, 200),
    retry(fault, {
      maxAttempts: (options.tries ?? 3) - 1,
      backoff: new ExponentialBackoff({ initialDelay: 100, maxDelay: 2000 }),
    }),
    circuitBreaker(down, { halfOpenAfter: options.coolDownMs ?? 10_000, breaker: new ConsecutiveBreaker(5) }),
    timeout(options.timeoutMs, TimeoutStrategy.Aggressive),
  );
  return {
    async call(call) {
      // A refusal is carried through as a value: the provider answered, which also ends a row of failures.
      const answer = await policy
        .execute(({ signal }) =>
          call(signal).then(
            (value) => ({ value }),
            (error: unknown) => {
              if (isAnswer(error)) return { refusal: error };
              throw error;
            },
          ),
        )
        .catch((error: unknown) => {
          throw Object.assign(new DomainError('external_service_unavailable', { provider: name }), {
            cause: error,
            circuitOpen: error instanceof BrokenCircuitError || error instanceof BulkheadRejectedError,
            timedOut: error instanceof TaskCancelledError,
          });
        });
      if ('refusal' in answer) throw answer.refusal;
      return answer.value;
    },
  };
};
