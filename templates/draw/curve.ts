/** Curves as SVG path data in millimetres: smooth curves through samples, wave bands, rosettes, rings; numbers have two decimals. */

export type Point = readonly [number, number];

/** As short as SVG allows: no leading zero, no separator before a minus sign. */
export function numbers(values: readonly number[]): string {
  return values.map(short).reduce((all, one) => `${all}${all === '' || one.startsWith('-') ? '' : ' '}${one}`, '');
}

function short(value: number): string {
  const text = String(round(value));
  return text.replace(/^(-?)0\./, '$1.');
}

export function round(value: number): number {
  return Math.round(value * 100) / 100 || 0;
}

export interface Sampling {
  from: number;
  to: number;
  steps: number;
  closed?: boolean;
  /** Length of the handles as a part of step and speed; 1/3 is Hermite's, 0.364 draws a sine from crest to trough. */
  handle?: number;
}

/** A cubic curve through samples of `at`, its handles along the tangents; equal steps make every handle the mirror of the last. */
export function smooth(at: (t: number) => Point, { from, to, steps, closed, handle = 1 / 3 }: Sampling): string {
  const step = (to - from) / steps;
  const speed = (t: number): Point => {
    const [a, b] = [at(t - step / 200), at(t + step / 200)];
    return [(b[0] - a[0]) * 100 * handle, (b[1] - a[1]) * 100 * handle];
  };
  const start = at(from);
  let here: Point = [round(start[0]), round(start[1])];
  const [outX, outY] = speed(from);
  let d = `M${numbers(here)}`;
  for (let i = 1; i <= steps; i++) {
    const t = from + i * step;
    const exact = at(t);
    const next: Point = [round(exact[0]), round(exact[1])];
    const [inX, inY] = speed(t);
    const rest: [number, number, number, number] = [
      next[0] - inX - here[0],
      next[1] - inY - here[1],
      next[0] - here[0],
      next[1] - here[1],
    ];
    // What rounds to zero has lost its minus sign, so the text decides about the separator.
    const written = numbers(rest);
    d += i === 1 ? `c${numbers([outX, outY, ...rest])}s` : `${i === 2 || written.startsWith('-') ? '' : ' '}${written}`;
    here = next;
  }
  return d.replace(/s$/, '') + (closed ? 'z' : '');
}

export function polygon(points: readonly Point[], closed = true): string {
  return `M${points.map((point) => numbers(point)).join('L')}${closed ? 'z' : ''}`;
}

export function circle(x: number, y: number, radius: number): string {
  const turn = (way: number) => `a${numbers([radius, radius])} 0 1 0 ${numbers([way * 2 * radius, 0])}`;
  return `M${numbers([x - radius, y])}${turn(1)}${turn(-1)}z`;
}

/** Point at an angle (radians, clockwise from the right) and distance. */
export function polar(x: number, y: number, radius: number, angle: number): Point {
  return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)];
}

export interface Ring {
  x: number;
  y: number;
  inner: number;
  outer: number;
  /** Waves around the ring. */
  petals: number;
  /** Curves, each turned a little against the one before. */
  lines: number;
  /** 0: plain sines; up to 0.6: every other wave smaller, the old engine-turned look. */
  beat?: number;
}

/** Waves between two circles, interlaced. */
export function ring({ x, y, inner, outer, petals, lines, beat = 0 }: Ring): string {
  const middle = (inner + outer) / 2;
  const reach = (outer - inner) / 2;
  let d = '';
  for (let i = 0; i < lines; i++) {
    const turn = (2 * Math.PI * i) / lines;
    const radius = (a: number) =>
      middle + reach * (1 - beat + beat * Math.cos((petals * a + turn) / 2)) * Math.cos(petals * a + turn);
    const from = -turn / petals;
    const full = beat === 0 ? { steps: 2 * petals, handle: 0.364 } : { steps: 4 * petals };
    d += smooth((a) => polar(x, y, radius(a), a), { from, to: from + 2 * Math.PI, closed: true, ...full });
  }
  return d;
}

export interface Band {
  from: Point;
  to: Point;
  /** Half the band's height. */
  reach: number;
  /** Whole waves from end to end. */
  waves: number;
  lines: number;
  /** Beads along the band: places where it swells; 0 for an even band. */
  beads?: number;
  /** How far it narrows between beads, 0 to 1. */
  waist?: number;
}

/** Interlaced waves along a straight line. */
export function band({ from, to, reach, waves, lines, beads = 0, waist = 0.5 }: Band): string {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
  const [alongX, alongY] = [(to[0] - from[0]) / length, (to[1] - from[1]) / length];
  let d = '';
  for (let i = 0; i < lines; i++) {
    const turn = (2 * Math.PI * i) / lines;
    const off = (t: number) =>
      reach * (1 - (waist / 2) * (1 - Math.cos(2 * Math.PI * beads * t))) * Math.sin(2 * Math.PI * waves * t + turn);
    const at = (t: number): Point => [
      from[0] + alongX * length * t - alongY * off(t),
      from[1] + alongY * length * t + alongX * off(t),
    ];
    d += smooth(at, { from: 0, to: 1, steps: 4 * waves });
  }
  return d;
}

/** A star or burst of 2 × points corners. */
export function star(x: number, y: number, inner: number, outer: number, points: number): string {
  const corners = Array.from({ length: 2 * points }, (_, at) =>
    polar(x, y, at % 2 === 0 ? outer : inner, (Math.PI * at) / points - Math.PI / 2),
  );
  return polygon(corners);
}

/** The rim of a wafer seal: soft scallops instead of points. */
export function scallops(x: number, y: number, inner: number, outer: number, count: number): string {
  const radius = (a: number) => (inner + outer) / 2 + ((outer - inner) / 2) * Math.cos(count * a);
  const whole = { from: 0, to: 2 * Math.PI, steps: 2 * count, closed: true, handle: 0.364 };
  return smooth((a) => polar(x, y, radius(a), a), whole);
}
