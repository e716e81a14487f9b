/** Set text as PDF text operators; each glyph gets a code of an embedded font from whoever holds the fonts. */

import type { LineRun, SetText } from './layout-text.ts';
import { pdfColor, pdfNumber } from './pdf-objects.ts';
import type { GlyphShape, PlacedGlyph } from './shape.ts';

export interface GlyphCode {
  /** Resource name without the slash. */
  font: string;
  code: number;
}

/** `own`: the code must be one of the document's own font. */
export type CodeOf = (shape: GlyphShape, own: boolean) => GlyphCode;

const hexCodes = Array.from({ length: 1_024 }, (_, code) => code.toString(16).padStart(4, '0'));

function hexCode(code: number): string {
  return hexCodes[code] ?? code.toString(16).padStart(4, '0');
}

/** A block's operators, its colour (`#rrggbb`) set first. */
export function textOperators(block: SetText, color: string, codeOf: CodeOf): string {
  const writer = new RunWriter(block.size, codeOf);
  const drawn = block.runs.map((run) => writer.write(run)).join('');
  return drawn === '' ? '' : `${pdfColor(color)} rg\n${drawn}`;
}

/** Thousandths of an em below which a shift is not written. */
const noShift = 0.5;

class RunWriter {
  readonly #size: number;
  readonly #codeOf: CodeOf;
  #ops = '';
  #array = '';
  #codes = '';
  #font = '';
  #rise = 0;
  /** The reader's pen adds it after each code; readers see blanks in gaps that they do not know to be letter spacing (PDFium, pdf.js). */
  #spacing = 0;
  /** Where the pen would stand and where the PDF reader's stands. */
  #pen = 0;
  #reader = 0;

  constructor(size: number, codeOf: CodeOf) {
    this.#size = size;
    this.#codeOf = codeOf;
  }

  write(run: LineRun): string {
    this.#ops = '';
    this.#font = '';
    this.#rise = 0;
    this.#pen = 0;
    this.#reader = 0;
    this.#spacing = (run.letterSpacing * 1_000) / this.#size;
    for (const glyph of run.glyphs) this.#glyph(glyph, run.oneFont, glyph.advance > 0 ? this.#spacing : 0);
    this.#flush();
    if (this.#ops === '') return '';
    const spaced = run.letterSpacing === 0 ? '' : `${pdfNumber(run.letterSpacing)} Tc\n`;
    const back = (this.#rise === 0 ? '' : '0 Ts\n') + (spaced === '' ? '' : '0 Tc\n');
    return `BT\n${pdfNumber(run.x)} ${pdfNumber(run.y)} Td\n${spaced}${this.#ops}${back}ET\n`;
  }

  #glyph(glyph: PlacedGlyph, own: boolean, spacing: number): void {
    const { font, code } = this.#codeOf(glyph.shape, own);
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
    this.#reader += glyph.shape.width + this.#spacing;
    this.#pen += glyph.advance + spacing;
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
