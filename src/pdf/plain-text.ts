/** Texts of letters that stand alone, as most names and words in Latin, Greek and Cyrillic are: one script, left to right, no marks, no joining. */

import { anyScript, type Script, scriptMask, scriptOfMask } from './fonts/scripts.ts';

/** Composed letters, digits and signs of ASCII, quotation marks and the dash. The middle dot is none: with an l on each side it is drawn otherwise (Catalan). */
const plainCharacter = /^[ -~À-ÖØ-öø-ʯΆΈ-Ώΐ-ώЀ-џҊ-ӿḀ-ỿ‘’“”–]$/u;
const end = 0x2020;

/** By UTF-16 unit: the scripts it may belong to, 0 where it is not plain. */
const masks = Int32Array.from({ length: end }, (_, unit) => {
  if (!plainCharacter.test(String.fromCharCode(unit))) return 0;
  const mask = scriptMask(unit);
  const single = (mask & (mask - 1)) === 0;
  return mask === anyScript || single ? mask : 0;
});

/** The script of a text that is all plain and of one script; undefined says nothing. */
export function plainScript(text: string): Script | undefined {
  let mask = text === '' ? 0 : anyScript;
  for (let at = 0; at < text.length && mask !== 0; at++) {
    const unit = text.charCodeAt(at);
    mask = unit < end ? mask & (masks[unit] as number) : 0;
  }
  return mask === 0 ? undefined : scriptOfMask(mask);
}

export function isPlain(text: string, start: number, stop: number): boolean {
  for (let at = start; at < stop; at++) {
    const unit = text.charCodeAt(at);
    if (unit >= end || masks[unit] === 0) return false;
  }
  return true;
}
