/** A font subset as the five PDF objects that embed it: Type 0 font, CIDFont, descriptor, CFF file, ToUnicode map. */

import { deflateSmall } from './deflate-small.ts';
import { streamBody } from './pdf-objects.ts';
import type { GlyphShape } from './shape.ts';
import { cffSubset } from './subset.ts';

/** Objects of one font, in order. */
export const objectsPerFont = 5;

/** Shapes in order of their codes, which count from 1; the first one's face gives the name and the metrics. */
export class FontSubset {
  readonly shapes: GlyphShape[] = [];
  readonly #codes = new Map<GlyphShape, number>();

  /** The shape's code; a new shape is added. */
  code(shape: GlyphShape): number {
    let code = this.#codes.get(shape);
    if (code === undefined) {
      code = this.shapes.push(shape);
      this.#codes.set(shape, code);
    }
    return code;
  }

  /** Bodies of the five objects, the first of which is the font; they are numbered from `first` on. */
  objects(first: number): (string | Uint8Array)[] {
    const { shapes } = this;
    const face = (shapes[0] as GlyphShape).face;
    const name = `${subsetTag(shapes)}+${face.name}`;
    const { metrics } = face;
    const widths = shapes.map((shape) => Math.round(shape.width)).join(' ');
    const flags = 4 + (metrics.italicAngle === 0 ? 0 : 64);
    return [
      `<</Type/Font/Subtype/Type0/BaseFont/${name}/Encoding/Identity-H/DescendantFonts[${first + 1} 0 R]` +
        `/ToUnicode ${first + 4} 0 R>>`,
      `<</Type/Font/Subtype/CIDFontType0/BaseFont/${name}/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)` +
        `/Supplement 0>>/FontDescriptor ${first + 2} 0 R/DW 500/W[1[${widths}]]>>`,
      `<</Type/FontDescriptor/FontName/${name}/Flags ${flags}/FontBBox[${metrics.box.join(' ')}]` +
        `/ItalicAngle ${Math.round(metrics.italicAngle)}/Ascent ${metrics.ascent}/Descent ${metrics.descent}` +
        `/CapHeight ${metrics.capHeight}/StemV 80/FontFile3 ${first + 3} 0 R>>`,
      deflated('/Subtype/CIDFontType0C', cffSubset(name, shapes, metrics.box), worthDeflating.outlines),
      deflated('', Buffer.from(toUnicode(shapes), 'latin1'), worthDeflating.map),
    ];
  }
}

/** Below this many bytes deflating saves less than it costs: outlines are dense already, maps are not. */
const worthDeflating = { outlines: 1_200, map: 400 };

function deflated(dictionary: string, data: Uint8Array, from: number): Uint8Array {
  if (data.length < from) return streamBody(dictionary, data, false);
  const packed = deflateSmall(data);
  return Buffer.concat([
    Buffer.from(`<<${dictionary}/Filter/FlateDecode/Length ${packed.length}>>stream\n`, 'latin1'),
    packed,
    Buffer.from('\nendstream', 'latin1'),
  ]);
}

/** Six letters that differ with the subset's content (FNV-1a). */
function subsetTag(shapes: readonly GlyphShape[]): string {
  let hash = 0x811c9dc5;
  const add = (value: number) => {
    hash = Math.imul(hash ^ value, 0x01000193) >>> 0;
  };
  for (const { parts, text } of shapes) {
    for (const part of parts) add(part.glyph);
    for (let at = 0; at < text.length; at++) add(text.charCodeAt(at));
  }
  let tag = '';
  for (let at = 0; at < 6; at++) {
    tag += String.fromCharCode(65 + (hash % 26));
    hash = Math.floor(hash / 26);
  }
  return tag;
}

/** Most mappings in one block of a CMap. */
const blockSize = 100;

function toUnicode(shapes: readonly GlyphShape[]): string {
  const mappings: string[] = [];
  shapes.forEach((shape, at) => {
    if (shape.text !== '') mappings.push(`<${hex(at + 1)}><${unicodeHex(shape)}>`);
  });
  let blocks = '';
  for (let at = 0; at < mappings.length; at += blockSize) {
    const block = mappings.slice(at, at + blockSize);
    blocks += `${block.length} beginbfchar\n${block.join('\n')}\nendbfchar\n`;
  }
  return (
    '/CIDInit/ProcSet findresource begin 12 dict begin begincmap\n' +
    '/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n/CMapName/U def/CMapType 2 def\n' +
    `1 begincodespacerange\n<0000><FFFF>\nendcodespacerange\n${blocks}` +
    'endcmap CMapName currentdict/CMap defineresource pop end end'
  );
}

/**
 * Readers put right-to-left text back into reading order character by character, also within one glyph's text;
 * so a ligature's characters are written as they stand, left to right. Measured with poppler, PDFium and pdf.js.
 */
function unicodeHex(shape: GlyphShape): string {
  const text = shape.rightToLeft ? [...shape.text].reverse().join('') : shape.text;
  let digits = '';
  for (let at = 0; at < text.length; at++) digits += hex(text.charCodeAt(at));
  return digits;
}

function hex(value: number): string {
  return value.toString(16).padStart(4, '0');
}
