/**
 * The terminal program as a function: arguments in, exit status out. It owns the table of exit statuses and what is
 * said when something goes wrong; what the verbs do is in verbs/.
 */
import os from 'node:os';
import { Command, CommanderError, Help } from 'commander';
import { SteerscopeError, UsageError } from '../core/errors.ts';
import { quoted } from '../core/format/quoted.ts';
import { nearestNames } from '../core/nearest.ts';
import { steerscopeHome } from '../files/paths.ts';
import { VERSION } from '../protocol/version.ts';
import { callOf } from './cli.ts';
import type { Cli, EngineProgram } from './cli.ts';
import { Interrupt } from './interrupt.ts';
import { Output } from './output.ts';
import type { Environment, OutputStream } from './output.ts';
import { VERBS } from './verbs/index.ts';

/** What the program does not take for itself, so that a test can give it something else. */
export interface Surroundings {
  readonly engine: EngineProgram;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Environment;
  /** Where the signals come from. */
  readonly signals: NodeJS.EventEmitter;
  /** Ends the process at once. */
  readonly exit: (status: number) => void;
}

export const EXIT = { done: 0, failed: 1, usage: 2 } as const;

/** Runs one call of the program and resolves to its exit status. Never rejects. */
export async function runCli(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const output = new Output(surroundings.stdout, surroundings.stderr, surroundings.env);
  const interrupt = new Interrupt(surroundings.exit);
  output.onReaderGone = () => interrupt.raise(EXIT.done);
  const cli: Cli = { engine: surroundings.engine, home: homeFolder(surroundings.env), output, interrupt };
  let status: number = EXIT.done;
  const program = buildProgram(cli, (verbStatus) => (status = verbStatus));
  const stopListening = interrupt.listen(surroundings.signals);
  try {
    await program.parseAsync(args, { from: 'user' });
    return interrupt.status ?? status;
  } catch (error) {
    if (interrupt.status === undefined) return explain(error, args, program, output);
    if (interrupt.status !== EXIT.done) output.error('interrupted');
    return interrupt.status;
  } finally {
    stopListening();
  }
}

function homeFolder(env: Environment): string {
  return steerscopeHome({ env, platform: process.platform, homeFolder: os.homedir() });
}

/** The commands, without anything that exits or prints by itself but help. */
function buildProgram(cli: Cli, done: (status: number) => void): Command {
  const program = new Command('steerscope')
    .description('Look inside a local code model, and steer it.')
    .usage('VERB [options]')
    .version(VERSION, '--version')
    .exitOverride()
    // A switch is off unless it is given: that goes without saying.
    .configureHelp({
      optionDescription(option) {
        return option.isBoolean() ? option.description : Help.prototype.optionDescription.call(this, option);
      },
    })
    .configureOutput({
      writeOut: (text) => cli.output.write(text),
      writeErr: (text) => cli.output.note(text.trimEnd()),
      outputError: () => {},
    });
  for (const verb of VERBS) verb.attach(program, cli, done);
  return program;
}

/** Says what went wrong, and what to do; returns the exit status for it. */
function explain(error: unknown, args: readonly string[], program: Command, output: Output): number {
  if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done;
  if (error instanceof CommanderError && error.code === 'commander.help') return EXIT.usage;
  if (error instanceof CommanderError || error instanceof UsageError) {
    const { message, advice } = error instanceof UsageError ? error : wrongCall(error, calledCommand(args, program));
    output.error(message, advice);
    output.note(usage(calledCommand(args, program)));
    return EXIT.usage;
  }
  if (error instanceof SteerscopeError && error.reason !== 'internal') output.error(error.message, error.advice);
  else output.error(`internal error: ${messageOf(error)}`, 'This is a fault of Steerscope; --verbose shows more.');
  return EXIT.failed;
}

/** The verb that was called, inside of its group where it has one; the program itself where none was. */
function calledCommand(args: readonly string[], program: Command): Command {
  const words = args.filter((argument) => !argument.startsWith('-'));
  let called = program;
  for (const word of words) {
    const next = called.commands.find((candidate) => candidate.name() === word);
    if (next === undefined) break;
    called = next;
  }
  return called;
}

/** Commander's complaint in our form. */
function wrongCall(error: CommanderError, program: Command): { message: string; advice: string } {
  const [message = '', advice = ''] = error.message.replace(/^error: /, '').split('\n');
  const unknown = /^unknown command '(.*)'$/s.exec(message)?.[1];
  if (unknown === undefined) return { message, advice: advice.replace(/^\((.*)\)$/, '$1') };
  const nearest = nearestNames(
    unknown,
    program.commands.map((command) => command.name()),
  );
  return { message: `there is no verb ${quoted(unknown)}`, advice: `The nearest are: ${nearest.join(', ')}.` };
}

function usage(command: Command): string {
  const path = callOf(command).join(' ');
  return `Usage: ${path} ${command.usage()}\nAll options: ${path} --help`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
