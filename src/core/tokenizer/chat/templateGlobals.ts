/**
 * The functions and constants that chat templates may use, in place of the library's own: `range` with a limit,
 * `strftime_now` that gives the same text in every locale. What Jinja leaves out of a sandbox is left out here too.
 */
import { Environment } from '@huggingface/jinja';
import { MAX_RANGE, TemplateLimitError, TemplateRefusal } from './templateLimits.ts';

const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

/** An environment with the globals and these variables. @param now what `strftime_now` takes for the present */
export function templateEnvironment(variables: Readonly<Record<string, unknown>>, now: Date): Environment {
  const environment = new Environment();
  const globals = {
    ...{ true: true, false: false, none: null, True: true, False: false, None: null },
    range,
    raise_exception: (message: unknown) => {
      throw new TemplateRefusal(String(message));
    },
    strftime_now: (format: unknown) => strftime(now, String(format)),
    ...variables,
  };
  for (const [name, value] of Object.entries(globals)) environment.set(name, value);
  return environment;
}

/** Python's `range`: (stop) or (start, stop) or (start, stop, step). */
function range(...args: unknown[]): number[] {
  if (args.length < 1 || args.length > 3 || !args.every((arg) => Number.isSafeInteger(arg))) {
    throw new Error('range() takes one to three integers');
  }
  const [first = 0, second, step = 1] = args.map(Number);
  const [start, stop] = second === undefined ? [0, first] : [first, second];
  if (step === 0) throw new Error('range() step must not be zero');
  const length = Math.max(0, Math.ceil((stop - start) / step));
  if (length > MAX_RANGE) throw new TemplateLimitError(`it asks for a range() of ${length} entries`);
  return Array.from({ length }, (_, i) => start + i * step);
}

/** Python's `strftime` for the directives that templates use; others stay as they are. Local time, English names. */
function strftime(time: Date, format: string): string {
  const twoDigits = (n: number): string => String(n).padStart(2, '0');
  const [month, day] = [MONTHS[time.getMonth()], DAYS[time.getDay()]];
  const directives: Readonly<Record<string, string>> = {
    ...{ '%Y': String(time.getFullYear()), '%m': twoDigits(time.getMonth() + 1), '%d': twoDigits(time.getDate()) },
    ...{ '%H': twoDigits(time.getHours()), '%M': twoDigits(time.getMinutes()), '%S': twoDigits(time.getSeconds()) },
    ...{ '%B': month, '%b': month.slice(0, 3), '%A': day, '%a': day.slice(0, 3), '%%': '%' },
  };
  return format.replace(/%[a-zA-Z%]/g, (directive) => directives[directive] ?? directive);
}
