/** A classic diploma: engraved border in deep blue, gold rules, the name written by a pen. */

import { band, circle, polar, polygon, ring, scallops, smooth } from './curve.ts';
import { type Drawing, type Element, line, path, qr, rectangle, text } from './page.ts';

const ink = '#16294a';
const soft = '#4b5872';
const gold = '#a8842c';
const paleGold = '#d9c48b';
const paper = '#fffdf8';
const [width, height] = [297, 210];

/** Where the middle of the engraved band runs, from the edge. */
const inset = 14.5;

function border(): Element[] {
  const [right, bottom] = [width - inset, height - inset];
  const wide = { reach: 3.7, waves: 40, lines: 8, beads: 20, waist: 0.42 };
  const high = { reach: 3.7, waves: 28, lines: 8, beads: 14, waist: 0.42 };
  const sides =
    band({ from: [inset, inset], to: [right, inset], ...wide }) +
    band({ from: [inset, bottom], to: [right, bottom], ...wide }) +
    band({ from: [inset, inset], to: [inset, bottom], ...high }) +
    band({ from: [right, inset], to: [right, bottom], ...high });
  const frame = (off: number, stroke: string, strokeWidth: number) =>
    rectangle([off, off, width - 2 * off, height - 2 * off], { stroke, strokeWidth });
  return [
    path(sides, { stroke: ink, strokeWidth: 0.1 }),
    frame(8.6, gold, 0.7),
    frame(9.7, ink, 0.18),
    frame(19.3, ink, 0.18),
    frame(20.4, gold, 0.45),
    ...[
      [inset, inset],
      [right, inset],
      [inset, bottom],
      [right, bottom],
    ].flatMap(([x = 0, y = 0]) => corner(x, y)),
  ];
}

function corner(x: number, y: number): Element[] {
  return [
    path(circle(x, y, 9.2), { fill: paper, stroke: gold, strokeWidth: 0.5 }),
    path(ring({ x, y, inner: 5.2, outer: 8.5, petals: 16, lines: 5 }), { stroke: ink, strokeWidth: 0.1 }),
    path(ring({ x, y, inner: 1.2, outer: 5.6, petals: 8, lines: 6 }), { stroke: gold, strokeWidth: 0.12 }),
    path(circle(x, y, 0.8), { fill: gold }),
  ];
}

/** Leaves up both sides of a round medal. */
function laurel(x: number, y: number, radius: number): string {
  const leaves: string[] = [];
  for (const side of [-1, 1])
    for (let at = 0; at < 9; at++) {
      const angle = Math.PI / 2 - side * (0.28 + at * 0.27);
      for (const lean of [-0.16, 0.16]) {
        const foot = polar(x, y, radius, angle);
        const tip = polar(x, y, radius + lean * radius * 0.9, angle - side * 0.3);
        const bow = polar(x, y, radius + lean * radius * 1.05, angle - side * 0.1);
        const back = polar(x, y, radius + lean * radius * 0.35, angle - side * 0.22);
        const n = (point: readonly [number, number]) => point.map((one) => one.toFixed(2)).join(' ');
        leaves.push(`M${n(foot)}Q${n(bow)} ${n(tip)}Q${n(back)} ${n(foot)}z`);
      }
    }
  return leaves.join('');
}

function seal(x: number, y: number): Element[] {
  const tail = (side: number) =>
    polygon([
      [x + side * 1.5, y + 8],
      [x + side * 9.5, y + 6],
      [x + side * 12.5, y + 22.5],
      [x + side * 8.4, y + 19.6],
      [x + side * 5.2, y + 23.5],
    ]);
  return [
    path(tail(-1) + tail(1), { fill: ink }),
    path(scallops(x, y, 13.2, 14, 36), { fill: gold }),
    path(circle(x, y, 12.2), { stroke: paper, strokeWidth: 0.25 }),
    path(ring({ x, y, inner: 8.8, outer: 11.6, petals: 24, lines: 4 }), { stroke: paper, strokeWidth: 0.12 }),
    path(circle(x, y, 8.4), { fill: paper, stroke: paper, strokeWidth: 0.2 }),
    path(circle(x, y, 7.9), { stroke: gold, strokeWidth: 0.25 }),
    path(laurel(x, y, 5.6), { fill: gold }),
    path(openBook(x, y), { fill: ink }),
  ];
}

/** An open book, 6.4 mm wide. */
function openBook(x: number, y: number): string {
  const page = (side: number) =>
    `M${(x + side * 0.18).toFixed(2)} ${(y - 1.5).toFixed(2)}` +
    `q${side * 1.4}-.9 ${side * 3}-.35v3.4q${side * -1.6}-.55 ${side * -3} .35z`;
  return page(-1) + page(1);
}

/** A hairline that swells in the middle, as a pen leaves it. */
function swelledRule(y: number, half: number): string {
  const middle = width / 2;
  const edge = (way: number) =>
    smooth((t) => [middle + t * half, y + way * 0.32 * (1 - t * t) ** 2], { from: -1, to: 1, steps: 8 });
  return `${edge(-1)}${edge(1)}`;
}

function words(): Element[] {
  const middle = (y: number, high: number, say: string, style: Element) =>
    text([40, y, width - 80, high], say, { align: 'center', color: ink, ...style });
  return [
    middle(27.5, 9, '{{organization_name}}', { family: 'Cinzel', size: 15, minSize: 7, letterSpacing: 2.2 }),
    middle(38.5, 16, 'Certificate of Graduation', { family: 'Cinzel', weight: 700, size: 33, letterSpacing: 1.2 }),
    middle(57.5, 7, 'This is to certify that', { italic: true, size: 13, color: soft }),
    text([36, 66, width - 72, 24], '{{name}}', {
      family: 'Great Vibes',
      size: 46,
      minSize: 17,
      lineHeight: 1.1,
      wrap: true,
      align: 'center',
      color: ink,
    }),
    middle(96, 7, 'has fulfilled every requirement of the course of study', {
      italic: true,
      size: 13,
      color: soft,
    }),
    middle(104.5, 14, '{{CourseTitle}}', { weight: 700, size: 21, minSize: 10, lineHeight: 1.15, wrap: true }),
    middle(119.5, 7, '{{Honours}}', { italic: true, size: 14, minSize: 8, color: '#7d5f14' }),
    middle(127, 6, '{{CompletionDate}}', { size: 11, color: soft }),
  ];
}

function foot(): Element[] {
  const label = { family: 'Noto Sans', size: 6.5, letterSpacing: 0.8, color: soft };
  const left = (y: number, say: string, style: Element) => text([33, y, 88, 5], say, style);
  return [
    left(152, 'DATE OF ISSUE', label),
    left(156.6, '{{issue_date}}', { size: 12, color: ink }),
    line(33, 163.2, 93, 163.2, paleGold, 0.25),
    left(165.4, 'REFERENCE', label),
    left(170, '{{reference_id}}', { family: 'Noto Sans', size: 9, minSize: 6, color: ink }),
    line(33, 176.2, 93, 176.2, paleGold, 0.25),
    qr(237, 148, 27, ink),
    text([184, 175.4, 80, 4], 'SCAN TO VERIFY', { ...label, align: 'right' }),
    text([154, 179.4, 110, 4], '{{verification_url}}', {
      family: 'Noto Sans',
      size: 6.5,
      minSize: 4,
      align: 'right',
      color: soft,
    }),
  ];
}

/** Who signs, above the date on the left and above the code on the right. */
function signatories(): Element[] {
  const place = { type: 'signatory', y: 121, width: 60, height: 26, size: 9, color: ink, lineColor: paleGold };
  return [
    { ...place, slot: 1, x: 33 },
    { ...place, slot: 2, x: width - 93 },
  ];
}

/** The same diploma with two places for signatures. */
export function signedGraduation(): Drawing {
  const plain = graduation();
  return { ...plain, name: 'Graduation diploma with signatures', elements: [...plain.elements, ...signatories()] };
}

export function graduation(): Drawing {
  const watermark =
    ring({ x: 148.5, y: 100, inner: 34, outer: 62, petals: 24, lines: 6 }) +
    ring({ x: 148.5, y: 100, inner: 8, outer: 36, petals: 12, lines: 6 });
  return {
    format: 'chancery-template/1',
    name: 'Graduation diploma',
    language: 'en',
    title: 'Certificate of Graduation: {{name}}',
    page: { width, height, background: { color: paper } },
    fields: [
      {
        name: 'CourseTitle',
        label: 'Course',
        type: 'text',
        maxLength: 160,
        default: 'Bachelor of Science in Information Systems',
      },
      {
        name: 'Honours',
        label: 'Honours',
        type: 'choice',
        choices: ['cum laude', 'magna cum laude', 'summa cum laude'],
      },
      { name: 'CompletionDate', label: 'Date of completion', type: 'date', format: 'YYYY-MM-DD' },
    ],
    elements: [
      path(watermark, { stroke: gold, strokeWidth: 0.14, opacity: 0.2 }),
      ...border(),
      path(swelledRule(92.6, 70), { fill: gold }),
      path(polygon(diamond(width / 2, 92.6, 1.5)), { fill: gold }),
      ...seal(width / 2, 153.5),
      ...words(),
      ...foot(),
    ],
    achievement: {
      name: 'Graduation',
      description: 'Completion of a full course of study with all its examinations.',
      criteria: 'Every required module passed and the final examination taken with success.',
      type: 'Diploma',
      tags: ['graduation', 'diploma'],
    },
    bindings: { activityEndDate: 'CompletionDate' },
    mail: {
      subject: 'Your diploma from {{organization_name}}',
      greeting: 'Dear {{name}},',
      body:
        'congratulations on your graduation in {{CourseTitle}}. Your diploma is ready; ' +
        'anyone you show it to can check that it is genuine.\n\nReference: {{reference_id}}',
    },
  };
}

function diamond(x: number, y: number, reach: number): [number, number][] {
  return [
    [x - reach * 1.6, y],
    [x, y - reach],
    [x + reach * 1.6, y],
    [x, y + reach],
  ];
}
