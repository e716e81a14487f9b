/** What of a picture is ink: a mask of its pixels, and how two masks compare. */

export interface Picture {
  /** Four bytes a pixel. */
  data: Uint8Array | Uint8ClampedArray;
  width: number;
  height: number;
}

/** One byte a pixel: 1 where there is ink. */
export interface Ink {
  bits: Uint8Array;
  width: number;
  height: number;
}

/** In pixels; right and bottom are exclusive. */
export interface InkBounds {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

function inkWhere(picture: Picture, isInk: (at: number) => boolean): Ink {
  const bits = new Uint8Array(picture.width * picture.height);
  for (let at = 0; at < bits.length; at++) if (isInk(4 * at)) bits[at] = 1;
  return { bits, width: picture.width, height: picture.height };
}

/** Pixels that are half covered with black, or more. */
export function darkInk(picture: Picture): Ink {
  return inkWhere(picture, (at) => (picture.data[at + 1] as number) < 128);
}

/** Pixels that differ clearly from those of another picture of the same size: what was drawn on top of it. */
export function addedInk(picture: Picture, ground: Picture): Ink {
  return inkWhere(picture, (at) => differs(picture, at, ground, at));
}

/** Pixels that differ clearly from the paper, which is the picture's first pixel. */
export function inkOnPaper(picture: Picture): Ink {
  return inkWhere(picture, (at) => differs(picture, at, picture, 0));
}

function differs(one: Picture, at: number, other: Picture, otherAt: number): boolean {
  let sum = 0;
  for (let channel = 0; channel < 3; channel++)
    sum += Math.abs((one.data[at + channel] as number) - (other.data[otherAt + channel] as number));
  return sum > 96;
}

/** Undefined where there is none. */
export function inkBounds({ bits, width, height }: Ink): InkBounds | undefined {
  const bounds = { left: width, top: height, right: 0, bottom: 0 };
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at++) {
      if (bits[at] === 0) continue;
      if (x < bounds.left) bounds.left = x;
      if (x >= bounds.right) bounds.right = x + 1;
      if (y < bounds.top) bounds.top = y;
      bounds.bottom = y + 1;
    }
  return bounds.right > 0 ? bounds : undefined;
}

/** The part within the bounds, with an empty margin round it. */
export function cutOut(ink: Ink, bounds: InkBounds, margin: number): Ink {
  const width = bounds.right - bounds.left + 2 * margin;
  const height = bounds.bottom - bounds.top + 2 * margin;
  const bits = new Uint8Array(width * height);
  for (let y = bounds.top; y < bounds.bottom; y++) {
    const from = y * ink.width;
    bits.set(ink.bits.subarray(from + bounds.left, from + bounds.right), (y - bounds.top + margin) * width + margin);
  }
  return { bits, width, height };
}

export interface Likeness {
  /** Ink of both over ink of either. */
  overlap: number;
  /** The smaller share of one's ink that has ink of the other within a pixel, across or along; 1 is all of it. */
  near: number;
}

/** The likeness of two masks where they lie best on one another, the second moved by up to `reach` pixels either way. */
export function likeness(one: Ink, other: Ink, reach = 3): Likeness {
  let best: Likeness = { overlap: 0, near: 0 };
  let bestShift: [number, number] = [0, 0];
  for (let dy = -reach; dy <= reach; dy++)
    for (let dx = -reach; dx <= reach; dx++) {
      const overlap = overlapAt(one, other, dx, dy);
      if (overlap <= best.overlap) continue;
      best = { overlap, near: 0 };
      bestShift = [dx, dy];
    }
  const [dx, dy] = bestShift;
  const near = Math.min(nearShare(one, other, dx, dy), nearShare(other, one, -dx, -dy));
  return { ...best, near };
}

function inkAt({ bits, width, height }: Ink, x: number, y: number): number {
  return x < 0 || y < 0 || x >= width || y >= height ? 0 : (bits[y * width + x] as number);
}

function overlapAt(one: Ink, other: Ink, dx: number, dy: number): number {
  let both = 0;
  let either = 0;
  const [width, height] = [Math.max(one.width, other.width), Math.max(one.height, other.height)];
  for (let y = -3; y < height + 3; y++)
    for (let x = -3; x < width + 3; x++) {
      const a = inkAt(one, x, y);
      const b = inkAt(other, x + dx, y + dy);
      both += a & b;
      either += a | b;
    }
  return either === 0 ? 0 : both / either;
}

/** Whether there is ink in the square of `reach` pixels round the place. */
function hasNear(ink: Ink, x: number, y: number, reach: number): boolean {
  for (let dy = -reach; dy <= reach; dy++)
    for (let dx = -reach; dx <= reach; dx++) if (inkAt(ink, x + dx, y + dy) === 1) return true;
  return false;
}

function nearShare(one: Ink, other: Ink, dx: number, dy: number): number {
  let all = 0;
  let near = 0;
  for (let y = 0; y < one.height; y++)
    for (let x = 0; x < one.width; x++) {
      if (one.bits[y * one.width + x] === 0) continue;
      all++;
      if (hasNear(other, x + dx, y + dy, 1)) near++;
    }
  return all === 0 ? 0 : near / all;
}

/** Whether ink of one comes within `reach` pixels of ink of the other; masks of the same size. */
export function touches(one: Ink, other: Ink, reach: number): boolean {
  for (let y = 0, at = 0; y < one.height; y++)
    for (let x = 0; x < one.width; x++, at++) if (one.bits[at] === 1 && hasNear(other, x, y, reach)) return true;
  return false;
}
