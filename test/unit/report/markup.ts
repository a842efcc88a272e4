/** A reader of the report's own markup, for tests: what tags there are, and what text is in them. No browser needed. */

export interface Tag {
  readonly name: string;
  readonly isEnd: boolean;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Every tag in order. Throws where a quote inside a tag is never closed. */
export function tagsOf(page: string): Tag[] {
  // The style sheet is text, not markup.
  const withoutStyle = page.replace(/(<style>)[\s\S]*?(<\/style>)/, '$1$2');
  const tags: Tag[] = [];
  for (const [, slash, name = '', rest = ''] of withoutStyle.matchAll(
    /<(\/?)([a-zA-Z!][^\s>/]*)((?:[^>"']|"[^"]*")*)>/g,
  )) {
    const attributes: Record<string, string> = {};
    for (const [, key = '', value = ''] of rest.matchAll(/([\w:-]+)(?:="([^"]*)")?/g)) attributes[key] = value;
    tags.push({ name: name.toLowerCase(), isEnd: slash === '/', attributes });
  }
  return tags;
}

/** The inner markup of each element of this name (none of which may hold another of its kind). */
export function elements(page: string, name: string): string[] {
  return [...page.matchAll(new RegExp(`<${name}[\\s>][\\s\\S]*?</${name}>`, 'g'))].map(([match]) => match);
}

/** Text without its tags, entities read, blanks joined. */
export function textOf(markup: string): string {
  return markup
    .replace(/<[^>]*>/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&#96;/g, '`')
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The cells of each row of the first table in the markup, the heading rows among them. */
export function rowsOf(markup: string): string[][] {
  const [table = ''] = elements(markup, 'table');
  return elements(table, 'tr').map((row) =>
    [...row.matchAll(/<(th|td)[\s>][\s\S]*?<\/\1>/g)].map(([cell]) => textOf(cell)),
  );
}
