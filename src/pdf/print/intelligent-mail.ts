/** The Intelligent Mail barcode (USPS-B-3200): 65 bars of four kinds, drawn within the measures that sorting machines read. */

import bwipjs from 'bwip-js/node';
import { pdfNumber } from '../pdf-objects.ts';

/** Points. Bars stand 20 to 24 to the inch, are 0.015 to 0.025 inch wide, 0.125 to 0.165 high, the tracking part 0.039 to 0.057. */
const measures = { pitch: 72 / 22, tightest: 72 / 24, bar: 1.44, full: 10.44, tracker: 3.456 } as const;
const count = 65;

/** White space that must be left at either end, and above and below. */
export const clearZone = { side: 9, above: 2.88 } as const;
export const barcodeHeight = measures.full;

/**
 * A letter a bar: Full, Ascender, Descender, Tracker. `digits`: 20 of tracking code, 0, 5, 9 or 11 of routing. Throws where the digits are no
 * such code: the second digit goes to 4 only.
 */
export function intelligentMailBars(digits: string): string {
  if (!/^\d[0-4]\d{18}(?:\d{5}|\d{9}|\d{11})?$/.test(digits)) throw new RangeError('no barcode has these digits');
  const [symbol] = bwipjs.raw('onecode', digits, {}) as unknown as [{ bbs: number[]; bhs: number[] }];
  const top = Math.max(...symbol.bbs.map((from, at) => from + (symbol.bhs[at] as number)));
  return symbol.bbs
    .map((from, at) => {
      const descends = from === 0;
      const ascends = from + (symbol.bhs[at] as number) > top - 1e-6;
      return ascends ? (descends ? 'F' : 'A') : descends ? 'D' : 'T';
    })
    .join('');
}

/** Width for a box of `available` points; where that is too little for any, the narrowest there may be. */
export function barcodeWidth(available: number): number {
  return (count - 1) * pitchFor(available) + measures.bar;
}

/** Rectangles to fill; `bottom` is the foot of the full bars. */
export function barcodeOperators(digits: string, left: number, bottom: number, available: number): string {
  const pitch = pitchFor(available);
  const arm = (measures.full - measures.tracker) / 2;
  const bars = [...intelligentMailBars(digits)].map((kind, at) => {
    const foot = kind === 'F' || kind === 'D' ? 0 : arm;
    const head = measures.full - (kind === 'F' || kind === 'A' ? 0 : arm);
    const numbers = [left + at * pitch, bottom + foot, measures.bar, head - foot];
    return `${numbers.map((one) => pdfNumber(one)).join(' ')} re\n`;
  });
  return `0 g\n${bars.join('')}f\n`;
}

function pitchFor(available: number): number {
  return Math.max(measures.tightest, Math.min(measures.pitch, (available - measures.bar) / (count - 1)));
}
