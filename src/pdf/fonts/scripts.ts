/** The scripts the bundled fonts can draw, and which of them a character may belong to (UAX 24, Script_Extensions). */

/** ISO 15924 codes; a character's scripts are a mask with bit i for entry i. */
export const scripts = [
  'Latn',
  'Grek',
  'Cyrl',
  'Arab',
  'Hebr',
  'Deva',
  'Beng',
  'Taml',
  'Thai',
  'Geor',
  'Armn',
  'Ethi',
  'Khmr',
  'Gujr',
  'Guru',
  'Telu',
  'Knda',
  'Mlym',
  'Sinh',
  'Laoo',
  'Mymr',
  'Orya',
  'Thaa',
  'Syrc',
  'Hani',
  'Hira',
  'Kana',
  'Hang',
  'Bopo',
] as const;

export type Script = (typeof scripts)[number] | 'Zyyy' | 'Zzzz';

/** Of characters that go with any script: blanks, digits, combining marks. */
export const anyScript = 0x7fffffff;
const otherScript = 1 << scripts.length;

const tests = scripts.map((script) => new RegExp(`\\p{scx=${script}}`, 'u'));
const common = /\p{scx=Zyyy}|\p{scx=Zinh}/u;
const masks = new Map<number, number>();

/** The scripts a character may belong to. */
export function scriptMask(codePoint: number): number {
  let mask = masks.get(codePoint);
  if (mask === undefined) {
    mask = findMask(String.fromCodePoint(codePoint));
    masks.set(codePoint, mask);
  }
  return mask;
}

function findMask(character: string): number {
  let mask = 0;
  tests.forEach((test, at) => {
    if (test.test(character)) mask |= 1 << at;
  });
  if (mask !== 0) return mask;
  return common.test(character) ? anyScript : otherScript;
}

/** The script a run of characters settles on: the first it may belong to; `Zyyy` when nothing decides. */
export function scriptOfMask(mask: number): Script {
  if (mask === anyScript) return 'Zyyy';
  const at = 31 - Math.clz32(mask & -mask);
  return scripts[at] ?? 'Zzzz';
}

const eastAsian = new Set<Script>(['Hani', 'Hira', 'Kana', 'Hang', 'Bopo']);

export function isEastAsian(script: Script): boolean {
  return eastAsian.has(script);
}

const joined = new Set<Script>(['Arab', 'Syrc', 'Deva', 'Beng', 'Guru']);

/** Scripts whose letters touch, so that no space may be put between them. */
export function isJoined(script: Script): boolean {
  return joined.has(script);
}
