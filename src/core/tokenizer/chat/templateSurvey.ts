/**
 * Reads a parsed chat template before it runs, and notes at which nodes the interpreter does more work than the
 * sizes of its values show. {@link MeteredInterpreter} charges by these notes. Nothing is evaluated here.
 */
import type { parse } from '@huggingface/jinja';

export type Program = ReturnType<typeof parse>;

/** What to know about a node when its value has been computed. Absent for most nodes. */
export interface Role {
  /** Its value is only looked into, not walked through: the object of `a.b`, a loop's list, an assigned value. */
  shallow?: boolean;
  /** Steps that what follows takes for each of its entries or characters. */
  perUnit?: number;
  /** What follows walks through all of it, lists inside lists included. */
  deep?: boolean;
  /** A number here is a width: so many spaces are written. */
  width?: boolean;
  /** The work that follows is the product of this value and those of these nodes, evaluated before it. */
  multiplies?: object;
  /** It is a function about to be called with the values of these nodes. */
  calledWith?: readonly object[];
  /** Steps that evaluating it takes by itself. */
  cost?: number;
}

export type Survey = ReadonlyMap<object, Role>;

interface Node {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Filters whose work does not grow with their arguments; any other filter's is taken to. */
const ADDITIVE_FILTERS: ReadonlySet<unknown> = new Set('default int float get items keys values dictsort'.split(' '));
/** Filters that look at all that a list holds, and not only at the list. */
const DEEP_FILTERS: ReadonlySet<unknown> = new Set('tojson string join sort unique'.split(' '));
/** Steps for each entry of a loop: the interpreter makes two scopes and a `loop` object for it. */
const STEPS_PER_ROUND = 8;
/** Steps for each entry of a list, or each character that becomes one. */
export const STEPS_PER_ENTRY = 1 / 4;
/** Steps for what the interpreter does by throwing an error to itself. */
export const COST_OF_THROWING = 20;

/**
 * The notes on a template.
 *
 * @throws Error on `{% filter %}` blocks: their operand is computed where no interpreter can meter it
 */
export function surveyTemplate(program: Program): Survey {
  const roles = new Map<object, Role>();
  const note = (node: unknown, role: Role): void => {
    if (isNode(node)) roles.set(node, { ...roles.get(node), ...role });
  };
  visit(program, note);
  return roles;
}

type Note = (node: unknown, role: Role) => void;

/** Notes a node and all below it; returns how many nodes there are. */
function visit(value: unknown, note: Note): number {
  if (Array.isArray(value)) return value.reduce((size: number, entry) => size + visit(entry, note), 0);
  if (value instanceof Map) return visit([...value].flat(), note);
  if (!isNode(value)) return 0;
  noteParts(value, note);
  const size = 1 + visit(Object.values(value), note);
  // The interpreter searches a macro's whole body each time that it is defined.
  if (value.type === 'Macro' || value.type === 'CallStatement') note(value, { cost: size });
  return size;
}

function noteParts(node: Node, note: Note): void {
  switch (node.type) {
    case 'FilterStatement':
      throw new Error('{% filter %} blocks are not supported');
    case 'FilterExpression':
      return noteFilter(node, note);
    case 'CallExpression':
      return noteCall(node, note);
    case 'BinaryExpression':
      return noteSearch(node, note);
    case 'For':
      return noteLoop(node.iterable, note);
    case 'MemberExpression':
      return note(node.object, isSlice(node.property) ? { perUnit: STEPS_PER_ENTRY } : { shallow: true });
    case 'TestExpression':
      return note(node.operand, { shallow: true });
    case 'Set':
      return note(node.value, { shallow: true });
    case 'Break':
    case 'Continue':
      return note(node, { cost: COST_OF_THROWING });
  }
}

function noteCall({ callee, args }: Node, note: Note): void {
  const calledWith = argumentValues(args);
  for (const argument of calledWith) note(argument, { deep: true });
  note(callee, { calledWith });
}

/** `a in b` and `a not in b` search a text for another. */
function noteSearch({ operator, left, right }: Node, note: Note): void {
  if (isNode(operator) && (operator.value === 'in' || operator.value === 'not in') && isNode(left)) {
    note(left, {});
    note(right, { multiplies: left });
  }
}

function noteFilter({ operand, filter }: Node, note: Note): void {
  if (!isNode(filter)) return;
  const name = filter.type === 'CallExpression' && isNode(filter.callee) ? filter.callee.value : filter.value;
  note(operand, DEEP_FILTERS.has(name) ? { deep: true } : { shallow: true });
  if (filter.type !== 'CallExpression' || ADDITIVE_FILTERS.has(name) || !isNode(operand)) return;
  const width = name === 'indent' || name === 'tojson';
  for (const argument of argumentValues(filter.args)) note(argument, { multiplies: operand, deep: true, width });
}

function noteLoop(iterable: unknown, note: Note): void {
  if (!isNode(iterable)) return;
  // `for x in list if condition`
  const list = iterable.type === 'SelectExpression' ? iterable.lhs : iterable;
  note(list, { perUnit: STEPS_PER_ROUND, shallow: true });
}

/** The nodes whose values are passed: of `*list`, `**map` and `name=value`, the value's node. */
function argumentValues(args: unknown): object[] {
  if (!Array.isArray(args)) return [];
  return args.filter(isNode).map((argument) => {
    const value = argument.type === 'KeywordArgumentExpression' ? argument.value : argument.argument;
    return isNode(value) ? value : argument;
  });
}

function isSlice(property: unknown): boolean {
  return isNode(property) && property.type === 'SliceExpression';
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
