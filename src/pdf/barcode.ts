/** Code 128 (ISO/IEC 15417) of printable ASCII: set B, with pairs of digits in set C where that is shorter. */

/** Widths of the bars and spaces, alternating, of each code value; 106 is the stop pattern. */
const patterns = (
  '212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 ' +
  '123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 ' +
  '232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 ' +
  '313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 ' +
  '111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 ' +
  '111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 ' +
  '114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112'
).split(' ');

const setC = 99;
const setB = 100;
const startB = 104;
const startC = 105;
const stop = 106;

export interface Barcode {
  /** Modules, without quiet zones. */
  modules: number;
  /** First module and width of each bar. */
  bars: { at: number; width: number }[];
}

/** The bars of a text; undefined when it is empty or holds anything but printable ASCII. */
export function code128(text: string): Barcode | undefined {
  if (!/^[\x20-\x7e]+$/.test(text)) return undefined;
  const values = codeValues(text);
  const check = values.reduce((sum, value, at) => sum + value * Math.max(1, at), 0) % 103;
  const bars: Barcode['bars'] = [];
  let at = 0;
  for (const value of [...values, check, stop]) {
    [...(patterns[value] as string)].forEach((width, index) => {
      if (index % 2 === 0) bars.push({ at, width: Number(width) });
      at += Number(width);
    });
  }
  return { modules: at, bars };
}

/** A start code, then the data. Set C pays for runs of four digits at an end, six in the middle. */
function codeValues(text: string): number[] {
  const values: number[] = [];
  let set: number | undefined;
  const use = (wanted: number, start: number) => {
    if (set !== wanted) values.push(set === undefined ? start : wanted);
    set = wanted;
  };
  for (let at = 0; at < text.length; ) {
    const digits = /^\d*/.exec(text.slice(at))?.[0].length ?? 0;
    const atEnd = at === 0 || at + digits === text.length;
    if (digits >= (atEnd ? 4 : 6) || (set === setC && digits >= 2)) {
      const odd = digits % 2 === 1 && set !== setC;
      if (odd) {
        use(setB, startB);
        values.push(text.charCodeAt(at++) - 32);
      }
      use(setC, startC);
      for (let pairs = digits >> 1; pairs > 0; pairs--, at += 2) values.push(Number(text.slice(at, at + 2)));
    } else {
      use(setB, startB);
      values.push(text.charCodeAt(at++) - 32);
    }
  }
  return values;
}
