/**
 * The `cfg.json` of a SAELens folder: version 6, and the flat form of the versions before it, which is recognised by the
 * version that it states or lacks. Says what the autoencoder computes; what cannot be computed here is refused by name.
 *
 * Source: `SAEConfig` and `handle_pre_6_0_config` of SAELens 6.54.
 */
import * as v from 'valibot';
import { FormatError } from '../../errors.ts';
import { quoted } from '../quoted.ts';

/** What is computed here. `batchtopk` is a checkpoint's: SAELens saves such an autoencoder for use as `jumprelu`. */
const KNOWN = ['standard', 'topk', 'batchtopk', 'jumprelu'] as const;
type SaeLensArchitecture = (typeof KNOWN)[number];

export interface SaeLensConfig {
  readonly architecture: SaeLensArchitecture;
  readonly dIn: number;
  readonly dSae: number;
  readonly k?: number;
  readonly applyBDecToInput: boolean;
  /** True where the inputs are multiplied by one number, which is kept beside the weights. */
  readonly isScaled: boolean;
  /** True where features are chosen, and told, in units of their decoder rows' norms. */
  readonly rescaleActsByDecoderNorm: boolean;
  /** Where it reads, and of what model, as the file has it. */
  readonly hookName?: string;
  readonly modelName?: string;
  /** The fingerprint of the model, in a folder that Steerscope wrote. */
  readonly fingerprint?: string;
}

const size = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const optionalText = v.nullish(v.string());

const schema = v.looseObject({
  architecture: v.optional(v.string(), 'standard'),
  d_in: size,
  d_sae: size,
  k: v.nullish(v.number()),
  apply_b_dec_to_input: v.optional(v.boolean(), true),
  normalize_activations: v.nullish(v.union([v.string(), v.boolean()])),
  rescale_acts_by_decoder_norm: v.optional(v.boolean(), false),
  metadata: v.optional(v.looseObject({}), {}),
  activation_fn_str: optionalText,
  activation_fn: optionalText,
  activation_fn_kwargs: v.optional(v.looseObject({ k: v.nullish(v.number()) }), {}),
  finetuning_scaling_factor: v.nullish(v.boolean()),
});

type Config = v.InferOutput<typeof schema>;

/** Of whichever version: the metadata of 6, or the top level before it. */
const placeSchema = v.looseObject({
  hook_name: optionalText,
  hook_point: optionalText,
  model_name: optionalText,
  hook_head_index: v.nullish(v.number()),
  hook_point_head_index: v.nullish(v.number()),
  steerscope_fingerprint: optionalText,
});

/**
 * @param text of `cfg.json`
 * @throws FormatError `invalid-json`, `invalid-sae-config` (with the field), `unsupported-sae` (with what it is)
 */
export function readSaeLensConfig(text: string): SaeLensConfig {
  const config = parsed(schema, parseJson(text));
  const place = parsed(placeSchema, { ...config, ...config.metadata });
  if ((place.hook_head_index ?? place.hook_point_head_index ?? null) !== null)
    throw unsupported('reads a single attention head');
  if (config.finetuning_scaling_factor === true) throw unsupported('has a scale of its own for each feature');
  const architecture = architectureOf(config);
  const k = architecture === 'topk' ? (config.k ?? config.activation_fn_kwargs.k ?? undefined) : undefined;
  const hookName = place.hook_name ?? place.hook_point ?? undefined;
  return {
    architecture,
    dIn: config.d_in,
    dSae: config.d_sae,
    ...(k === undefined ? {} : { k }),
    applyBDecToInput: config.apply_b_dec_to_input,
    isScaled: isScaled(config),
    rescaleActsByDecoderNorm: config.rescale_acts_by_decoder_norm,
    ...(hookName === undefined ? {} : { hookName }),
    ...(typeof place.model_name === 'string' ? { modelName: place.model_name } : {}),
    ...(typeof place.steerscope_fingerprint === 'string' ? { fingerprint: place.steerscope_fingerprint } : {}),
  };
}

/** Before version 6, top-k was an activation function of the architecture `standard`. */
function architectureOf({ architecture, activation_fn, activation_fn_str }: Config): SaeLensArchitecture {
  const activation = activation_fn ?? activation_fn_str ?? 'relu';
  if (architecture === 'standard' && activation === 'topk') return 'topk';
  if (architecture === 'standard' && activation !== 'relu')
    throw unsupported(`has the activation function ${quoted(activation)}`);
  const found = KNOWN.find((known) => known === architecture);
  if (found === undefined)
    throw unsupported(
      architecture.includes('transcoder')
        ? `is a ${quoted(architecture)}, which writes to another place than it reads`
        : `is of the architecture ${quoted(architecture)}`,
    );
  return found;
}

function isScaled({ normalize_activations: found }: Config): boolean {
  const mode = typeof found === 'boolean' ? (found ? 'expected_average_only_in' : 'none') : (found ?? 'none');
  if (mode === 'none') return false;
  if (mode === 'expected_average_only_in') return true;
  throw unsupported(`normalises its inputs (${quoted(mode)}), which no fixed weights can do`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : '';
    throw new FormatError('invalid-json', `cfg.json is not JSON: ${detail}`, 'Get the folder again.');
  }
}

function parsed<T>(of: v.GenericSchema<unknown, T>, value: unknown): T {
  const result = v.safeParse(of, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const field = v.getDotPath(issue) ?? 'the whole';
  throw new FormatError(
    'invalid-sae-config',
    `cfg.json is not that of a SAELens autoencoder: ${field}: ${issue.message}`,
    'Give the folder that SAELens wrote, with cfg.json and sae_weights.safetensors.',
  );
}

function unsupported(what: string): FormatError {
  return new FormatError(
    'unsupported-sae',
    `this autoencoder ${what}; that cannot be used here`,
    'Take one of the architectures standard, topk or jumprelu, with inputs as the model has them.',
  );
}
