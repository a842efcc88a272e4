/** What every verb is given, and how a verb is declared. */
import type { Command, Option } from 'commander';
import type { Interrupt } from './interrupt.ts';
import { commonOptions } from './options.ts';
import type { CommonOptions } from './options.ts';
import type { Output } from './output.ts';

/** The program that is forked as the engine. */
export interface EngineProgram {
  readonly modulePath: string;
  readonly execArgv: readonly string[];
}

/** The running program, as its verbs see it. */
export interface Cli {
  readonly engine: EngineProgram;
  /** The folder of models and artefacts. */
  readonly home: string;
  readonly output: Output;
  readonly interrupt: Interrupt;
}

export interface VerbSpec<Options> {
  readonly name: string;
  /** One line. */
  readonly summary: string;
  /** The operand that must be given, such as `name`. */
  readonly operand?: string;
  /** Further operands that must be given, after that one. */
  readonly moreOperands?: readonly string[];
  readonly options: readonly Option[];
  /** Options of every verb that this one refuses, such as `--seed`: help does not list them. */
  readonly refused?: readonly string[];
  /** What the options do not say, such as what is in a file. */
  readonly details?: string;
  /** Calls without the program's name. */
  readonly examples: readonly string[];
  /** Does the work. A returned number is the exit status, 0 where there is none. */
  run(
    options: Options & CommonOptions,
    cli: Cli,
    operand: string,
    moreOperands: readonly string[],
  ): Promise<number | void>;
}

export interface Verb {
  readonly name: string;
  /** Adds the verb to the program; `done` is told the exit status. */
  attach(program: Command, cli: Cli, done: (status: number) => void): void;
}

/** Declares a verb. `Options` are the values of `spec.options`, as their parsers leave them. */
export function defineVerb<Options>(spec: VerbSpec<Options>): Verb {
  return {
    name: spec.name,
    attach(program, cli, done) {
      const command = program.command(spec.name).summary(spec.summary).description(`${spec.summary}.`);
      if (spec.operand !== undefined) command.argument(`<${spec.operand}>`);
      for (const operand of spec.moreOperands ?? []) command.argument(`<${operand}>`);
      for (const option of spec.options) command.addOption(option);
      for (const option of commonOptions())
        command.addOption(
          option.helpGroup('Options of every verb:').hideHelp(spec.refused?.includes(option.long ?? '')),
        );
      if (spec.details !== undefined) command.addHelpText('after', `\n${spec.details}`);
      const call = [...callOf(program), spec.name].join(' ');
      const examples = spec.examples.map((example) => `  ${call}${example && ` ${example}`}`);
      command.addHelpText('after', `\n${examples.length > 1 ? 'Examples' : 'Example'}:\n${examples.join('\n')}`);
      command.action(async () => {
        const [operand = '', ...more] = command.args;
        const status = await spec.run(command.opts<Options & CommonOptions>(), cli, operand, more);
        done(status ?? 0);
      });
    },
  };
}

/** Declares a verb that has verbs of its own: `steerscope NAME VERB`. */
export function defineGroup(spec: {
  readonly name: string;
  readonly summary: string;
  readonly verbs: readonly Verb[];
}): Verb {
  return {
    name: spec.name,
    attach(program, cli, done) {
      const group = program.command(spec.name).summary(spec.summary).description(`${spec.summary}.`);
      for (const verb of spec.verbs) verb.attach(group, cli, done);
    },
  };
}

/** The words that lead to a command, the program's own name first. */
export function callOf(command: Command): string[] {
  return [...(command.parent ? callOf(command.parent) : []), command.name()];
}
