/** A report's data with plausible figures, made up: for looking at a page and for testing its structure. */
import { wilson } from '../../../src/core/stats/wilson.ts';
import type { Answer, Condition } from '../../../src/core/bias/answers.ts';
import type { Dated, ReportData } from '../../../src/cli/report/data.ts';
import type { ProbeLayer, TopLogits } from '../../../src/protocol/engineService.ts';

export const OPENING = 'Here is the code:\n\n```';

const PYTHON = `${OPENING}python
def moving_average(values, width):
    """Return the moving average of a list of numbers."""
    result = []
    for i in range(len(values) - width + 1):
        window = values[i:i + width]
        result.append(sum(window) / width)
    return result
\`\`\`
`;
const CPP = `${OPENING}cpp
#include <iostream>
#include <vector>

std::vector<double> moving_average(const std::vector<double>& values, int width) {
    std::vector<double> result;
    for (int i = 0; i + width <= values.size(); ++i) {
        double sum = 0;
        for (int j = 0; j < width; ++j) sum += values[i + j];
        result.push_back(sum / width);
    }
    return result;
}
\`\`\`
`;

const TASKS = [
  'Write a function that returns the moving average of a list of numbers.',
  'Count how often each word occurs in a text.',
  'Write a program that checks whether a number is prime.',
  'Reverse a string without using a library function.',
  'Merge two sorted lists into one sorted list.',
  'Compute the greatest common divisor of two integers.',
  'Find the shortest path in a grid with obstacles.',
  'Parse a line of comma-separated values.',
  'Convert a temperature from Celsius to Fahrenheit.',
  'Implement a stack with push, pop and peek.',
  'Generate the first n Fibonacci numbers.',
  'Remove duplicates from a list and keep its order.',
];

export function dated<T>(value: T, isKept = false): Dated<T> {
  return { value, at: '2026-11-23T08:04:05.123Z', ms: 41_200, isKept };
}

/** `languages[i]` is what the answer to prompt i is in. */
export function condition(
  languages: readonly string[],
  target = 'cpp',
  text?: (language: string) => string,
): Condition {
  const answers = languages.map((language, i): Answer => ({
    id: `p${i}`,
    text: text?.(language) ?? (language === 'python' ? PYTHON : language === 'none' ? `${OPENING}\n` : CPP),
    tokens: 96,
    stop: 'length',
    language,
    confidence: 0.93,
    ...(language === 'none' ? {} : { parses: i % 5 !== 4 }),
  }));
  const counts: Record<string, number> = {};
  for (const language of languages) counts[language] = (counts[language] ?? 0) + 1;
  const n = languages.length;
  return {
    n,
    counts,
    share: Object.fromEntries(Object.entries(counts).map(([language, count]) => [language, wilson(count, n)])),
    valid: wilson(answers.filter(({ language, parses }) => language === target && parses === true).length, n),
    answers,
  };
}

function repeat(...runs: readonly (readonly [string, number])[]): string[] {
  return runs.flatMap(([language, count]) => Array.from({ length: count }, () => language));
}

const LAYERS = 30;

function probeLayer(layer: number): ProbeLayer {
  const hits = Math.round(180 * (0.34 + 0.52 / (1 + Math.exp(-(layer - 13) / 4))));
  return { layer, accuracy: wilson(hits, 180), majority: 0.2, shuffled: 0.2 + 0.04 * Math.sin(layer * 1.7) };
}

const PIECES = ['python', 'cpp', 'Ġ', 'Ċ', 'c', 'java', 'Ġthe', 'js', 'def', 'C'];

function lensLayers(isSteered: boolean): { layer: number; top: TopLogits[] }[] {
  return Array.from({ length: LAYERS }, (_, layer) => {
    const late = layer > 18;
    const first = late ? (isSteered ? 1 : 0) : (layer * 3 + 2) % 10;
    const top = [0, 1, 2, 3, 4].map((rank): [number, number] => [
      (first + rank * (late ? 1 : 3)) % 10,
      14 + layer / 6 - rank * (late ? 1.6 : 0.4),
    ]);
    return { layer, top: [top] };
  });
}

export function sampleData(): ReportData {
  const pieces = Object.fromEntries(PIECES.map((piece, id) => [String(id), piece]));
  const prompts = TASKS.map((prompt, i) => ({ id: `p${i}`, prompt }));
  const pairs = [
    [66.1, 65.2],
    [65.4, 65.9],
    [64.9, 63.8],
    [66.6, 65.1],
    [65.8, 64.7],
  ].map(([plain = 0, steered = 0], i) => ({
    plain,
    steered,
    first: i % 2 === 0 ? ('plain' as const) : ('steered' as const),
  }));
  const candidates = [12, 14, 16, 18, 20].flatMap((layer) =>
    [0.75, 1, 1.35].flatMap((strength) =>
      ['first:3', 'first:12'].map((scope) => {
        const n = strength === 1 && layer > 12 ? 7 : 3;
        const valid = Math.max(0, Math.round(n * (1 - Math.abs(layer - 16) / 8 - Math.abs(strength - 1))));
        return { layers: [layer], strength, scope, n, onTarget: Math.min(n, valid + 1), valid };
      }),
    ),
  );
  return {
    software: '0.1.0',
    madeAt: '2026-11-23T08:06:10.000Z',
    model: {
      name: 'SmolLM2-135M-Instruct',
      path: 'SmolLM2-135M-Instruct.Q4_1.gguf',
      sha256: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
      architecture: 'llama',
      layers: LAYERS,
      dModel: 576,
      heads: 9,
      kvHeads: 3,
      headWidth: 64,
      vocab: 49152,
      context: 8192,
      weightTypes: { Q4_1: 210, Q8_0: 1, F32: 61 },
      precision: 'fast',
      fingerprint: '3f'.repeat(32),
      infill: false,
    },
    facts: { residentBytes: 312e6, packedBytes: 114e6, precision: 'fast', threads: 2 },
    target: { id: 'cpp', name: 'C++' },
    source: { id: 'python', name: 'Python' },
    settings: {
      seed: 0,
      threads: 2,
      maxTokens: 96,
      repeatPenalty: 1.1,
      opening: OPENING,
      request: 'Use C++.',
      command: 'npm start -- --target cpp --fresh',
    },
    prompts,
    plain: dated(condition(repeat(['python', 11], ['none', 1]))),
    steered: dated(condition(repeat(['cpp', 10], ['c', 1], ['undecided', 1]))),
    asked: dated(condition(repeat(['cpp', 9], ['c', 2], ['python', 1]))),
    dose: 0.19,
    fit: dated({
      schemaVersion: 1,
      id: 'a1'.repeat(16),
      name: 'dim-cpp',
      kind: 'steering',
      method: 'dim',
      target: 'cpp',
      source: 'python',
      createdAt: '2026-11-23T08:04:05.123Z',
      model: {
        name: 'SmolLM2-135M-Instruct',
        fingerprint: '3f'.repeat(32),
        architecture: 'llama',
        dModel: 576,
        layers: LAYERS,
        precision: 'fast',
        weightTypes: { Q4_1: 210 },
      },
      hook: 'resid_post',
      layers: [16],
      positions: 'the mean over the last 8 tokens up to the first line of code',
      chatTemplateHash: null,
      scope: 'first:3',
      strength: 1,
      params: {},
      seed: 0,
      dataHash: '00'.repeat(32),
      figures: { candidates },
      medianNorms: [],
      tensors: { file: 'tensors.safetensors', sha256: '11'.repeat(32), entries: {} },
      software: '0.1.0',
    }),
    probe: dated({
      labels: ['python', 'cpp', 'java', 'rust', 'javascript'],
      n: 180,
      layers: Array.from({ length: LAYERS }, (_, layer) => probeLayer(layer)),
      embedding: { layer: -1, accuracy: wilson(61, 180), majority: 0.2, shuffled: 0.21 },
      askedFor: [{ layer: 0, accuracy: wilson(172, 180), majority: 0.2, shuffled: 0.2 }],
      position: 'one token, 32 tokens into the body of the code',
    }),
    lens: dated({
      prompt: prompts[0] ?? { id: '', prompt: '' },
      plain: { ids: [1, 2], pieces, layers: lensLayers(false) },
      steered: { ids: [1, 2], pieces, layers: lensLayers(true) },
    }),
    speed: dated({
      tokensPerRun: 64,
      pairs,
      medianPlain: 65.8,
      medianSteered: 65.1,
      overhead: 0.017,
      overheadRange: [-0.008, 0.023],
    }),
  };
}
