/** Paragraphs cut into items and shaped. */

import type { FontStyle } from './fonts/registry.ts';
import { isJoined } from './fonts/scripts.ts';
import { type Direction as BaseDirection, type Item, itemize } from './itemize.ts';
import { type PlacedGlyph, shapeItem } from './shape-item.ts';
import { placeByPairs } from './shape-pairs.ts';

export type { GlyphShape, PlacedGlyph } from './shape-item.ts';

export interface ShapedRun {
  item: Item;
  /** In visual order, left to right. */
  glyphs: PlacedGlyph[];
}

export interface ShapedText {
  text: string;
  baseLevel: 0 | 1;
  /** In logical order. */
  runs: ShapedRun[];
  missing: string[];
}

export interface ShapeOptions {
  language: string;
  direction: BaseDirection;
  /** Letters are spaced out, so that none may join. */
  spaced?: boolean;
}

/** Shapes one paragraph, which holds no line break. */
export function shapeText(text: string, style: FontStyle, options: ShapeOptions): ShapedText {
  const { items, baseLevel, missing } = itemize(text, style, options.language, options.direction);
  const runs = items.map((item) => ({
    item,
    glyphs: glyphsOf(text, item, options),
  }));
  return { text, baseLevel, runs, missing };
}

function glyphsOf(text: string, item: Item, { language, spaced = false }: ShapeOptions): PlacedGlyph[] {
  const apart = spaced && !isJoined(item.script);
  return placeByPairs(text, item, language, apart) ?? shapeItem(text, item, language, apart);
}
