/** RFC 8259 as a table: for each state and byte the next state, or what is to be done. Built once, from rules that can be read. */

/** States; those of a number come first to last in the order of its parts. */
export const state = {
  error: 0,
  start: 1,
  mark1: 2,
  mark2: 3,
  value: 4,
  firstElement: 5,
  firstKey: 6,
  key: 7,
  colon: 8,
  next: 9,
  done: 10,
  string: 11,
  escape: 12,
  hex1: 13,
  hex2: 14,
  hex3: 15,
  hex4: 16,
  minus: 17,
  zero: 18,
  whole: 19,
  point: 20,
  fraction: 21,
  exponent: 22,
  exponentSign: 23,
  exponentDigits: 24,
  /** Words: what is left of `true`, `false` and `null`. */
  rue: 25,
  ue: 26,
  e: 27,
  alse: 28,
  lse: 29,
  se: 30,
  ull: 31,
  ll: 32,
  l: 33,
} as const;

/** Everything from here on is to be done, and decides itself which state follows. */
export const action = {
  openObject: 64,
  openList: 65,
  closeObject: 66,
  closeList: 67,
  comma: 68,
  openKey: 69,
  openString: 70,
  closeString: 71,
  openNumber: 72,
  /** The byte stands behind the number and is looked at again. */
  closeNumber: 73,
  exponent: 74,
  openWord: 75,
  closeWord: 76,
} as const;

export const firstAction = 64;

const blanks = ' \t\n\r';
const digits = '0123456789';
const hex = `${digits}abcdefABCDEF`;
const s = state;
const a = action;

const rules: [from: number | number[], bytes: string, to: number][] = [
  [s.start, '\xef', s.mark1],
  [s.mark1, '\xbb', s.mark2],
  [s.mark2, '\xbf', s.value],
  [s.start, blanks, s.value],
  [[s.value, s.firstElement], blanks, -1],
  [[s.firstKey, s.key, s.colon, s.next, s.done], blanks, -1],
  [[s.start, s.value, s.firstElement], '{', a.openObject],
  [[s.start, s.value, s.firstElement], '[', a.openList],
  [[s.start, s.value, s.firstElement], '"', a.openString],
  [[s.start, s.value, s.firstElement], `-${digits}`, a.openNumber],
  [[s.start, s.value, s.firstElement], 'tfn', a.openWord],
  [s.firstElement, ']', a.closeList],
  [s.firstKey, '}', a.closeObject],
  [[s.firstKey, s.key], '"', a.openKey],
  [s.colon, ':', s.value],
  [s.next, ',', a.comma],
  [s.next, '}', a.closeObject],
  [s.next, ']', a.closeList],
  [s.string, '"', a.closeString],
  [s.string, '\\', s.escape],
  [s.escape, '"\\/bfnrt', s.string],
  [s.escape, 'u', s.hex1],
  [s.hex1, hex, s.hex2],
  [s.hex2, hex, s.hex3],
  [s.hex3, hex, s.hex4],
  [s.hex4, hex, s.string],
  [s.minus, '0', s.zero],
  [s.minus, '123456789', s.whole],
  [s.whole, digits, -1],
  [[s.zero, s.whole], '.', s.point],
  [s.point, digits, s.fraction],
  [s.fraction, digits, -1],
  [[s.zero, s.whole, s.fraction], 'eE', a.exponent],
  [s.exponent, '+-', s.exponentSign],
  [[s.exponent, s.exponentSign], digits, s.exponentDigits],
  [s.exponentDigits, digits, -1],
  [[s.zero, s.whole, s.fraction, s.exponentDigits], `${blanks},]}`, a.closeNumber],
  [s.rue, 'r', s.ue],
  [s.ue, 'u', s.e],
  [s.alse, 'a', s.lse],
  [s.lse, 'l', s.se],
  [s.se, 's', s.e],
  [s.e, 'e', a.closeWord],
  [s.ull, 'u', s.ll],
  [s.ll, 'l', s.l],
  [s.l, 'l', a.closeWord],
];

/** `grammar[state << 8 | byte]`; 0 where the byte must not stand there. */
export const grammar = buildGrammar();

function buildGrammar(): Uint8Array {
  const table = new Uint8Array(64 << 8);
  for (let byte = 0x20; byte < 0x100; byte++) table[(s.string << 8) | byte] = s.string;
  for (const [from, bytes, to] of rules)
    for (const one of [from].flat())
      for (const character of bytes) table[(one << 8) | character.charCodeAt(0)] = to === -1 ? one : to;
  return table;
}

/** Where a value's first byte leads. */
export function stateAfter(byte: number): number {
  switch (String.fromCharCode(byte)) {
    case '-':
      return s.minus;
    case '0':
      return s.zero;
    case 't':
      return s.rue;
    case 'f':
      return s.alse;
    case 'n':
      return s.ull;
    default:
      return s.whole;
  }
}

/** What is wrong with text that is not JSON; each door has its own words for it. */
export const jsonFaults = [
  'it is empty',
  'it ends too early',
  'something follows its end',
  'an unexpected character',
  'a control character stands in a text',
  'an escape is not valid',
  'a number is not valid',
  'it is nested too deeply',
  'it is not UTF-8',
] as const;

export type JsonFault = (typeof jsonFaults)[number];

/** Why `byte` must not stand where the state is this one. */
export function faultIn(from: number, byte: number): JsonFault {
  // The byte order mark of UTF-16.
  if (from === s.start && byte >= 0xfe) return 'it is not UTF-8';
  if (from === s.done) return 'something follows its end';
  if (from === s.string && byte < 0x20) return 'a control character stands in a text';
  if (from >= s.escape && from <= s.hex4) return 'an escape is not valid';
  if (from >= s.minus && from <= s.exponentDigits) return 'a number is not valid';
  return 'an unexpected character';
}
