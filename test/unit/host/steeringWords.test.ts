/** What is said of a choice at a place, in the status bar, in comparisons and where a completion is taken apart. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseSteering, type SteeredPlace, type SteeringChoice } from '../../../src/core/steering/choice.ts';
import { inspectionText, type Inspection } from '../../../src/host/inspect/inspectionText.ts';
import './fake/register.ts';

const { steeringInWords } = await import('../../../src/host/steering/steeringWords.ts');

const DIRECTIONS = [{ name: 'cpp', surface: 'answer', language: 'cpp' }] as const;
const ASKING = { surface: 'answer', canAnswer: true } as const;
const MIDDLE = { surface: 'raw', canAnswer: false } as const;

/** As it is said of a place. */
function said(choice: SteeringChoice, place: SteeredPlace): string {
  return steeringInWords(choice, chooseSteering(choice, place, DIRECTIONS));
}

test('automatic steering is said with its language, and how it gets there', () => {
  const auto: SteeringChoice = { kind: 'auto', strength: 1.25 };
  assert.equal(said(auto, { ...ASKING, language: 'cpp' }), 'auto ×1.25 (C++)');
  assert.equal(said(auto, { ...ASKING, language: 'go' }), 'auto (Go, asked in words)');
  assert.equal(said(auto, { ...MIDDLE, language: 'go' }), 'auto (nothing steers here)');
  assert.equal(said(auto, ASKING), 'auto (nothing steers here)');
});

test('a chosen language, a direction and off are said as what they come to', () => {
  const to = (language: 'cpp' | 'go'): SteeringChoice => ({ kind: 'language', language, strength: 2 });
  assert.equal(said(to('cpp'), ASKING), 'C++ ×2');
  assert.equal(said(to('go'), ASKING), 'Go (asked in words)');
  assert.equal(said(to('cpp'), MIDDLE), 'C++ (nothing steers here)');
  assert.equal(said({ kind: 'direction', name: 'cpp', strength: 1 }, ASKING), 'cpp');
  assert.equal(said({ kind: 'direction', name: 'cpp', strength: 1 }, MIDDLE), 'cpp (nothing steers here)');
  assert.equal(said({ kind: 'off' }, ASKING), 'off');
});

test('an inspection says that the language was asked for in words, and that nothing steered', () => {
  const inspection: Inspection = {
    where: 'main.go:3',
    model: 'small',
    precision: 'fast',
    surface: 'answer',
    prompt: 'sort a list Use Go.',
    prefill: '',
    text: 'x',
    steer: [],
    language: { name: 'Go', confidence: 0.5 },
    figures: { tokens: 1, promptMs: 1, decodeMs: 1 },
    plain: { ids: [1], layers: [] },
  };
  const steeringOf = (text: string): string[] => text.split('\n').filter((line) => line.startsWith('- Steering'));
  assert.deepEqual(steeringOf(inspectionText(inspection)), ['- Steering: none']);
  assert.deepEqual(steeringOf(inspectionText({ ...inspection, named: 'Go' })), [
    '- Steering: none; asked for Go in words, as no direction leads to it here',
  ]);
});
