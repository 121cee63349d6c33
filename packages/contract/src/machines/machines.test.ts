// Every machine, exhaustively: each state × command × way, allowed exactly when its guards hold.
import { describe, expect, test } from 'vitest';
import { apply, type Facts, isFinal, type Machine, markdownTable, possibleCommands, statesOf } from '../machine.ts';
import { applicationMachine } from './application.ts';
import { auctionMachine } from './auction.ts';
import { disputeMachine } from './dispute.ts';
import { issueMachine } from './issue.ts';
import { listingMachine } from './listing.ts';
import { lockMachine } from './lock.ts';
import { moneyCaseMachine } from './money-case.ts';
import { offerMachine } from './offer.ts';
import { orderMachine } from './order.ts';
import { paymentMachine } from './payment.ts';
import { payoutMachine } from './payout.ts';
import { refundMachine } from './refund.ts';
import { returnLabelMachine } from './return-label.ts';
import { standingMachine } from './standing.ts';
import { storyMachine } from './story.ts';
import { transferMachine } from './transfer.ts';

// The walk below needs no literal types: each machine is read as one over plain strings.
type AnyMachine = Machine<string, string, string>;
const machines = [
  storyMachine,
  listingMachine,
  offerMachine,
  auctionMachine,
  lockMachine,
  paymentMachine,
  refundMachine,
  transferMachine,
  orderMachine,
  issueMachine,
  returnLabelMachine,
  payoutMachine,
  disputeMachine,
  moneyCaseMachine,
  standingMachine,
  applicationMachine,
] as readonly unknown[] as readonly AnyMachine[];

const commandsOf = (machine: AnyMachine): string[] => [
  ...new Set(statesOf(machine).flatMap((state) => Object.keys(machine.transitions[state] ?? {}))),
];
const waysOf = (machine: AnyMachine, state: string, command: string) => machine.transitions[state]?.[command] ?? [];
const stating = (guards: readonly string[]): Facts<string> => Object.fromEntries(guards.map((guard) => [guard, true]));

/** The states that each machine may end in: nothing else is a dead end. */
const finals: Record<string, string[]> = {
  story: ['removed'],
  listing: ['withdrawn'],
  offer: [
    'accepted',
    'countered',
    'declined',
    'auto_declined',
    'expired',
    'withdrawn',
    'superseded',
    'converted_to_bid',
  ],
  auction: ['sold', 'no_sale', 'cancelled'],
  lock: ['paid', 'released'],
  payment: ['refunded', 'late_refunded'],
  refund: [],
  transfer: ['sent', 'cancelled'],
  payout: ['failed', 'canceled'],
  dispute: ['won', 'lost', 'closed'],
  'money case': ['released'],
  standing: [],
  application: ['approved', 'declined', 'withdrawn'],
  order: ['completed', 'cancelled'],
  issue: ['resolved', 'refunded', 'partially_refunded', 'decided'],
  'return label': ['refused', 'ready'],
};

describe.each(machines.map((machine) => [machine.name, machine] as const))('%s', (name, machine) => {
  test('each command leads where its first way says when all guards of that way hold', () => {
    for (const state of statesOf(machine)) {
      for (const command of commandsOf(machine)) {
        for (const way of waysOf(machine, state, command)) {
          const facts = stating(way.when ?? []);
          const first = waysOf(machine, state, command).find((candidate) =>
            (candidate.when ?? []).every((guard) => facts[guard]),
          );

          expect(apply(machine, state, command, facts)).toEqual({ ok: true, to: first?.to });
          expect(possibleCommands(machine, state, facts)).toContain(command);
        }
      }
    }
  });

  test('a guarded way is refused when one of its guards is missing, and the refusal says what is possible', () => {
    for (const state of statesOf(machine)) {
      for (const command of commandsOf(machine)) {
        const ways = waysOf(machine, state, command);
        if (ways.some((way) => !way.when?.length)) continue;
        for (const way of ways) {
          for (const missing of way.when ?? []) {
            const facts = stating((way.when ?? []).filter((guard) => guard !== missing));
            const another = ways.some((candidate) => (candidate.when ?? []).every((guard) => facts[guard]));
            if (another) continue;

            expect(apply(machine, state, command, facts)).toEqual({
              ok: false,
              code: 'invalid_transition',
              from: state,
              command,
              possible: possibleCommands(machine, state, facts),
            });
          }
        }
      }
    }
  });

  test('a command that a state does not know is refused whatever the facts', () => {
    const everything = stating(
      statesOf(machine).flatMap((state) =>
        commandsOf(machine).flatMap((command) => waysOf(machine, state, command).flatMap((way) => way.when ?? [])),
      ),
    );
    for (const state of statesOf(machine)) {
      for (const command of commandsOf(machine)) {
        if (waysOf(machine, state, command).length > 0) continue;

        expect(apply(machine, state, command, everything)).toMatchObject({ ok: false, from: state, command });
        expect(possibleCommands(machine, state, everything)).not.toContain(command);
      }
    }
  });

  test('every state is reached from the first, and only the stated ones are dead ends', () => {
    const reached = new Set([machine.initial]);
    for (const state of reached) {
      for (const command of commandsOf(machine)) {
        for (const way of waysOf(machine, state, command)) reached.add(way.to);
      }
    }

    expect([...reached].sort()).toEqual(statesOf(machine).sort());
    expect(
      statesOf(machine)
        .filter((state) => isFinal(machine, state))
        .sort(),
    ).toEqual(finals[name]?.sort());
  });

  test('the table has a row for each way', () => {
    const ways = statesOf(machine).flatMap((state) =>
      commandsOf(machine).flatMap((command) =>
        waysOf(machine, state, command).map(
          (way) => `| ${state} | ${command} | ${(way.when ?? []).join(', ')} | ${way.to} |`,
        ),
      ),
    );
    const table = markdownTable(machine).split('\n');

    for (const row of ways) expect(table).toContain(row);
  });
});
