/** Where a decode step's time goes: ONNX Runtime's own profile of every node, on one thread, summed by what the nodes are for. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import type { Precision } from '../../src/core/weights/plan.ts';
import type { LoadedModel } from '../../src/engine/model/loadedModel.ts';
import { MainSession } from '../../src/engine/session/mainSession.ts';
import { PROMPT, promptOf } from './speed.ts';

const STEPS = 40;
const WARM_UP = 5;

export interface NodeShare {
  /** The operator, and for products what is multiplied. */
  readonly what: string;
  readonly nodes: number;
  /** Of the lower quartile of a node's time, times its nodes: a step that no other process interrupts. */
  readonly milliseconds: number;
}

interface ProfileEvent {
  readonly cat: string;
  readonly name: string;
  readonly ts: number;
  readonly dur: number;
  readonly args?: { readonly op_name?: string };
}

/** Profiles steps of `rows` rows in a precision. The model lends its packed weights, and is left as it is. */
export async function profileSteps(model: LoadedModel, precision: Precision, rows: number): Promise<NodeShare[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'steerscope-profile-'));
  try {
    const { sessions, restore } = profileNewSessions(path.join(folder, 'profile'));
    const settings = { threads: 1, int8Tokens: precision === 'int8' };
    const main = await MainSession.create(model.config, model.packed, settings, model.exactHead).finally(restore);
    const ids = promptOf(PROMPT + STEPS);
    main.reserve(rows, ids.length);
    for (let row = 0; row < rows; row++) await main.prefill(row, { ids: ids.slice(0, PROMPT) });
    for (let i = 0; i < STEPS; i++) {
      const position = PROMPT + i;
      await main.step(Array.from({ length: rows }, () => ({ id: ids[position], position })));
    }
    for (const session of sessions) session.endProfiling();
    await main.release();
    // The session that was opened last runs the steps.
    const [last] = fs.readdirSync(folder).sort().reverse();
    return sharesOf(JSON.parse(fs.readFileSync(path.join(folder, last), 'utf8')) as ProfileEvent[]);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** Every session that is opened before `restore` writes a profile. */
function profileNewSessions(prefix: string): { sessions: InferenceSession[]; restore: () => void } {
  const sessions: InferenceSession[] = [];
  const factory = InferenceSession as unknown as {
    create: (model: Uint8Array, options: InferenceSession.SessionOptions) => Promise<InferenceSession>;
  };
  const create = factory.create.bind(factory);
  factory.create = async (model, options) => {
    const profileFilePrefix = `${prefix}-${sessions.length}`;
    const session = await create(model, { ...options, enableProfiling: true, profileFilePrefix });
    sessions.push(session);
    return session;
  };
  return { sessions, restore: () => (factory.create = create) };
}

function sharesOf(events: readonly ProfileEvent[]): NodeShare[] {
  const steps = events.filter(({ name }) => name === 'model_run').slice(-STEPS + WARM_UP);
  const from = steps[0]?.ts ?? 0;
  const times = new Map<string, number[]>();
  for (const event of events) {
    if (event.cat !== 'Node' || !event.name.endsWith('_kernel_time') || event.ts < from) continue;
    const what = describe(event.args?.op_name ?? '', event.name);
    const known = times.get(what);
    if (known) known.push(event.dur);
    else times.set(what, [event.dur]);
  }
  const shares = [...times].map(([what, all]) => {
    const nodes = all.length / steps.length;
    const quartile = all.sort((a, b) => a - b)[Math.floor(all.length / 4)];
    return { what, nodes, milliseconds: (quartile * nodes) / 1000 };
  });
  return shares.sort((a, b) => b.milliseconds - a.milliseconds);
}

const MATRICES: Readonly<Record<string, string>> = {
  qkv: 'queries, keys, values',
  'attn.out': 'attention output',
  gateUp: 'gate and up',
  'mlp.out': 'MLP output',
  logits: 'head',
};

function describe(operator: string, node: string): string {
  if (!operator.startsWith('MatMul')) return operator;
  const matrix = Object.keys(MATRICES).find((name) => node.includes(name));
  return `${operator}, ${matrix === undefined ? node : MATRICES[matrix]}`;
}
