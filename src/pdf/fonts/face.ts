/** One font file opened for shaping and embedding; every measure is in thousandths of an em, whatever the file's own unit. */

import { readFileSync } from 'node:fs';
import { Blob, Face as HbFace, Font as HbFont } from 'harfbuzzjs';

export interface Outline {
  type: string;
  values: number[];
}

export interface FaceMetrics {
  ascent: number;
  descent: number;
  capHeight: number;
  italicAngle: number;
  /** xMin yMin xMax yMax. */
  box: [number, number, number, number];
}

export class Face {
  /** PostScript name without blanks; names the embedded subset. */
  readonly name: string;
  readonly font: HbFont;
  readonly metrics: FaceMetrics;
  readonly #coverage: Uint8Array;
  readonly #advances = new Map<number, number>();

  constructor(name: string, file: string | URL) {
    this.name = name;
    const face = new HbFace(new Blob(readFileSync(file)));
    this.font = new HbFont(face);
    this.font.setScale(1_000, 1_000);
    this.#coverage = coverageOf(face);
    this.metrics = metricsOf(face, this.font);
  }

  covers(codePoint: number): boolean {
    const byte = this.#coverage[codePoint >> 3];
    return byte !== undefined && (byte & (1 << (codePoint & 7))) !== 0;
  }

  /** Advance of the character's default glyph, unshaped; 0 where the face has none. */
  advanceOf(codePoint: number): number {
    let advance = this.#advances.get(codePoint);
    if (advance === undefined) {
      const glyph = this.font.nominalGlyph(codePoint);
      advance = glyph === undefined ? 0 : this.font.glyphHAdvance(glyph);
      this.#advances.set(codePoint, advance);
    }
    return advance;
  }

  outlineOf(glyph: number): Outline[] {
    return this.font.glyphToJson(glyph);
  }
}

function coverageOf(face: HbFace): Uint8Array {
  const codePoints = face.collectUnicodes();
  const bits = new Uint8Array(((codePoints.at(-1) ?? 0) >> 3) + 1);
  for (const codePoint of codePoints) bits[codePoint >> 3] = (bits[codePoint >> 3] as number) | (1 << (codePoint & 7));
  return bits;
}

function metricsOf(face: HbFace, font: HbFont): FaceMetrics {
  const extents = font.hExtents();
  const head = face.referenceTable('head');
  const scale = 1_000 / face.upem;
  const box: [number, number, number, number] = [0, -300, 1_000, 1_000];
  if (head && head.byteLength >= 44) {
    const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
    for (let at = 0; at < 4; at++) box[at] = Math.round(view.getInt16(36 + 2 * at) * scale);
  }
  const post = face.referenceTable('post');
  const italicAngle =
    post && post.byteLength >= 8 ? new DataView(post.buffer, post.byteOffset, post.byteLength).getInt32(4) / 65_536 : 0;
  const capital = font.nominalGlyph(0x48);
  const capHeight = capital === undefined ? undefined : font.glyphExtents(capital)?.yBearing;
  return { ascent: extents.ascender, descent: extents.descender, capHeight: capHeight ?? 700, italicAngle, box };
}
