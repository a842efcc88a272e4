/**
 * Trials of the engine as a process: killed by SIGKILL at a seeded moment of a seeded kind of work, in one home that all
 * of them share. After each kill the parent must have been told, nothing that was acknowledged may be lost, nothing may
 * be torn, and the next engine must do what the one before did.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEngine } from '../../src/client/engineClient.ts';
import type { EngineHandle } from '../../src/client/engineClient.ts';
import { bytesSource } from '../../src/core/byteSource.ts';
import { SteerscopeError } from '../../src/core/errors.ts';
import { parseSafetensorsHeader } from '../../src/core/format/safetensors.ts';
import { createRandom } from '../../src/core/stats/random.ts';
import { quantile } from '../../src/core/stats/quantiles.ts';
import { openStore } from '../../src/engine/store/store.ts';
import { homeFolders } from '../../src/files/paths.ts';
import { engineSchemas } from '../../src/protocol/engineSchemas.ts';
import type { EngineService, LogitsResult } from '../../src/protocol/engineService.ts';
import { isAlive } from '../unit/client/startToy.ts';

export const PHASES = ['load', 'capture', 'fit', 'save'] as const;
export type Phase = (typeof PHASES)[number];

export interface KillOptions {
  /** The bundle of the engine. */
  readonly engine: string;
  readonly model: string;
  /** An empty folder for everything that the trials write. */
  readonly folder: string;
  readonly kills: number;
  readonly seed: number;
  /** Called after each kill. */
  readonly onKill?: (done: number) => void;
}

/** What a run of trials found. Torn or lost work, an orphan or a parent that was not told is no figure: it throws. */
export interface KillReport {
  readonly kills: number;
  readonly seed: number;
  readonly byPhase: Readonly<Record<Phase, number>>;
  readonly acknowledged: { readonly artefacts: number; readonly captures: number };
  /** Artefacts whose save was complete and not yet acknowledged when the kill came. */
  readonly savedUnsaid: number;
  /** Temporary files that the kills left, all gone after the next work in the same place. */
  readonly leftOvers: number;
  /** From the kill to the next engine's first logits, in milliseconds. */
  readonly backMs: { readonly median: number; readonly p95: number; readonly worst: number };
}

/** Moments after the beginning of the work, in milliseconds: as long as a few rounds of it take. */
const WINDOW_MS: Readonly<Record<Phase, number>> = { load: 250, capture: 200, fit: 250, save: 300 };

const TEXT = { text: 'for the class of functions', special: false };
const SIDES = { positive: ['please', 'thank you'], negative: ['go away', 'no'] };

/** Kills `options.kills` engines, one after another. @throws AssertionError for whatever was torn, lost or left running */
export async function killEngines(options: KillOptions): Promise<KillReport> {
  const trial = new EngineTrial(options);
  await trial.prepare();
  for (let kill = 1; kill <= options.kills; kill++) {
    await trial.kill(kill);
    options.onKill?.(kill);
  }
  return trial.report();
}

class EngineTrial {
  readonly #random;
  readonly #home: string;
  readonly #captures: string;
  readonly #byPhase: Record<Phase, number> = { load: 0, capture: 0, fit: 0, save: 0 };
  readonly #artefacts = new Set<string>();
  readonly #savedCaptures = new Set<string>();
  readonly #backMs: number[] = [];
  #expected: LogitsResult | undefined;
  #savedUnsaid = 0;
  #leftOvers = 0;
  #count = 0;

  constructor(private readonly options: KillOptions) {
    this.#random = createRandom(options.seed);
    this.#home = path.join(options.folder, 'home');
    this.#captures = path.join(options.folder, 'captures');
  }

  async prepare(): Promise<void> {
    await fs.mkdir(this.#captures, { recursive: true });
    const engine = await this.#start();
    this.#expected = await this.#firstLogits(engine);
    await engine.dispose();
  }

  /** One engine, one kill, and everything that must hold afterwards. */
  async kill(n: number): Promise<void> {
    const phase = PHASES[n % PHASES.length] ?? 'load';
    this.#byPhase[phase]++;
    // Preparing the weights is the part of loading in which files are written.
    if (phase === 'load') await fs.rm(homeFolders(this.#home).packed, { recursive: true, force: true });
    const engine = await this.#start();
    if (phase !== 'load') await this.#open(engine);
    const work = this.#workUntilKilled(engine, phase);
    await sleep(this.#random.next() * WINDOW_MS[phase]);
    const killedMs = performance.now();
    process.kill(engine.pid, 'SIGKILL');
    const { signal, isExpected } = await engine.exited;
    assert.deepEqual([signal, isExpected], ['SIGKILL', false]);
    const underWay = await work;
    assert.ok(!isAlive(engine.pid), 'an engine outlived its kill');
    await this.#assertNothingTorn(underWay);

    const next = await this.#start();
    assert.deepEqual(await this.#firstLogits(next), this.#expected);
    this.#backMs.push(performance.now() - killedMs);
    await this.#assertTidied(next);
    await next.dispose();
    assert.ok(!isAlive(next.pid));
  }

  report(): KillReport {
    return {
      kills: this.options.kills,
      seed: this.options.seed,
      byPhase: this.#byPhase,
      acknowledged: { artefacts: this.#artefacts.size, captures: this.#savedCaptures.size },
      savedUnsaid: this.#savedUnsaid,
      leftOvers: this.#leftOvers,
      backMs: { median: this.#back(0.5), p95: this.#back(0.95), worst: this.#back(1) },
    };
  }

  #back(q: number): number {
    return Math.round(quantile(this.#backMs, q));
  }

  #start(): Promise<EngineHandle<EngineService>> {
    return startEngine<EngineService>({ modulePath: this.options.engine, schemas: engineSchemas });
  }

  async #open({ client }: EngineHandle<EngineService>): Promise<void> {
    const { model } = this.options;
    await client.open({ model, precision: 'fast', threads: 1, home: this.#home, get: false });
  }

  async #firstLogits(engine: EngineHandle<EngineService>): Promise<LogitsResult> {
    await this.#open(engine);
    return engine.client.logits({ ...TEXT, top: 5 });
  }

  /** Does one kind of work again and again. Resolves, when the engine dies, to the name that was being worked on. */
  async #workUntilKilled(engine: EngineHandle<EngineService>, phase: Phase): Promise<string> {
    for (;;) {
      const name = `${phase}-${++this.#count}`;
      try {
        await this.#workOnce(engine, phase, name);
      } catch (error) {
        assert.ok(SteerscopeError.is(error, 'engine-died'), `a call ended otherwise: ${String(error)}`);
        return name;
      }
    }
  }

  async #workOnce(engine: EngineHandle<EngineService>, phase: Phase, name: string): Promise<void> {
    switch (phase) {
      case 'load':
        await this.#firstLogits(engine);
        break;
      case 'capture':
        await engine.client.capture({ ...TEXT, hooks: '*', out: path.join(this.#captures, name) });
        this.#savedCaptures.add(name);
        break;
      case 'fit':
      case 'save': {
        // A fit of many texts is mostly killed in the middle of it, one of few while it saves.
        const times = phase === 'fit' ? 50 : 1;
        const [positive, negative] = [SIDES.positive, SIDES.negative].map((side) => Array(times).fill(side).flat());
        const contrast = { kind: 'prompts', positive, negative } as const;
        await engine.client.fit({ method: 'dim', contrast, name, replace: false, seed: 0 });
        this.#artefacts.add(name);
      }
    }
  }

  /** What was acknowledged is there and whole; what was under way is there whole, or not at all. */
  async #assertNothingTorn(underWay: string): Promise<void> {
    const store = openStore(homeFolders(this.#home).store);
    const { artefacts, damaged } = await store.list();
    assert.deepEqual(damaged, [], 'an artefact is torn');
    const names = new Set(artefacts.map(({ name }) => name));
    for (const name of this.#artefacts) assert.ok(names.has(name), `${name} was acknowledged, and is lost`);
    for (const name of names) {
      await store.load(name);
      if (this.#artefacts.has(name)) continue;
      assert.equal(name, underWay, `${name} is there, and nobody has made it`);
      this.#artefacts.add(name);
      this.#savedUnsaid++;
    }
    for (const name of await fs.readdir(this.#captures)) {
      if (isTemporary(name)) continue;
      assert.ok(this.#savedCaptures.has(name) || name === underWay, `${name} is there, and nobody has made it`);
      parseSafetensorsHeader(bytesSource(await fs.readFile(path.join(this.#captures, name)), name));
      this.#savedCaptures.add(name);
    }
    for (const name of this.#savedCaptures) await fs.access(path.join(this.#captures, name));
    this.#leftOvers += (await this.#temporaries()).length;
  }

  /** After work in each place, no temporary file of a killed engine is left in any. */
  async #assertTidied({ client }: EngineHandle<EngineService>): Promise<void> {
    await client.capture({ ...TEXT, hooks: 'hook_embed', out: path.join(this.#captures, 'tidy') });
    this.#savedCaptures.add('tidy');
    const contrast = { kind: 'prompts', ...SIDES } as const;
    await client.fit({ method: 'dim', contrast, name: 'tidy', replace: true, seed: 0 });
    this.#artefacts.add('tidy');
    assert.deepEqual(await this.#temporaries(), []);
  }

  async #temporaries(): Promise<string[]> {
    return (await fs.readdir(this.options.folder, { recursive: true })).filter(isTemporary);
  }
}

function isTemporary(name: string): boolean {
  return /\.steerscope-tmp(?:$|\/)/.test(name);
}
