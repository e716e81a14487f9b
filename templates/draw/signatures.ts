/** Signatures of people who do not exist: pen strokes along curves, thicker where the pen comes down, as PNG with clear paper. */

import sharp from 'sharp';

type Point = [number, number];

/** One movement of the pen: points it passes, in a field of 420 × 156. */
type Stroke = Point[];

const signatures: Record<string, { ink: string; pen: number; strokes: Stroke[] }> = {
  'helena-marchetti': {
    ink: '#1b2a5c',
    pen: 5.2,
    strokes: [
      [
        [44, 34],
        [52, 22],
        [60, 30],
        [54, 70],
        [44, 112],
        [34, 126],
        [28, 116],
      ],
      [
        [30, 84],
        [56, 74],
        [84, 70],
        [104, 58],
      ],
      [
        [110, 18],
        [104, 40],
        [92, 86],
        [86, 112],
        [92, 118],
        [104, 104],
        [116, 90],
        [124, 92],
        [116, 106],
        [118, 114],
        [132, 104],
        [146, 62],
        [154, 44],
        [150, 62],
        [138, 104],
        [144, 116],
        [158, 104],
        [166, 94],
        [172, 96],
        [166, 110],
        [172, 115],
        [186, 102],
      ],
      [
        [200, 116],
        [206, 82],
        [218, 40],
        [224, 34],
        [222, 60],
        [220, 104],
        [232, 72],
        [250, 36],
        [256, 38],
        [252, 74],
        [252, 108],
        [262, 114],
        [274, 100],
        [282, 94],
        [276, 106],
        [280, 113],
        [290, 100],
        [298, 98],
        [296, 108],
        [306, 108],
        [318, 100],
        [328, 101],
        [342, 98],
        [356, 101],
        [372, 94],
        [398, 86],
      ],
      [
        [322, 62],
        [322, 84],
        [318, 112],
      ],
      [
        [306, 82],
        [330, 76],
        [352, 70],
      ],
      [
        [60, 138],
        [140, 130],
        [250, 128],
        [350, 120],
        [300, 132],
        [216, 140],
      ],
    ],
  },
  'daniel-okafor': {
    ink: '#15171c',
    pen: 4.4,
    strokes: [
      [
        [52, 40],
        [48, 78],
        [40, 118],
        [48, 124],
        [86, 112],
        [116, 82],
        [116, 50],
        [88, 28],
        [52, 30],
        [26, 48],
        [22, 66],
      ],
      [
        [126, 106],
        [136, 92],
        [146, 94],
        [136, 112],
        [144, 114],
        [154, 100],
        [158, 98],
        [160, 110],
        [168, 100],
        [176, 100],
        [178, 110],
        [188, 104],
      ],
      [
        [252, 42],
        [226, 36],
        [202, 62],
        [202, 98],
        [222, 114],
        [250, 96],
        [258, 62],
        [246, 42],
        [252, 58],
        [276, 62],
      ],
      [
        [288, 30],
        [280, 66],
        [274, 112],
        [284, 86],
        [304, 74],
        [290, 90],
        [308, 112],
        [322, 98],
        [330, 92],
        [324, 106],
        [332, 110],
        [344, 84],
        [354, 40],
        [350, 34],
        [344, 60],
        [334, 118],
        [326, 146],
        [322, 136],
        [338, 112],
        [356, 100],
        [366, 98],
        [362, 110],
        [372, 108],
        [382, 98],
        [404, 102],
      ],
      [
        [336, 88],
        [354, 84],
        [370, 80],
      ],
    ],
  },
  'noor-al-hashimi': {
    ink: '#123c46',
    pen: 5,
    strokes: [
      [
        [392, 58],
        [396, 86],
        [372, 104],
        [338, 100],
        [322, 80],
        [330, 64],
      ],
      [
        [318, 92],
        [300, 108],
        [284, 96],
        [286, 78],
        [294, 92],
        [282, 112],
        [252, 128],
        [216, 118],
        [204, 92],
      ],
      [
        [236, 20],
        [230, 60],
        [222, 104],
        [196, 112],
        [176, 98],
        [182, 82],
        [190, 96],
        [172, 112],
        [146, 110],
        [136, 94],
      ],
      [
        [150, 26],
        [146, 66],
        [134, 106],
        [108, 118],
        [82, 108],
        [70, 88],
        [78, 72],
        [92, 84],
        [76, 112],
        [42, 128],
        [22, 118],
      ],
      [
        [40, 44],
        [120, 34],
        [210, 46],
        [300, 40],
        [360, 28],
      ],
    ],
  },
};

/** The outline of a stroke: a spline through its points, as wide as the way down is steep, thin at both ends. */
function outline(points: Stroke, pen: number): string {
  const samples = spline(points, 10);
  const left: string[] = [];
  const right: string[] = [];
  let width = 0.25 * pen;
  samples.forEach(([x, y], at) => {
    const [a, b] = [samples[Math.max(0, at - 1)], samples[Math.min(samples.length - 1, at + 1)]] as [Point, Point];
    const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
    const length = Math.hypot(dx, dy) || 1;
    const ends = Math.min(1, at / 8, (samples.length - 1 - at) / 14);
    const wanted = pen * (0.36 + 0.64 * Math.max(0, dy / length) ** 1.5) * (0.2 + 0.8 * ends);
    width += (wanted - width) * 0.3;
    const [nx, ny] = [(-dy / length) * (width / 2), (dx / length) * (width / 2)];
    left.push(`${(x + nx).toFixed(2)} ${(y + ny).toFixed(2)}`);
    right.push(`${(x - nx).toFixed(2)} ${(y - ny).toFixed(2)}`);
  });
  return `M${[...left, ...right.reverse()].join('L')}z`;
}

/** Catmull and Rom's spline, `steps` samples to a span. */
function spline(points: Stroke, steps: number): Point[] {
  const samples: Point[] = [];
  for (let at = 0; at < points.length - 1; at++) {
    const [p0, p1, p2, p3] = [at - 1, at, at + 1, at + 2].map(
      (index) => points[Math.min(points.length - 1, Math.max(0, index))],
    ) as [Point, Point, Point, Point];
    for (let step = 0; step < steps; step++) {
      const t = step / steps;
      const blend = (a: number, b: number, c: number, d: number) =>
        0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t ** 3);
      samples.push([blend(p0[0], p1[0], p2[0], p3[0]), blend(p0[1], p1[1], p2[1], p3[1])]);
    }
  }
  samples.push(points.at(-1) as Point);
  return samples;
}

/** PNGs of 420 × 156 by the name of their owner. */
export async function drawSignatures(): Promise<Map<string, Uint8Array>> {
  const drawn = new Map<string, Uint8Array>();
  for (const [name, { ink, pen, strokes }] of Object.entries(signatures)) {
    const d = strokes.map((stroke) => outline(stroke, pen)).join('');
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="420" height="156"><path d="${d}" fill="${ink}"/></svg>`;
    drawn.set(name, await sharp(Buffer.from(svg)).png({ palette: true, colours: 32, compressionLevel: 9 }).toBuffer());
  }
  return drawn;
}
