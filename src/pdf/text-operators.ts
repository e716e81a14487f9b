/** Set text as PDF text operators; each glyph gets a code of an embedded font from whoever holds the fonts. */

import type { SetText } from './layout-text.ts';
import { pdfColor, pdfNumber } from './pdf-objects.ts';
import type { GlyphShape, PlacedGlyph } from './shape.ts';

export interface GlyphCode {
  /** Resource name without the slash. */
  font: string;
  code: number;
}

const hexCodes: string[] = [];

function hexCode(code: number): string {
  return (hexCodes[code] ??= code.toString(16).padStart(4, '0'));
}

/** A block's operators, its colour (`#rrggbb`) set first. */
export function textOperators(
  block: SetText,
  color: string,
  letterSpacing: number,
  codeOf: (shape: GlyphShape) => GlyphCode,
): string {
  const writer = new LineWriter(block.size, codeOf);
  const spacing = (letterSpacing * 1_000) / block.size;
  const lines = block.lines.map((line) => {
    writer.begin(line.x, line.y);
    for (const { glyphs, spaced } of line.runs)
      for (const glyph of glyphs) writer.glyph(glyph, spaced && glyph.advance > 0 ? spacing : 0);
    return writer.end();
  });
  const drawn = lines.filter((line) => line !== '');
  return drawn.length === 0 ? '' : `${pdfColor(color)} rg\n${drawn.join('')}`;
}

/** Thousandths of an em below which a shift is not written. */
const noShift = 0.5;

class LineWriter {
  readonly #size: number;
  readonly #codeOf: (shape: GlyphShape) => GlyphCode;
  #ops = '';
  #array = '';
  #codes = '';
  #font = '';
  #rise = 0;
  #start = '';
  /** Where the pen would stand and where the PDF reader's stands. */
  #pen = 0;
  #reader = 0;

  constructor(size: number, codeOf: (shape: GlyphShape) => GlyphCode) {
    this.#size = size;
    this.#codeOf = codeOf;
  }

  begin(x: number, y: number): void {
    this.#start = `BT\n${pdfNumber(x)} ${pdfNumber(y)} Td\n`;
    this.#ops = '';
    this.#font = '';
    this.#rise = 0;
    this.#pen = 0;
    this.#reader = 0;
  }

  glyph(glyph: PlacedGlyph, spacing: number): void {
    const { font, code } = this.#codeOf(glyph.shape);
    if (font !== this.#font) {
      this.#flush();
      this.#ops += `/${font} ${pdfNumber(this.#size)} Tf\n`;
      this.#font = font;
    }
    if (glyph.y !== this.#rise) {
      this.#flush();
      this.#ops += `${pdfNumber((glyph.y * this.#size) / 1_000)} Ts\n`;
      this.#rise = glyph.y;
    }
    const shift = this.#pen + glyph.x - this.#reader;
    if (Math.abs(shift) >= noShift) {
      const whole = Math.round(shift);
      this.#closeString();
      this.#array += String(-whole);
      this.#reader += whole;
    }
    this.#codes += hexCode(code);
    this.#reader += glyph.shape.width;
    this.#pen += glyph.advance + spacing;
  }

  end(): string {
    this.#flush();
    if (this.#ops === '') return '';
    const back = this.#rise === 0 ? '' : '0 Ts\n';
    return `${this.#start}${this.#ops}${back}ET\n`;
  }

  #closeString(): void {
    if (this.#codes !== '') this.#array += `<${this.#codes}>`;
    this.#codes = '';
  }

  #flush(): void {
    const single = this.#array === '' && this.#codes !== '';
    if (single) this.#ops += `<${this.#codes}>Tj\n`;
    else {
      this.#closeString();
      if (this.#array !== '') this.#ops += `[${this.#array}]TJ\n`;
    }
    this.#array = '';
    this.#codes = '';
  }
}
