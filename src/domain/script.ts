/** Which script a text's letters are of: the main one of many texts, and a pattern for letters of any other. */

/** ISO 15924 code -> the ranges its letters lie in, as a regular expression's brackets write them, here and in PostgreSQL. */
const ranges = {
  Latn: 'A-Za-z\\u00aa\\u00ba\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u02b8\\u1e00-\\u1eff\\u2c60-\\u2c7f\\ua722-\\ua7ff\\uab30-\\uab64\\uff21-\\uff3a\\uff41-\\uff5a',
  Grek: '\\u0370-\\u0373\\u0375-\\u037d\\u037f\\u0386\\u0388-\\u03e1\\u03f0-\\u03ff\\u1f00-\\u1fff',
  Cyrl: '\\u0400-\\u052f\\u1c80-\\u1c8a\\u2de0-\\u2dff\\ua640-\\ua69f',
  Armn: '\\u0531-\\u058a\\ufb13-\\ufb17',
  Hebr: '\\u0591-\\u05f4\\ufb1d-\\ufb4f',
  Arab: '\\u0620-\\u063f\\u0641-\\u064a\\u066e-\\u066f\\u0671-\\u06dc\\u06de-\\u06ef\\u06fa-\\u06ff\\u0750-\\u077f\\u0870-\\u08e1\\u08e3-\\u08ff\\ufb50-\\ufdff\\ufe70-\\ufefc',
  Syrc: '\\u0710-\\u074f\\u0860-\\u086a',
  Thaa: '\\u0780-\\u07b1',
  Deva: '\\u0900-\\u0950\\u0955-\\u0963\\u0971-\\u097f\\ua8e0-\\ua8ff',
  Beng: '\\u0980-\\u09e5\\u09f0-\\u09fe',
  Guru: '\\u0a01-\\u0a65\\u0a70-\\u0a76',
  Gujr: '\\u0a81-\\u0ae5\\u0af9-\\u0aff',
  Orya: '\\u0b01-\\u0b65\\u0b71-\\u0b77',
  Taml: '\\u0b82-\\u0bd7',
  Telu: '\\u0c00-\\u0c65',
  Knda: '\\u0c80-\\u0ce5\\u0cf1-\\u0cf3',
  Mlym: '\\u0d00-\\u0d65\\u0d7a-\\u0d7f',
  Sinh: '\\u0d81-\\u0ddf\\u0df2-\\u0df4',
  Thai: '\\u0e01-\\u0e3a\\u0e40-\\u0e4e',
  Laoo: '\\u0e81-\\u0ece\\u0edc-\\u0edf',
  Mymr: '\\u1000-\\u103f\\u1050-\\u108f\\u109a-\\u109f\\ua9e0-\\ua9fe\\uaa60-\\uaa7f',
  Geor: '\\u10a0-\\u10fa\\u10fc-\\u10ff\\u1c90-\\u1cbf\\u2d00-\\u2d2d',
  Ethi: '\\u1200-\\u1360\\u1380-\\u138f\\u2d80-\\u2dde\\uab01-\\uab2e',
  Khmr: '\\u1780-\\u17d3\\u17d7\\u17dc-\\u17dd',
  Jpan: '\\u3005-\\u3007\\u3041-\\u3096\\u309d-\\u309f\\u30a1-\\u30fa\\u30fd-\\u30ff\\u31f0-\\u31ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\uff66-\\uff9d\\U00020000-\\U0003ffff',
  Kore: '\\u1100-\\u11ff\\u3131-\\u318e\\ua960-\\ua97c\\uac00-\\ud7fb',
} as const;

/** `Jpan` stands for Han, Hiragana and Katakana, which are written together; `Kore` for Hangul. */
export type ScriptCode = keyof typeof ranges;

const codes = Object.keys(ranges) as ScriptCode[];
/** PostgreSQL writes what lies beyond four hex digits with a capital; JavaScript in braces. */
const inJavaScript = (bracket: string) => bracket.replace(/\\U000([0-9a-f]{5})/g, '\\u{$1}');
const patterns = codes.map((code) => [code, new RegExp(`[${inJavaScript(ranges[code])}]`, 'gu')] as const);

/** The script most of the texts are written in, each counted once by most of its letters; Latin where no text has letters. */
export function mainScript(texts: readonly string[]): ScriptCode {
  const counts = new Map<ScriptCode, number>();
  for (const text of texts) {
    const code = scriptOf(text);
    if (code) counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? 'Latn';
}

function scriptOf(text: string): ScriptCode | undefined {
  let most: ScriptCode | undefined;
  let letters = 0;
  for (const [code, pattern] of patterns) {
    const found = text.match(pattern)?.length ?? 0;
    if (found > letters) [most, letters] = [code, found];
  }
  return most;
}

/** A regular expression of PostgreSQL that finds a letter of any script but this one. */
export function foreignLetters(main: ScriptCode): string {
  const others = codes.filter((code) => code !== main).map((code) => ranges[code]);
  return `[${others.join('')}]`;
}
