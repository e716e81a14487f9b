/** Which characters of an address no font on this server can draw, so that the piece fails alone instead of being printed with holes. */

import { type FontStyle, primaryFace } from '../fonts/registry.ts';
import { itemize } from '../itemize.ts';

/** Of everything that is printed above pages. */
export const addressStyle: FontStyle = { family: 'Noto Sans', weight: 400, italic: false };

/** Each once. */
export function missingGlyphs(lines: readonly string[]): string[] {
  const face = primaryFace(addressStyle);
  const others = lines.filter((line) => [...line].some((one) => !face.covers(one.codePointAt(0) as number)));
  return [...new Set(others.flatMap((line) => itemize(line, addressStyle, 'en', 'auto').missing))];
}
