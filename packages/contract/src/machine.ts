// A state machine as plain data: state × command → guards → state. The same data decides on the server,
// shows buttons in the client, makes the documentation's table and drives the exhaustive tests.

/** Where a command leads when all its guards hold. Guards are names of facts that the caller states. */
export type Way<S extends string, G extends string> = { readonly to: S; readonly when?: readonly G[] };

/** For each state, the commands it knows; of several ways the first whose guards all hold is taken. */
export type Transitions<S extends string, C extends string, G extends string> = {
  readonly [state in S]: { readonly [command in C]?: readonly Way<S, G>[] };
};

export type Machine<S extends string, C extends string, G extends string> = {
  readonly name: string;
  readonly initial: S;
  readonly transitions: Transitions<S, C, G>;
};

/** What is known to hold now; a fact that is not stated does not hold. */
export type Facts<G extends string> = { readonly [guard in G]?: boolean };

export type Applied<S extends string, C extends string> =
  | { readonly ok: true; readonly to: S }
  | {
      readonly ok: false;
      readonly code: 'invalid_transition';
      readonly from: S;
      readonly command: C;
      /** The commands that would be taken from here, the facts being what they are. */
      readonly possible: readonly C[];
    };

/** Where a command leads from a state, or why it leads nowhere. Pure. */
export function apply<S extends string, C extends string, G extends string>(
  machine: Machine<S, C, G>,
  state: S,
  command: C,
  facts: Facts<G> = {},
): Applied<S, C> {
  const ways = machine.transitions[state][command] ?? [];
  const way = ways.find((candidate) => holds(candidate, facts));
  if (way) return { ok: true, to: way.to };
  return {
    ok: false,
    code: 'invalid_transition',
    from: state,
    command,
    possible: possibleCommands(machine, state, facts),
  };
}

/** The commands that would be taken from a state; in the order in which the machine lists them. */
export function possibleCommands<S extends string, C extends string, G extends string>(
  machine: Machine<S, C, G>,
  state: S,
  facts: Facts<G> = {},
): C[] {
  return commandsOf(machine, state).filter((command) =>
    machine.transitions[state][command]?.some((way) => holds(way, facts)),
  );
}

/** Every state of a machine, the initial one first. */
export function statesOf<S extends string, C extends string, G extends string>(machine: Machine<S, C, G>): S[] {
  // Object.keys widens to string; the keys of `transitions` are exactly S by its type.
  const states = Object.keys(machine.transitions) as S[];
  return [machine.initial, ...states.filter((state) => state !== machine.initial)];
}

/** True when no command leads out of a state. */
export function isFinal<S extends string, C extends string, G extends string>(
  machine: Machine<S, C, G>,
  state: S,
): boolean {
  return commandsOf(machine, state).length === 0;
}

/** The machine as a markdown table, for docs/. */
export function markdownTable<S extends string, C extends string, G extends string>(machine: Machine<S, C, G>): string {
  const rows = statesOf(machine).flatMap((state) => {
    const commands = commandsOf(machine, state);
    if (commands.length === 0) return [`| ${state} | (final) | | |`];
    return commands.flatMap((command) =>
      (machine.transitions[state][command] ?? []).map(
        (way) => `| ${state} | ${command} | ${(way.when ?? []).join(', ')} | ${way.to} |`,
      ),
    );
  });
  return [`| state | command | when | to |`, '| --- | --- | --- | --- |', ...rows].join('\n');
}

function commandsOf<S extends string, C extends string, G extends string>(machine: Machine<S, C, G>, state: S): C[] {
  // As in statesOf: the keys are C by the type of `transitions`.
  return Object.keys(machine.transitions[state]) as C[];
}

function holds<S extends string, G extends string>(way: Way<S, G>, facts: Facts<G>): boolean {
  return (way.when ?? []).every((guard) => facts[guard] === true);
}
