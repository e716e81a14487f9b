/** Elliptical arcs as cubic curves, each spanning at most a quarter turn (error below 0.03 % of the radius). */

export interface Arc {
  rx: number;
  ry: number;
  /** Of the x axis, degrees. */
  rotation: number;
  large: boolean;
  sweep: boolean;
}

/** Cubic curves from one point to x, y along an ellipse, as six numbers each; undefined where SVG wants a straight line.
 * Source: SVG 2, appendix B.2 (endpoint to centre parameters, radii enlarged when they cannot reach). */
export function arcCurves(from: { x: number; y: number }, arc: Arc, x: number, y: number): number[][] | undefined {
  let rx = Math.abs(arc.rx);
  let ry = Math.abs(arc.ry);
  if (rx === 0 || ry === 0) return undefined;
  if (from.x === x && from.y === y) return [];
  const phi = ((arc.rotation % 360) * Math.PI) / 180;
  const cos = Math.cos(phi);
  const sin = Math.sin(phi);
  const halfX = (from.x - x) / 2;
  const halfY = (from.y - y) / 2;
  const px = cos * halfX + sin * halfY;
  const py = cos * halfY - sin * halfX;
  const reach = Math.hypot(px / rx, py / ry);
  if (reach > 1) {
    rx *= reach;
    ry *= reach;
  }
  const [ux, uy] = [px / rx, py / ry];
  const squared = ux * ux + uy * uy;
  const away = (arc.large === arc.sweep ? -1 : 1) * Math.sqrt(Math.max(0, 1 / squared - 1));
  const [cx, cy] = [away * uy, -away * ux];
  const start = Math.atan2(uy - cy, ux - cx);
  let turn = Math.atan2(-uy - cy, -ux - cx) - start;
  if (arc.sweep && turn < 0) turn += 2 * Math.PI;
  if (!arc.sweep && turn > 0) turn -= 2 * Math.PI;
  // Unit circle around (cx, cy) -> the page.
  const place = (a: number, b: number) => {
    const [ex, ey] = [rx * (a + cx), ry * (b + cy)];
    return [cos * ex - sin * ey + (from.x + x) / 2, sin * ex + cos * ey + (from.y + y) / 2];
  };
  const count = Math.max(1, Math.ceil(Math.abs(turn) / (Math.PI / 2) - 1e-9));
  const step = turn / count;
  const handle = (4 / 3) * Math.tan(step / 4);
  const curves: number[][] = [];
  for (let at = 0; at < count; at++) {
    const a = start + at * step;
    const b = a + step;
    const end = at === count - 1 ? [x, y] : place(Math.cos(b), Math.sin(b));
    curves.push([
      ...place(Math.cos(a) - handle * Math.sin(a), Math.sin(a) + handle * Math.cos(a)),
      ...place(Math.cos(b) + handle * Math.sin(b), Math.sin(b) - handle * Math.cos(b)),
      ...end,
    ] as number[]);
  }
  return curves;
}
