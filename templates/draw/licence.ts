/** A professional licence: upright, a green engraved head, numbered like a banknote, signed by two. */

import { band, circle, polygon, ring, scallops, star } from './curve.ts';
import { type Drawing, type Element, line, path, qr, rectangle, text } from './page.ts';

const green = '#0d4237';
const leaf = '#2f6f5e';
const grey = '#55625d';
const copper = '#a4632a';
const pale = '#cfdcd5';
const paper = '#fdfefb';
const [width, height] = [210, 297];
const margin = 26;

/** A wide engine-turned band across the head, closed by rules. */
function head(): Element[] {
  const weave = (reach: number, waves: number, beads: number) =>
    band({ from: [10, 26], to: [200, 26], reach, waves, lines: 9, beads, waist: 0.72 });
  return [
    rectangle([7, 7, width - 14, height - 14], { stroke: green, strokeWidth: 0.9 }),
    rectangle([8.6, 8.6, width - 17.2, height - 17.2], { stroke: copper, strokeWidth: 0.25 }),
    rectangle([10, 10, 190, 32], { fill: green }),
    path(weave(14.6, 19, 4), { stroke: '#5f9c88', strokeWidth: 0.1 }),
    path(weave(9.4, 38, 8), { stroke: '#8dbcab', strokeWidth: 0.1 }),
    rectangle([10, 43, 190, 0.9], { fill: copper }),
    ...emblem(width / 2, 42),
  ];
}

/** The office's round emblem, half in the band and half below it. */
function emblem(x: number, y: number): Element[] {
  return [
    path(circle(x, y, 16.4), { fill: paper, stroke: copper, strokeWidth: 0.6 }),
    path(circle(x, y, 15), { stroke: green, strokeWidth: 0.2 }),
    path(ring({ x, y, inner: 9.6, outer: 14.5, petals: 24, lines: 6 }), { stroke: green, strokeWidth: 0.12 }),
    path(circle(x, y, 9.2), { fill: green }),
    path(star(x, y, 2.4, 7.6, 8), { fill: '#e4efe9' }),
    path(star(x, y, 1.5, 4.4, 8), { fill: copper }),
  ];
}

/** Woven ground under the text, light enough to be read over. */
function ground(): Element {
  const flower =
    ring({ x: 105, y: 150, inner: 40, outer: 76, petals: 30, lines: 5 }) +
    ring({ x: 105, y: 150, inner: 12, outer: 44, petals: 15, lines: 5 });
  return path(flower, { stroke: leaf, strokeWidth: 0.15, opacity: 0.18 });
}

function seal(x: number, y: number): Element[] {
  return [
    path(star(x, y, 14.2, 15.4, 48), { fill: copper }),
    path(circle(x, y, 13.2), { stroke: paper, strokeWidth: 0.2 }),
    path(ring({ x, y, inner: 8.4, outer: 12.6, petals: 18, lines: 6 }), { stroke: paper, strokeWidth: 0.13 }),
    path(scallops(x, y, 7.2, 7.9, 18), { fill: paper }),
    path(ring({ x, y, inner: 0.8, outer: 6.8, petals: 9, lines: 8 }), { stroke: copper, strokeWidth: 0.13 }),
  ];
}

function words(): Element[] {
  const middle = (y: number, high: number, say: string, style: Element) =>
    text([margin, y, width - 2 * margin, high], say, { align: 'center', color: green, ...style });
  return [
    middle(62, 8, '{{organization_name}}', { family: 'Cinzel', size: 14, minSize: 7, letterSpacing: 1.8 }),
    middle(72, 16, 'Professional Licence', { family: 'Cinzel', weight: 700, size: 29, letterSpacing: 0.8 }),
    middle(92, 7, 'By the authority of its board it is recorded that', { italic: true, size: 12, color: grey }),
    middle(100, 24, '{{name}}', { weight: 700, size: 30, minSize: 13, lineHeight: 1.15, wrap: true }),
    line(55, 126, 155, 126, copper, 0.35),
    middle(129, 7, 'has met the standard required of, and is licensed to practise as,', {
      italic: true,
      size: 12,
      color: grey,
    }),
    middle(137.5, 16, '{{Profession}}', { size: 21, minSize: 10, lineHeight: 1.15, wrap: true, color: '#7c4515' }),
  ];
}

/** Number and dates, ruled off like the fields of a passport. */
function facts(): Element[] {
  const columns = [
    { x: margin, label: 'LICENCE NUMBER', value: '{{LicenseNumber}}', weight: 700 },
    { x: margin + 54, label: 'VALID FROM', value: '{{issue_date}}' },
    { x: margin + 108, label: 'VALID UNTIL', value: '{{expiry_date}}' },
  ];
  return [
    rectangle([margin, 162, width - 2 * margin, 0.5], { fill: green }),
    rectangle([margin, 181, width - 2 * margin, 0.2], { fill: green }),
    ...columns.flatMap(({ x, label, value, weight = 400 }) => [
      text([x + 3, 164.6, 46, 5], label, { family: 'Noto Sans', size: 6.5, letterSpacing: 0.9, color: grey }),
      text([x + 3, 170, 46, 8], value, { family: 'Noto Sans', weight, size: 12, minSize: 6, color: green }),
    ]),
    line(margin + 52, 165, margin + 52, 178.5, pale, 0.25),
    line(margin + 106, 165, margin + 106, 178.5, pale, 0.25),
  ];
}

function foot(): Element[] {
  const signatory = (slot: number, x: number) => ({
    type: 'signatory',
    slot,
    x,
    y: 190,
    width: 56,
    height: 31,
    size: 10,
    color: '#1c2b26',
    lineColor: green,
  });
  const small = { family: 'Noto Sans', size: 6.5, minSize: 4, color: grey };
  return [
    signatory(1, margin),
    signatory(2, width - margin - 56),
    ...seal(width / 2, 208),
    rectangle([margin, 235, width - 2 * margin, 0.2], { fill: green }),
    qr(margin - 2.5, 240, 32, green),
    text([62, 242, 122, 5], 'VERIFY THIS LICENCE', {
      family: 'Noto Sans',
      weight: 700,
      size: 8,
      letterSpacing: 0.9,
      color: green,
    }),
    text(
      [62, 248, 122, 10],
      'Scan the code to see whether this licence is in force. It may be suspended or withdrawn; the printed page alone is no proof.',
      { family: 'Noto Sans', size: 8, minSize: 7, lineHeight: 1.35, wrap: true, verticalAlign: 'top', color: grey },
    ),
    text([62, 260, 122, 4.5], 'Reference  {{reference_id}}', { ...small, size: 8, color: green }),
    text([62, 264.5, 122, 4.5], '{{verification_url}}', small),
    path(microline(), { stroke: leaf, strokeWidth: 0.1 }),
  ];
}

/** A fine plait along the lower edge. */
function microline(): string {
  return band({ from: [10, 281.5], to: [200, 281.5], reach: 2.6, waves: 36, lines: 6, beads: 12, waist: 0.5 });
}

export function licence(): Drawing {
  return {
    format: 'chancery-template/1',
    name: 'Professional licence',
    language: 'en',
    title: 'Professional Licence {{LicenseNumber}}: {{name}}',
    page: { width, height, background: { color: paper } },
    fields: [
      { name: 'LicenseNumber', label: 'Licence number', type: 'text', required: true, minLength: 3, maxLength: 40 },
      { name: 'Profession', label: 'Profession', type: 'text', required: true, maxLength: 120 },
    ],
    elements: [ground(), ...head(), path(rhombs(), { fill: copper }), ...words(), ...facts(), ...foot()],
    achievement: {
      name: 'Professional licence',
      description: 'Permission to practise a regulated profession.',
      criteria: 'Recognised training, supervised practice, and an examination before the board.',
      type: 'License',
      tags: ['licence', 'regulated profession'],
    },
    bindings: { licenseNumber: 'LicenseNumber' },
    validityMonths: 24,
    mail: {
      subject: 'Your licence {{LicenseNumber}}',
      greeting: 'Dear {{name}},',
      body:
        'your licence to practise as {{Profession}} has been issued. It is valid from {{issue_date}} until {{expiry_date}}.' +
        '\n\nReference: {{reference_id}}',
    },
  };
}

/** Small rhombs at both ends of the rule below the name. */
function rhombs(): string {
  return [55, 155]
    .map((x) =>
      polygon([
        [x - 1.6, 126],
        [x, 125],
        [x + 1.6, 126],
        [x, 127],
      ]),
    )
    .join('');
}
