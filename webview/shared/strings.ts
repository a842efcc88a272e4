/** Words with figures, in the user's language: templates come from the host, dates and numbers from the browser. */
export { fill } from '../../src/core/charts/words.ts';

/** `24 Nov 2026, 18:05`, as the user's language has it. Text that is no date is returned as it is. */
export function dateTime(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  return new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: 'medium', timeStyle: 'short' }).format(
    date,
  );
}

export function whole(value: number): string {
  return new Intl.NumberFormat(document.documentElement.lang).format(value);
}
