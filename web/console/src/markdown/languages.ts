import type { CodeKind } from './highlight.js';

/** A sticky pattern (`y`), tried at one position. It matches at least one character and does not backtrack. */
export type Rule = readonly [kind: CodeKind | 'word', pattern: RegExp];

export interface Language {
  rules: readonly Rule[];
  keywords: ReadonlySet<string>;
  ignoresCase?: boolean;
  isByLine?: boolean;
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

const WORD: Rule = ['word', /[A-Za-z_$@][\w$]*/y];
const NUMBER: Rule = ['number', /0[xX][\da-fA-F_]+|\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?[a-zA-Z]*/y];
const DOUBLE: Rule = ['string', /"(?:[^"\\\n]|\\[^])*"?/y];
const SINGLE: Rule = ['string', /'(?:[^'\\\n]|\\[^])*'?/y];
const BACKTICK: Rule = ['string', /`(?:[^`\\]|\\[^])*`?/y];
const SLASHES: Rule = ['comment', /\/\/[^\n]*/y];
const STARS: Rule = ['comment', /\/\*[^]*?(?:\*\/|$)/y];
const HASH: Rule = ['comment', /#[^\n]*/y];
const DASHES: Rule = ['comment', /--[^\n]*/y];
const TRIPLE: Rule = ['string', /"""[^]*?(?:"""|$)|'''[^]*?(?:'''|$)/y];

const curly = (keywords: string, ...more: Rule[]): Language => ({
  rules: [...more, SLASHES, STARS, DOUBLE, SINGLE, NUMBER, WORD],
  keywords: words(keywords),
});

const SCRIPT =
  'abstract as async await break case catch class const continue debugger declare default delete do else enum export ' +
  'extends false finally for from function get if implements import in infer instanceof interface is keyof let new null ' +
  'of private protected public readonly return satisfies set static super switch this throw true try type typeof ' +
  'undefined var void while with yield string number boolean unknown never any';
const JAVA =
  'abstract assert boolean break byte case catch char class const continue default do double else enum extends false ' +
  'final finally float for if implements import instanceof int interface long new null package private protected public ' +
  'record return short static super switch synchronized this throw throws true try var void volatile while yield';
const C =
  'alignas auto bool break case catch char class const constexpr continue default delete do double else enum explicit ' +
  'extern false float for friend goto if inline int long namespace new noexcept nullptr operator private protected public ' +
  'return short signed sizeof static struct switch template this throw true try typedef typename union unsigned using ' +
  'virtual void volatile while';
const CSHARP = `${JAVA} async await decimal foreach get in init internal is namespace object out override readonly ref sealed set string struct using virtual where`;
const GO =
  'any bool break byte case chan const continue default defer else error fallthrough false for func go goto if import int ' +
  'int64 interface map nil package range return rune select string struct switch true type var';
const RUST =
  'as async await bool break const continue crate dyn else enum extern false fn for i32 i64 if impl in let loop match mod ' +
  'move mut pub ref return self Self static str struct super trait true type u8 u32 u64 unsafe use usize where while';
const KOTLIN =
  'as break by catch class companion const continue data do else false final finally for fun if import in init interface ' +
  'internal is lateinit null object open operator override package private protected public return sealed super suspend ' +
  'this throw true try typealias val var when while';
const SWIFT =
  'actor as async await break case catch class continue default defer do else enum extension false fileprivate for func ' +
  'guard if import in init inout internal is let nil private protocol public return self static struct super switch throw ' +
  'throws true try typealias var where while';
const PHP =
  'abstract and array as break case catch class clone const continue declare default do echo else elseif extends false ' +
  'final finally fn for foreach function global if implements instanceof interface match namespace new null or private ' +
  'protected public readonly require return static switch throw trait true try use var while yield';
const PYTHON =
  'and as assert async await break case class continue def del elif else except False finally for from global if import in ' +
  'is lambda match None nonlocal not or pass raise return self True try while with yield';
const RUBY =
  'alias and begin break case class def do else elsif end ensure false for if in module next nil not or redo rescue retry ' +
  'return self super then true undef unless until when while yield require attr_accessor';
const SHELL =
  'case cd do done echo elif else esac exit export fi for function if in local read return set shift source sudo then until while';
const SQL =
  'add all alter and any as asc begin between by cascade case check column commit conflict constraint create cross default ' +
  'delete desc distinct do drop else end exists false foreign from full group having if in index inner insert into is join ' +
  'key left like limit not null offset on or order outer primary references returning right rollback select set table then ' +
  'true truncate union unique update using values view when where with integer text varchar boolean timestamp';

const js = curly(SCRIPT, BACKTICK);
const java = curly(JAVA);
const c = curly(C, ['keyword', /#[a-z]+/y]);
const python: Language = { rules: [TRIPLE, HASH, DOUBLE, SINGLE, NUMBER, WORD], keywords: words(PYTHON) };
const ruby: Language = { rules: [HASH, DOUBLE, SINGLE, NUMBER, WORD], keywords: words(RUBY) };
const shell: Language = {
  rules: [
    HASH,
    DOUBLE,
    ['string', /'[^']*'?/y],
    ['name', /\$(?:\w+|\{[^}\n]*\}?)/y],
    ['number', /\s-{1,2}[\w-]+/y],
    WORD,
  ],
  keywords: words(SHELL),
};
const sql: Language = {
  rules: [DASHES, STARS, SINGLE, DOUBLE, NUMBER, WORD],
  keywords: words(SQL),
  ignoresCase: true,
};
const json: Language = {
  rules: [['name', /"(?:[^"\\\n]|\\[^])*"(?=\s{0,20}:)/y], DOUBLE, NUMBER, WORD],
  keywords: words('true false null'),
};
const yaml: Language = {
  rules: [HASH, ['name', /[\w.-]+(?=:(?:\s|$))/y], DOUBLE, SINGLE, NUMBER, WORD],
  keywords: words('true false null yes no'),
};
const markup: Language = {
  rules: [
    ['comment', /<!--[^]*?(?:-->|$)/y],
    ['tag', /<\/?[A-Za-z][\w:.-]*|\/?>/y],
    ['name', /[\w:@-]+(?==)/y],
    ['string', /"[^"<]*"/y],
  ],
  keywords: new Set(),
};
const styles: Language = {
  rules: [
    STARS,
    DOUBLE,
    SINGLE,
    ['keyword', /@[\w-]+/y],
    ['name', /[\w-]+(?=\s{0,5}:)/y],
    ['number', /#[\da-fA-F]{3,8}|-?\d[\d.]*[a-z%]*/y],
    ['word', /[\w-]+/y],
  ],
  keywords: new Set(),
};
const diff: Language = { rules: [], keywords: new Set(), isByLine: true };

const LANGUAGES: Record<string, Language> = {
  ...named(js, 'js javascript jsx mjs ts typescript tsx'),
  ...named(java, 'java'),
  ...named(curly(CSHARP), 'cs csharp c#'),
  ...named(c, 'c h cpp c++ cc hpp'),
  ...named(curly(GO, BACKTICK), 'go golang'),
  ...named(curly(RUST), 'rust rs'),
  ...named(curly(KOTLIN, TRIPLE), 'kotlin kt'),
  ...named(curly(SWIFT, TRIPLE), 'swift'),
  ...named(curly(PHP, HASH), 'php'),
  ...named(python, 'python py'),
  ...named(ruby, 'ruby rb'),
  ...named(shell, 'sh bash shell zsh console'),
  ...named(sql, 'sql postgresql plpgsql'),
  ...named(json, 'json jsonc json5'),
  ...named(yaml, 'yaml yml toml ini dockerfile'),
  ...named(markup, 'html xml svg vue'),
  ...named(styles, 'css scss less'),
  ...named(diff, 'diff patch'),
};

function named(language: Language, names: string): Record<string, Language> {
  return Object.fromEntries(names.split(' ').map((name) => [name, language]));
}

export const languageOf = (name: string): Language | undefined => {
  const lower = name.toLowerCase();
  return Object.hasOwn(LANGUAGES, lower) ? LANGUAGES[lower] : undefined;
};
