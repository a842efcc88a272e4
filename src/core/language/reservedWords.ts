/**
 * Words that a language keeps for itself, by its own grammar, where no other language of the registry keeps them: what a
 * model says next where it is in that language. A word that two of them share tells neither.
 */
import { LANGUAGE_IDS, LANGUAGES, type LanguageId } from './languages.ts';

/** Keywords, and names that are predeclared and met in nearly every file. */
const WORDS: Readonly<Record<LanguageId, string>> = {
  python:
    'False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield self',
  cpp: 'alignas alignof and auto bool break case catch char class concept const consteval constexpr const_cast continue decltype default delete do double dynamic_cast else enum explicit export extern false float for friend goto if inline int long mutable namespace new noexcept not nullptr operator or private protected public register reinterpret_cast requires return short signed sizeof static static_assert static_cast std struct switch template this throw true try typedef typeid typename union unsigned using virtual void volatile while',
  c: 'auto break case char const continue default do double else enum extern float for goto if inline int long register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while _Bool printf malloc NULL size_t',
  java: 'abstract assert boolean break byte case catch char class const continue default do double else enum extends final finally float for goto if implements import instanceof int interface long native new null package private protected public return short static strictfp super switch synchronized this throw throws transient try void volatile while String System',
  julia:
    'baremodule begin break catch const continue do else elseif end export false finally for function global if import let local macro module quote return struct true try using while mutable abstract primitive where nothing Vector Float64',
  rust: 'as async await break const continue crate dyn else enum extern false fn for if impl in let loop match mod move mut pub ref return self Self static struct super trait true type unsafe use where while Vec Some usize',
  javascript:
    'async await break case catch class const continue debugger default delete do else export extends false finally for function if import in instanceof let new null of return static super switch this throw true try typeof undefined var void while with yield console require exports prototype',
  typescript:
    'abstract any as async await boolean break case catch class const continue declare default do else enum export extends false finally for function if implements import in infer instanceof interface keyof let namespace never new null number of private protected public readonly return satisfies static string super switch this throw true try type typeof undefined unknown void while yield',
  go: 'break case chan const continue default defer else fallthrough for func go goto if import interface map package range return select struct switch type var nil err make append string',
};

/** Those that are of this language alone, in the order in which they are listed. */
export function ownWords(language: LanguageId): string[] {
  const others = new Set(LANGUAGE_IDS.filter((id) => id !== language).flatMap((id) => WORDS[id].split(' ')));
  return WORDS[language].split(' ').filter((word) => !others.has(word));
}

/** What names the language where an answer opens with a bare fence: its tag, and how people write it. */
export function namesOf(language: LanguageId): string[] {
  const { displayName, fenceTag } = LANGUAGES[language];
  return [...new Set([fenceTag, displayName])];
}
