/**
 * Sentences with gaps. What a chart says of itself is a table of templates in English, and whoever shows the chart in
 * another language gives a table of the same keys. Pure; it knows no language but the one that is written here.
 */

/** A table with the keys of `T`, in whatever language. */
export type Words<T> = { readonly [K in keyof T]: string };

/** `fill('{0} of {1}', 3, 12)` is `3 of 12`. A gap that nothing is given for stays as it is. */
export function fill(template: string, ...values: readonly (string | number)[]): string {
  return template.replace(/\{(\d+)\}/g, (gap, index: string) => String(values[Number(index)] ?? gap));
}
