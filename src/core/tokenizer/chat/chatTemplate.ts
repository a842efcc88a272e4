/**
 * Chat templates: Jinja programs that come with a model and write a conversation in the form that the model was
 * trained on. They come out of model files, so compiling and rendering are capped in time, in steps and in output;
 * the caps and how they hold are told in `meteredInterpreter.ts`. What a template writes is text, and how that text
 * becomes tokens is told in `renderChat.ts`.
 */
import { parse, tokenize } from '@huggingface/jinja';
import { ModelError } from '../../errors.ts';
import { quoted } from '../../format/quoted.ts';
import { MeteredInterpreter } from './meteredInterpreter.ts';
import { templateEnvironment } from './templateGlobals.ts';
import {
  MAX_TEMPLATE_CHARS,
  MAX_TEMPLATE_SPACE,
  TEMPLATE_LIMITS,
  TemplateLimitError,
  TemplateRefusal,
  type TemplateLimits,
} from './templateLimits.ts';
import { surveyTemplate, type Program, type Survey } from './templateSurvey.ts';

export interface ChatMessage {
  /** `system`, `user`, `assistant`, or what else the template knows. */
  readonly role: string;
  readonly content: string;
}

/** What a template is given. */
export interface ChatVariables {
  readonly messages: readonly ChatMessage[];
  /** Whether to end with the opening of an answer. */
  readonly addGenerationPrompt: boolean;
  /** Spellings of the tokens, empty where the model has none. */
  readonly bosToken: string;
  readonly eosToken: string;
  /** Tools in the form that the template expects, where it expects any. */
  readonly tools?: readonly unknown[];
  /** What a template that writes the date takes for the present. Default: now. */
  readonly now?: Date;
}

export interface ChatTemplate {
  readonly source: string;
  /**
   * The conversation as the template writes it.
   *
   * @throws ModelError `chat-template-refused` where the template raises an exception of its own, as some do for a
   * system message; `chat-template-limit` where it costs too much; `chat-template` where it fails
   */
  render(variables: ChatVariables): string;
}

const RAW = 'Use --raw to run the model without its chat template.';

/**
 * Compiles a template. A missing system message is the template's own affair: many write a default one.
 *
 * @throws ModelError `chat-template-limit`, `chat-template`
 */
export function compileChatTemplate(source: string, limits: TemplateLimits = TEMPLATE_LIMITS): ChatTemplate {
  const { program, survey } = capped(() => compile(source));
  return {
    source,
    render: (variables) =>
      capped(() => {
        const environment = templateEnvironment(jinjaNames(variables), variables.now ?? new Date());
        return String(new MeteredInterpreter(environment, survey, limits).run(program).value);
      }),
  };
}

function compile(source: string): { program: Program; survey: Survey } {
  if (source.length > MAX_TEMPLATE_CHARS)
    throw new TemplateLimitError(`it is longer than ${MAX_TEMPLATE_CHARS} characters`);
  // Looked for without a regular expression of the kind that this check is there to prevent.
  if (source.split(/\S/).some((space) => space.length > MAX_TEMPLATE_SPACE)) {
    throw new TemplateLimitError(`it has more than ${MAX_TEMPLATE_SPACE} spaces or line ends in a row`);
  }
  // As transformers compiles them: a block takes the line end after it and the indentation before it with it.
  const program = parse(tokenize(source, { lstrip_blocks: true, trim_blocks: true }));
  return { program, survey: surveyTemplate(program) };
}

function jinjaNames(variables: ChatVariables): Record<string, unknown> {
  return {
    messages: variables.messages,
    add_generation_prompt: variables.addGenerationPrompt,
    bos_token: variables.bosToken,
    eos_token: variables.eosToken,
    // Defined even where there are none, as in transformers: templates ask `tools is not none`.
    tools: variables.tools ?? null,
    documents: null,
  };
}

/** Runs a part of the library, and turns whatever it throws (running out of stack included) into our errors. */
function capped<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof TemplateRefusal) {
      throw new ModelError('chat-template-refused', `the model's chat template refuses this: ${quoted(message)}`, RAW);
    }
    if (error instanceof TemplateLimitError) {
      throw new ModelError('chat-template-limit', `the model's chat template was stopped: ${message}`, RAW);
    }
    throw new ModelError('chat-template', `the model's chat template fails: ${quoted(message)}`, RAW);
  }
}
