/**
 * One place of the wrong-language study completed and judged: the way from the text round the cursor to what is shown is
 * the editor's own (`placeAt`, `chooseSteering`, `planCompletion`, `tidySuggestion`); only the document and the window are missing.
 */
import { createHash } from 'node:crypto';
import {
  planCompletion,
  steeredPlace,
  type CompletionPlan,
  type CursorText,
  type PlannedModel,
} from '../../src/core/completion/plan.ts';
import { tidySuggestion } from '../../src/core/completion/tidy.ts';
import { askFor, languageNamed } from '../../src/core/language/languages.ts';
import { askInPrompt } from '../../src/core/language/openings.ts';
import { languageAt, placeAt } from '../../src/core/places/findPlaces.ts';
import { chooseSteering, type AvailableDirection, type ChosenSteering } from '../../src/core/steering/choice.ts';
import type { ArtefactManifest } from '../../src/core/artefact/manifest.ts';
import { judgeCode } from '../../src/engine/judge/judge.ts';
import { parseCheck } from '../../src/engine/judge/parser.ts';
import type { GenerateParams, Generated } from '../../src/protocol/engineService.ts';
import { VERSION } from '../../src/protocol/version.ts';
import type { KeptTexts } from './keptTexts.ts';
import type { StudyPlace } from './placesData.ts';
import type { Completed } from './placesPage.ts';

/** Places that are completed at once. */
const ROWS = 16;

/** What one way of completing asks at a cursor. */
export interface Asked {
  readonly cursor: CursorText;
  readonly steering: ChosenSteering;
}

export interface CompletingWay {
  readonly name: string;
  asked(cursor: CursorText, directions: readonly AvailableDirection[]): Asked;
}

const UNSTEERED: ChosenSteering = { surface: 'raw', steer: [] };

/** The text before the cursor continued as it is, as editors without places do. */
const plain: CompletingWay = {
  name: 'plain',
  asked: ({ before, after, language }) => ({ cursor: { before, after, language }, steering: UNSTEERED }),
};

/** As the editor completes with steering off: places that ask are asked as a chat. */
const off: CompletingWay = {
  name: 'off',
  asked: (cursor, directions) => ({
    cursor,
    steering: chooseSteering({ kind: 'off' }, steeredPlace(cursor), directions),
  }),
};

/** Automatic steering, as strong as the editor's setting has it or stronger. */
export const auto = (strength = 1): CompletingWay => ({
  name: strength === 1 ? 'auto' : `auto, strength ${strength}`,
  asked: (cursor, directions) => ({
    cursor,
    steering: chooseSteering({ kind: 'auto', strength }, steeredPlace(cursor), directions),
  }),
});

/** As a chat with the language named behind the request: the rival of steering. */
const named: CompletingWay = {
  name: 'named',
  asked: (cursor) => ({ cursor: inWords(cursor), steering: { surface: cursor.place ? 'answer' : 'raw', steer: [] } }),
};

export const WAYS: readonly CompletingWay[] = [plain, off, auto(), named];

/** Automatic steering of documented bodies as raw text, where a raw direction leads to the language. */
const bodies: CompletingWay = {
  name: 'bodies',
  asked: (cursor, directions) =>
    cursor.place?.surface === 'raw' &&
    directions.some((one) => one.surface === 'raw' && one.language === cursor.language)
      ? {
          cursor,
          steering: chooseSteering(
            { kind: 'auto', strength: 1 },
            { ...steeredPlace(cursor), canAnswer: false },
            directions,
          ),
        }
      : auto().asked(cursor, directions),
};

/** Automatic steering of answers with the language named as well. */
const both: CompletingWay = {
  name: 'both',
  asked: (cursor, directions) => {
    const { steering } = auto().asked(cursor, directions);
    const isSteeredAnswer = steering.surface === 'answer' && steering.steer.length > 0;
    return { cursor: isSteeredAnswer ? inWords(cursor) : cursor, steering };
  },
};

/** What automatic steering might be instead; with `candidates`, directions that might ship. */
export function alternatives(candidates: readonly AvailableDirection[]): readonly CompletingWay[] {
  const withCandidates: CompletingWay = { name: 'candidates', asked: (cursor) => auto().asked(cursor, candidates) };
  return [bodies, both, withCandidates];
}

function inWords({ place, ...cursor }: CursorText): CursorText {
  if (!place || !cursor.language) return cursor;
  return { ...cursor, place: { ...place, instruction: askInPrompt(place.instruction, askFor(cursor.language)) } };
}

export function available(manifests: readonly ArtefactManifest[], fingerprint: string): readonly AvailableDirection[] {
  return manifests
    .filter(({ kind, model }) => kind === 'steering' && model.fingerprint === fingerprint)
    .map(({ name, surface = 'answer', target }) => {
      const language = target === undefined ? undefined : languageNamed(target)?.id;
      return { name, surface, ...(language ? { language } : {}) };
    });
}

/** The engine as far as the study goes. */
export interface StudyEngine {
  readonly model: PlannedModel & { readonly fingerprint: string; readonly precision: string };
  generate(params: GenerateParams): Promise<readonly Generated[]>;
}

interface Planned extends Asked {
  readonly place: StudyPlace;
  readonly plan: CompletionPlan;
  readonly key: string;
}

export class PlaceStudy {
  /**
   * @param manifests of every direction that any way steers by
   * @param directions that ship: what automatic steering has
   */
  constructor(
    private readonly engine: StudyEngine,
    private readonly manifests: readonly ArtefactManifest[],
    private readonly directions: readonly AvailableDirection[],
    private readonly kept: KeptTexts,
  ) {}

  /** Every place completed in one way, in their order. */
  async complete(places: readonly StudyPlace[], way: CompletingWay, maxTokens: number): Promise<Completed[]> {
    const planned = places.map((place) => this.planned(place, way, maxTokens));
    await this.write(planned);
    const completed: Completed[] = [];
    for (const one of planned) completed.push(await this.judged(one, way, maxTokens));
    return completed;
  }

  private planned(place: StudyPlace, way: CompletingWay, maxTokens: number): Planned {
    const { id, editorId, before, after } = place;
    const text = before + after;
    const found = placeAt(text, before.length, editorId);
    const here = { before, after, language: languageAt(text, before.length, editorId), place: found };
    const asked = way.asked(here, this.directions);
    const plan = planCompletion(asked.cursor, asked.steering, this.engine.model, maxTokens);
    if (plan === undefined) throw new Error(`${id} has no plan`);
    return { ...asked, place, plan, key: this.keyOf(plan) };
  }

  /**
   * Writes what is not there yet, in batches, on which no answer depends. The editor ends a block's text where the block
   * ends; here it is cut there, which is the same text.
   */
  private async write(planned: readonly Planned[]): Promise<void> {
    const missing = planned.filter(({ key }) => this.kept.get(key) === undefined);
    const byOptions = new Map<string, Planned[]>();
    for (const one of missing) {
      const options = JSON.stringify(one.plan.options);
      byOptions.set(options, [...(byOptions.get(options) ?? []), one]);
    }
    for (const group of byOptions.values())
      for (let first = 0; first < group.length; first += ROWS) {
        const part = group.slice(first, first + ROWS);
        const prompts = part.map(({ key, plan: { prompt } }) => ({ id: key, prompt }));
        const answers = await this.engine.generate({ prompts, options: { ...part[0].plan.options, batch: ROWS } });
        for (const { id, text } of answers) this.kept.keep(id, text);
      }
  }

  private async judged(
    { place, plan, cursor, key }: Planned,
    way: CompletingWay,
    maxTokens: number,
  ): Promise<Completed> {
    const { id, language, kind } = place;
    const shown = tidySuggestion(this.kept.get(key) ?? '', plan, cursor)?.text ?? '';
    const steered = plan.options.steer.map(({ name }) => name);
    const facts = { id, own: language, kind, way: way.name, maxTokens, surface: plan.surface, steered, text: shown };
    if (shown.trim() === '') return { ...facts, language: 'none', parses: false };
    const verdict = await judgeCode(shown);
    return { ...facts, language: verdict.language, parses: await parsesIn(place, shown) };
  }

  /** Everything that the written text depends on. */
  private keyOf({ prompt, options }: CompletionPlan): string {
    const { fingerprint, precision } = this.engine.model;
    const directions = options.steer.map(({ name }) => {
      const manifest = this.manifests.find((one) => one.name === name);
      return [manifest?.tensors.sha256, manifest?.layers, manifest?.strength, manifest?.scope];
    });
    const all = JSON.stringify([VERSION, fingerprint, precision, directions, prompt, options]);
    return createHash('sha256').update(all).digest('hex');
  }
}

/**
 * Whether the file stands with the completion in it, up to the completion's end: by the grammar of the file's language,
 * the unfinished end cut off and brackets closed. Half of the completion at least must be left.
 */
async function parsesIn({ kind, language, before }: StudyPlace, shown: string): Promise<boolean> {
  const above = kind === 'fence' ? '' : before;
  const { ok, kept } = await parseCheck(above + shown, language);
  return ok && kept.length >= above.length + shown.length / 2;
}
