/**
 * The Jinja interpreter of `@huggingface/jinja` with a meter: it counts what a template costs and stops it at a limit.
 *
 * The library has no limits of its own, but all of its evaluation, of statements and expressions alike, goes through
 * the one public method `evaluate`, and every value that it works on has been returned by it. So it is enough to
 * override that method, and to hold on to three things:
 *
 * 1. Each evaluation costs a step, and values cost by their size. This ends loops and recursion.
 * 2. No value may be larger than the output may be, counted as if it were written out: lists that contain the same
 *    list twice, forty deep, are refused when they are made and not when they are printed.
 * 3. Work that is the product of two sizes, `a.replace(b, c)`, is charged before it is done. The last operand passes
 *    through `evaluate` just before the library does the work; the survey says which node that is.
 *
 * Between two evaluations the library therefore does a bounded amount of work, and the clock is looked at in between.
 */
import { Interpreter, type Environment } from '@huggingface/jinja';
import { MAX_TEMPLATE_DEPTH, MAX_VALUE_NESTING, TemplateLimitError, type TemplateLimits } from './templateLimits.ts';
import { COST_OF_THROWING, STEPS_PER_ENTRY, type Role, type Survey } from './templateSurvey.ts';

type Statement = Parameters<Interpreter['evaluate']>[0];
export type Value = ReturnType<Interpreter['evaluate']>;

/** Characters that count as one step where they are copied or compared. */
const CHARS_PER_STEP = 64;
/** The same for products, whose result has to be allocated at once. */
const PRODUCT_PER_STEP = 16;
/** Steps between two looks at the clock. */
const STEPS_PER_LOOK = 1024;

/** How large a value is when it is written out, and how many lists deep. */
interface Extent {
  readonly size: number;
  readonly height: number;
}

export class MeteredInterpreter extends Interpreter {
  readonly #survey: Survey;
  readonly #limits: TemplateLimits;
  readonly #startedAt = performance.now();
  #steps = 0;
  #lookAt = STEPS_PER_LOOK;
  #depth = 0;
  /** The largest size that each node's value has had, of the nodes that the survey names. */
  readonly #sizes = new Map<object, number>();
  /** The extents of lists and mappings. Those that hold a namespace, which can change, are not kept. */
  readonly #extents = new WeakMap<object, Extent>();
  #namespacesSeen = 0;
  /** The size of the text that each bound method, like `text.replace`, belongs to. */
  readonly #owners = new WeakMap<object, number>();

  constructor(environment: Environment, survey: Survey, limits: TemplateLimits) {
    super(environment);
    this.#survey = survey;
    this.#limits = limits;
  }

  /** @throws TemplateLimitError */
  override evaluate(statement: Statement, environment: Environment): Value {
    const role = statement && this.#survey.get(statement);
    this.#spend(1 + (role?.cost ?? 0));
    if (++this.#depth > MAX_TEMPLATE_DEPTH) throw new TemplateLimitError('it nests too deeply');
    try {
      const value = super.evaluate(statement, environment);
      this.#charge(statement, role, value);
      return value;
    } finally {
      this.#depth--;
    }
  }

  /** Counts steps, by whoever takes them. @throws TemplateLimitError */
  #spend(steps: number): void {
    this.#steps += steps;
    if (this.#steps > this.#limits.steps) throw new TemplateLimitError('it takes too many steps');
    if (this.#steps < this.#lookAt) return;
    this.#lookAt = this.#steps + STEPS_PER_LOOK;
    if (performance.now() - this.#startedAt > this.#limits.milliseconds)
      throw new TemplateLimitError('it takes too long');
  }

  /** Charges for the size of a value that has just been computed, and for what is about to be done with it. */
  #charge(statement: Statement, role: Role | undefined, value: Value): void {
    const written = this.#writtenSize(value);
    const size = sizeOf(value);
    this.#spend((role?.shallow ? 0 : written) / CHARS_PER_STEP);
    this.#spend(Array.isArray(value.value) ? size * STEPS_PER_ENTRY : size / CHARS_PER_STEP);
    if (value.type === 'UndefinedValue') this.#spend(COST_OF_THROWING);
    if (!statement) return;
    if (statement.type === 'MemberExpression') this.#noteOwner(statement, value);
    if (!role) return;

    const relevant = role.deep ? written : size;
    this.#sizes.set(statement, Math.max(this.#sizeSeen(statement), relevant));
    if (role.perUnit) this.#spend(size * role.perUnit);
    if (role.multiplies) this.#spendProduct(this.#sizeSeen(role.multiplies), role.width ? widthOf(value) : relevant);
    if (role.calledWith) this.#chargeCall(value, role.calledWith);
  }

  /** A method of a text works on that text when it is called, wherever it has been passed to by then. */
  #noteOwner(member: object, method: Value): void {
    if (typeof method.value !== 'function' || !('object' in member) || typeof member.object !== 'object') return;
    const owner = member.object && this.#sizeSeen(member.object);
    if (owner) this.#owners.set(method, Math.max(owner, this.#owners.get(method) ?? 0));
  }

  #chargeCall(callee: Value, args: readonly object[]): void {
    const owner = this.#owners.get(callee) ?? 1;
    this.#spend(owner * STEPS_PER_ENTRY); // `split` makes a list of it
    this.#spendProduct(
      owner,
      args.reduce((sum, node) => sum + this.#sizeSeen(node), 0),
    );
  }

  #spendProduct(a: number, b: number): void {
    this.#spend((a * b) / PRODUCT_PER_STEP);
  }

  #sizeSeen(node: object): number {
    return this.#sizes.get(node) ?? 0;
  }

  /** The size of a value written out in full, each list as often as it occurs. @throws TemplateLimitError */
  #writtenSize(value: Value): number {
    return this.#extent(value, 0).size;
  }

  #extent(value: Value, nesting: number): Extent {
    const parts = partsOf(value);
    const known = parts && this.#extents.get(value);
    if (nesting + (known?.height ?? 0) > MAX_VALUE_NESTING) throw new TemplateLimitError('its lists nest too deeply');
    if (!parts) return { size: this.#checked(sizeOf(value)), height: 0 };
    if (known) return known;
    this.#spend(1);

    const namespacesBefore = this.#namespacesSeen;
    let [size, height] = [1, 0];
    for (const part of parts) {
      const extent = typeof part === 'string' ? { size: part.length, height: 0 } : this.#extent(part, nesting + 1);
      size = this.#checked(size + extent.size);
      height = Math.max(height, extent.height + 1);
    }
    if (value.type === 'NamespaceValue') this.#namespacesSeen++;
    const extent = { size, height };
    if (this.#namespacesSeen === namespacesBefore) this.#extents.set(value, extent);
    return extent;
  }

  #checked(size: number): number {
    if (size > this.#limits.chars) throw new TemplateLimitError(`it writes more than ${this.#limits.chars} characters`);
    return size;
  }
}

/** Characters of a text, entries of a list or a mapping, 1 of anything else; never 0. */
function sizeOf({ value }: Value): number {
  if (typeof value === 'string' || Array.isArray(value)) return value.length + 1;
  return value instanceof Map ? value.size + 1 : 1;
}

/** What a list or a mapping is made of, keys as plain strings; undefined for any other value. */
function partsOf({ value }: Value): Iterable<Value | string> | undefined {
  if (Array.isArray(value)) return value;
  return value instanceof Map ? [...value].flat() : undefined;
}

/** How many characters this argument may ask for at each place where it is used: a width is a number of spaces. */
function widthOf(argument: Value): number {
  if (typeof argument.value === 'number') return Math.abs(argument.value) * MAX_VALUE_NESTING;
  const parts = partsOf(argument);
  if (!parts) return sizeOf(argument);
  let width = 1;
  for (const part of parts) width += typeof part === 'string' ? part.length : widthOf(part);
  return width;
}
