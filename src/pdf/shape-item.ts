/** Items shaped into glyphs with HarfBuzz; every glyph carries exactly the text it stands for, so that the page can be searched and copied. */

import { BufferFlag, ClusterLevel, Direction, Feature, Buffer as HbBuffer, shape as hbShape } from 'harfbuzzjs';
import type { Face } from './fonts/face.ts';
import type { Item } from './itemize.ts';

/** What one code of an embedded font draws and means; the same drawing with the same text is the same object. */
export interface GlyphShape {
  face: Face;
  /** Glyphs of the face and where they stand; more than one where several glyphs only together have a text. */
  parts: readonly { glyph: number; x: number; y: number }[];
  /** Thousandths of an em; may differ a little from the text's advance where kerning moves it. */
  width: number;
  /** In reading order; empty where the glyph only adds to its neighbour. */
  text: string;
  rightToLeft: boolean;
}

export interface PlacedGlyph {
  shape: GlyphShape;
  /** Thousandths of an em, as are x and y. */
  advance: number;
  x: number;
  y: number;
  /** The text it covers, UTF-16 indices in the paragraph. */
  start: number;
  end: number;
}

const buffer = new HbBuffer();
const unligated = [new Feature('liga', 0), new Feature('clig', 0)];

export interface RawGlyph {
  glyph: number;
  cluster: number;
  advance: number;
  x: number;
  y: number;
}

/** `spaced`: letters are spaced out, so that none may join. */
export function shapeItem(text: string, item: Item, language: string, spaced: boolean): PlacedGlyph[] {
  return clustersOf(shapeRaw(text, item, language, spaced), text, item, (item.level & 1) === 1);
}

/** In visual order, as HarfBuzz gives it. */
export function shapeRaw(text: string, item: Item, language: string, spaced: boolean): RawGlyph[] {
  buffer.clearContents();
  buffer.setClusterLevel(ClusterLevel.MONOTONE_GRAPHEMES);
  buffer.setFlags(BufferFlag.REMOVE_DEFAULT_IGNORABLES);
  buffer.addText(text, item.start, item.end - item.start);
  buffer.setDirection((item.level & 1) === 1 ? Direction.RTL : Direction.LTR);
  buffer.setScript(item.script);
  buffer.setLanguage(language);
  hbShape(item.face.font, buffer, spaced ? unligated : undefined);
  const infos = buffer.getGlyphInfos();
  const positions = buffer.getGlyphPositions();
  return infos.map((info, at): RawGlyph => {
    const position = positions[at] as { xAdvance: number; xOffset: number; yOffset: number };
    const { xAdvance: advance, xOffset: x, yOffset: y } = position;
    return { glyph: info.codepoint, cluster: info.cluster, advance, x, y };
  });
}

/**
 * Joins the glyphs of each cluster into one shape whose text is the cluster's. A cluster without width joins its
 * neighbour, as the alef of lam-alef does, for readers see a blank between a glyph without width and the next (pdf.js).
 */
function clustersOf(raw: readonly RawGlyph[], text: string, item: Item, rightToLeft: boolean): PlacedGlyph[] {
  const glyphs: PlacedGlyph[] = [];
  for (let from = 0; from < raw.length; ) {
    let to = clusterEnd(raw, from);
    while (to < raw.length && hasNoWidth(raw, from, to) && text[(raw[to] as RawGlyph).cluster] !== ' ')
      to = clusterEnd(raw, to);
    const start = (raw[rightToLeft ? to - 1 : from] as RawGlyph).cluster;
    const end = (rightToLeft ? raw[from - 1] : raw[to])?.cluster ?? item.end;
    glyphs.push(clusterGlyph(raw, from, to, item.face, text.slice(start, end), rightToLeft, start, end));
    from = to;
  }
  return glyphs;
}

function clusterEnd(raw: readonly RawGlyph[], from: number): number {
  const { cluster } = raw[from] as RawGlyph;
  let to = from + 1;
  while (to < raw.length && (raw[to] as RawGlyph).cluster === cluster) to++;
  return to;
}

function hasNoWidth(raw: readonly RawGlyph[], from: number, to: number): boolean {
  for (let at = from; at < to; at++) if ((raw[at] as RawGlyph).advance !== 0) return false;
  return true;
}

function clusterGlyph(
  raw: readonly RawGlyph[],
  from: number,
  to: number,
  face: Face,
  text: string,
  rightToLeft: boolean,
  start: number,
  end: number,
): PlacedGlyph {
  const only = raw[from] as RawGlyph;
  if (to === from + 1) {
    const shape = singleShape(face, only, text, rightToLeft && text.length > 1);
    return { shape, advance: only.advance, x: only.x, y: only.y, start, end };
  }
  let advance = 0;
  const parts: { glyph: number; x: number; y: number }[] = [];
  for (const part of raw.slice(from, to)) {
    parts.push({ glyph: part.glyph, x: advance + part.x, y: part.y });
    advance += part.advance;
  }
  return { shape: jointShape(face, parts, advance, text, rightToLeft), advance, x: 0, y: 0, start, end };
}

/** By glyph: its own advance and the shapes made of it. */
const singles = new WeakMap<Face, Map<number, { own: number; shapes: GlyphShape[] }>>();
const joints = new WeakMap<Face, Map<string, GlyphShape>>();
/** Distinct joint shapes kept per face; syllables of ordinary text are far fewer. */
const mostJoints = 20_000;

/** Thousandths of an em; kerning that widens a letter by more makes the letter itself wider, for readers see a blank in a gap (PDFium, pdf.js). */
const widestGap = 50;

export function singleShape(face: Face, { glyph, advance }: RawGlyph, text: string, rightToLeft: boolean): GlyphShape {
  const ofFace = singles.get(face) ?? new Map<number, { own: number; shapes: GlyphShape[] }>();
  singles.set(face, ofFace);
  const { own, shapes } = ofFace.get(glyph) ?? { own: face.font.glyphHAdvance(glyph), shapes: [] };
  if (shapes.length === 0) ofFace.set(glyph, { own, shapes });
  const width = advance - own > widestGap ? advance : own;
  let shape = shapes.find((one) => one.width === width && one.text === text && one.rightToLeft === rightToLeft);
  if (!shape) {
    if (shapes.length > 1_000) shapes.length = 0;
    shape = { face, parts: [{ glyph, x: 0, y: 0 }], width, text, rightToLeft };
    shapes.push(shape);
  }
  return shape;
}

function jointShape(
  face: Face,
  parts: readonly { glyph: number; x: number; y: number }[],
  width: number,
  text: string,
  rightToLeft: boolean,
): GlyphShape {
  const ofFace = joints.get(face) ?? new Map<string, GlyphShape>();
  joints.set(face, ofFace);
  const key = `${text}|${parts.map((part) => `${part.glyph},${part.x},${part.y}`).join(' ')}|${width}|${rightToLeft}`;
  let shape = ofFace.get(key);
  if (!shape) {
    if (ofFace.size >= mostJoints) ofFace.clear();
    shape = { face, parts, width, text, rightToLeft };
    ofFace.set(key, shape);
  }
  return shape;
}
