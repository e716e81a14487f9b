/** Characters that may not stand in any cell, and how a cell's text is made clean: NFC, trimmed, a spreadsheet's guarding apostrophe dropped. */

const plain = /^[\x20-\x7e]*$/;
const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
/** The same without tab and line breaks. */
const controlsInLines = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;
/** Embeddings, overrides and isolates; the marks U+200E and U+200F are harmless and stay allowed. */
const directionOverrides = /[\u202a-\u202e\u2066-\u2069]/;
const visible = /[^\p{Z}\p{C}\p{Default_Ignorable_Code_Point}]/u;
const lineBreaks = /\r\n|[\r\u2028\u2029]/g;
/** What a spreadsheet takes for the start of a formula when it stands first in a cell, full-width forms included. */
const formulaStart = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;
const guarded = /^'[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

/** True for text of printable ASCII only, which needs no further look. */
export function isPlain(text: string): boolean {
  return plain.test(text);
}

/** The first control character, or undefined. Tab and line breaks count unless `lines` is true. */
export function findControl(text: string, lines: boolean): string | undefined {
  return (lines ? controlsInLines : controls).exec(text)?.[0];
}

export function findDirectionOverride(text: string): string | undefined {
  return directionOverrides.exec(text)?.[0];
}

/** Whether anything of it can be seen; a name of zero-width characters cannot. */
export function isVisible(text: string): boolean {
  return visible.test(text);
}

/** Text whose line breaks are all `\n`. */
export function unifyLineBreaks(text: string): string {
  return text.replace(lineBreaks, '\n');
}

/** `U+202E` for the first character. */
export function codePointName(character: string): string {
  return `U+${(character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** A value as it may be shown and stored with an issue: at most 200 characters, nothing in it that a database refuses or a terminal obeys. */
export function shown(value: string): string {
  const cut = value.length > 200 ? value.slice(0, 200) : value;
  return plain.test(cut)
    ? cut
    : cut.toWellFormed().replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}

/** Length in code points. */
export function codePoints(text: string): number {
  if (plain.test(text)) return text.length;
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** Trimmed, and without the apostrophe that guards a formula sign: the inverse of {@link guardFormula}. */
export function unguard(text: string): string {
  let clean = text.trimStart();
  while (clean.charCodeAt(0) === 0x27 && guarded.test(clean)) {
    const bare = clean.slice(1);
    clean = bare.trimStart();
    if (clean === bare) break;
  }
  return clean.trimEnd();
}

/** A cell that no spreadsheet takes for a formula (ASVS 1.2.10). */
export function guardFormula(cell: string): string {
  return formulaStart.test(cell) ? `'${cell}` : cell;
}
