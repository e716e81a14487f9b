/** A bound on the room a text needs, from the widths of its characters alone; it spares most rows the shaping when they are checked. */

import type { Face } from './fonts/face.ts';
import { primaryFace } from './fonts/registry.ts';
import { anyScript, scriptMask, scripts } from './fonts/scripts.ts';
import type { TextBox } from './layout-text.ts';

const simple = (['Latn', 'Grek', 'Cyrl'] as const).reduce((mask, script) => mask | (1 << scripts.indexOf(script)), 0);

/** Kerning may widen a pair; no bundled face widens whole texts by more than this. */
const kerning = 1.06;

/** True only where the text surely fits and has all its glyphs; false says nothing. Plain left-to-right letters only. */
export function fitsForCertain(text: string, box: TextBox): boolean {
  if (/[\n\r\u2028\u2029]/.test(text) || box.direction === 'rtl') return false;
  const measured = measure(text, primaryFace(box.style));
  if (!measured) return false;
  const at = (advance: number, letters: number, size: number) =>
    (advance * kerning * size) / 1_000 + Math.max(0, box.letterSpacing) * letters;
  const size = Math.min(box.minSize, box.size);
  const total = at(measured.advance, text.length, size);
  if (total <= box.width) return true;
  if (!box.wrap) return false;
  const room = box.width - at(measured.widestWord, measured.longestWord, size);
  if (room <= 0) return false;
  const lines = Math.ceil(total / room);
  return ((lines - 1) * box.lineHeight + 1) * size <= box.height;
}

interface Measured {
  advance: number;
  widestWord: number;
  longestWord: number;
}

function measure(text: string, face: Face): Measured | undefined {
  const measured: Measured = { advance: 0, widestWord: 0, longestWord: 0 };
  let word = 0;
  let letters = 0;
  for (const character of text) {
    const codePoint = character.codePointAt(0) as number;
    const mask = scriptMask(codePoint);
    if (mask !== anyScript && (mask & simple) === 0) return undefined;
    if (!face.covers(codePoint)) return undefined;
    const advance = face.advanceOf(codePoint);
    measured.advance += advance;
    word = character === ' ' ? 0 : word + advance;
    letters = character === ' ' ? 0 : letters + 1;
    measured.widestWord = Math.max(measured.widestWord, word);
    measured.longestWord = Math.max(measured.longestWord, letters);
  }
  return measured;
}
