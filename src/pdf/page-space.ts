/** From the template's millimetres, y down from the top left corner, to PDF points, y up from the lower left one. */

export const pointsPerMm = 72 / 25.4;

export function points(mm: number): number {
  return mm * pointsPerMm;
}

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A box in points; y is its lower edge. */
export function boxInPoints(box: Box, pageHeightMm: number): Box {
  return {
    x: points(box.x),
    y: points(pageHeightMm - box.y - box.height),
    width: points(box.width),
    height: points(box.height),
  };
}

export function overlaps(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
