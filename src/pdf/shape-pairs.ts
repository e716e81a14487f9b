/** Plain text put together from what HarfBuzz says of its pairs of letters, remembered: a tenth of the time of shaping it whole, and the same. */

import type { Face } from './fonts/face.ts';
import type { Item } from './itemize.ts';
import { isPlain } from './plain-text.ts';
import { type GlyphShape, type PlacedGlyph, shapeRaw, singleShape } from './shape-item.ts';

/** Faces in which plain letters depend on nothing but the next letter: no alternates, ligatures of pairs and beginning with pairs. The test tries all triples. */
const pairwise: ReadonlySet<string> = new Set(
  ['NotoSerif', 'NotoSans'].flatMap((stem) =>
    ['Regular', 'Bold', 'Italic', 'BoldItalic'].map((weight) => `${stem}-${weight}`),
  ),
);

/** How a letter stands before another one, or at the end; null where the two become something else. */
type Standing = { shape: GlyphShape; advance: number } | null;

const standings = new WeakMap<Face, Map<string, Map<number, Standing>>>();
/** Distinct pairs kept per face; those of ordinary text are far fewer. */
const mostPairs = 50_000;

/** What `shapeItem` would give; undefined where pairs cannot say it. */
export function placeByPairs(text: string, item: Item, language: string, spaced: boolean): PlacedGlyph[] | undefined {
  const { face, script, level, start, end } = item;
  if (level !== 0 || !pairwise.has(face.name) || !isPlain(text, start, end)) return undefined;
  const ofFace = standings.get(face) ?? new Map<string, Map<number, Standing>>();
  standings.set(face, ofFace);
  const key = `${script} ${language} ${spaced}`;
  const known = ofFace.get(key) ?? new Map<number, Standing>();
  ofFace.set(key, known);
  const glyphs = new Array<PlacedGlyph>(end - start);
  for (let at = start; at < end; at++) {
    const next = at + 1 < end ? text.charCodeAt(at + 1) : 0;
    const pair = text.charCodeAt(at) * 65_536 + next;
    let standing = known.get(pair);
    if (standing === undefined) {
      if (known.size >= mostPairs) known.clear();
      standing = standingOf(text.slice(at, Math.min(at + 2, end)), item, language, spaced);
      known.set(pair, standing);
    }
    if (standing === null) return undefined;
    glyphs[at - start] = { shape: standing.shape, advance: standing.advance, x: 0, y: 0, start: at, end: at + 1 };
  }
  return glyphs;
}

/** Of the first of one or two letters. */
function standingOf(letters: string, item: Item, language: string, spaced: boolean): Standing {
  const shaped = (text: string) => shapeRaw(text, { ...item, start: 0, end: text.length }, language, spaced);
  const together = shaped(letters);
  const alone = [...letters].map((letter) => shaped(letter));
  const unchanged = together.every(({ glyph, cluster, advance, x, y }, at) => {
    const [only, ...more] = alone[at] ?? [];
    const same = only?.glyph === glyph && more.length === 0 && (at === 0 || only.advance === advance);
    return same && cluster === at && x === 0 && y === 0 && advance > 0;
  });
  const first = together[0];
  if (!first || !unchanged || together.length !== letters.length) return null;
  return { shape: singleShape(item.face, first, letters.slice(0, 1), false), advance: first.advance };
}
