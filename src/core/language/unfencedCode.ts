/**
 * Code that a model wrote without any fence, from the first character of its answer. Told by the shape of its lines alone:
 * it must not look at which language they are in.
 */

/** How a line of code ends, begins, or what makes it a comment; prose ends in a full stop and begins with a word. */
const CODE_END = /[;{}()[\],=]$/;
const CODE_BEGIN =
  /^(?:\s{2,}\S|\t|[#@}\])]|\/\/|\/\*|\*|(?:import|from|using|use|package|include|def|fn|func|function|class|struct|impl|enum|public|private|static|const|let|var|return|for|while|if|else|elif|end|try|match|module|print|println)\b)/;

/** The share of lines that must look like code; the rest may be long strings and odd comments. */
const CODE_SHARE = 0.7;

/** The code of an answer without fences, up to its last line that looks like code; null where the answer is prose. */
export function unfencedCode(answer: string): string | null {
  const lines = answer.split(/\r?\n/).map((line) => line.trimEnd());
  const first = lines.findIndex((line) => line !== '');
  const last = lines.findLastIndex((line) => line !== '' && looksLikeCode(line));
  if (first < 0 || last <= first || !looksLikeCode(lines[first])) return null;
  const body = lines.slice(first, last + 1);
  const written = body.filter((line) => line !== '');
  return written.filter(looksLikeCode).length >= CODE_SHARE * written.length ? body.join('\n') : null;
}

function looksLikeCode(line: string): boolean {
  // "If the list is empty, ..." begins with a keyword and is a sentence all the same.
  if (/^[A-Z][a-z]+ .*[.:?!]$/.test(line)) return false;
  return CODE_END.test(line) || CODE_BEGIN.test(line);
}
