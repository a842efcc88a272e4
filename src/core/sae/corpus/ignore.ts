/** What a `.gitignore` says of a path: the patterns of Git's own manual, for whoever walks through a folder. Pure. */

interface Pattern {
  readonly expression: RegExp;
  readonly isNegated: boolean;
  readonly isForFolders: boolean;
}

export interface IgnoreRules {
  /**
   * True or false where a pattern says so, undefined where none does.
   * @param path from the folder of the `.gitignore`, with `/` and without one at its ends
   */
  says(path: string, isFolder: boolean): boolean | undefined;
}

/** The rules of the text of a `.gitignore`. The last pattern that matches decides; what cannot be read matches nothing. */
export function parseIgnore(text: string): IgnoreRules {
  const patterns = text
    .split(/\r?\n/)
    .map(parsePattern)
    .filter((pattern) => pattern !== undefined)
    .reverse();
  return {
    says(path, isFolder) {
      const match = patterns.find(
        ({ expression, isForFolders }) => (isFolder || !isForFolders) && expression.test(path),
      );
      return match && !match.isNegated;
    },
  };
}

function parsePattern(line: string): Pattern | undefined {
  const [, negation = '', body = ''] = /^(!?)(.*?)(?<!\\)\s*$/.exec(line) ?? [];
  if (body === '' || line.startsWith('#')) return undefined;
  const isForFolders = body.endsWith('/');
  const glob = body.replace(/\/$/, '');
  // A slash before the end ties the pattern to this folder; without one it holds at any depth.
  const isAnchored = glob.includes('/');
  const source = expressionOf(glob.replace(/^\//, ''));
  try {
    const expression = new RegExp(`^${isAnchored ? '' : '(?:.*/)?'}${source}$`);
    return { expression, isNegated: negation === '!', isForFolders };
  } catch {
    return undefined;
  }
}

/** The parts of a glob, the longest first, and what each stands for. */
const PARTS = /\*\*\/|\/\*\*$|\*+|\?|\[(!?)((?:\\.|[^\]\\])+)\]|\\(.)|[^]/g;

function expressionOf(glob: string): string {
  return glob.replace(PARTS, (part: string, negation: string, members: string, escaped: string) => {
    if (part === '**/') return '(?:.*/)?';
    if (part === '/**') return '/.*';
    if (part.startsWith('*')) return '[^/]*';
    if (part === '?') return '[^/]';
    if (members !== undefined) return `[${negation && '^'}${members.replace(/[[\]^]/g, '\\$&')}]`;
    return (escaped ?? part).replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  });
}
