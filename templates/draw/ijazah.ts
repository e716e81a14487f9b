/** An ijazah: right to left, in lapis and gold, framed by a frieze of eight-pointed stars. */

import { circle, polygon, ring } from './curve.ts';
import { type Drawing, type Element, line, path, qr, rectangle, text } from './page.ts';
import { khatam } from './tiles.ts';

const lapis = '#123a5e';
const turquoise = '#0f7173';
const gold = '#b08a35';
const palest = '#e9d9ac';
const grey = '#51606b';
const paper = '#fffdf7';
const [width, height] = [297, 210];

/** The frieze: square tiles around the page, `across` × `down` of them. */
const across = 25;
const down = 17;
const side = 11;
const left = (width - across * side) / 2;
const top = (height - down * side) / 2;

function frieze(): Element[] {
  let outer = '';
  let stars = '';
  let hearts = '';
  for (let row = 0; row < down; row++)
    for (let column = 0; column < across; column++) {
      if (row > 0 && row < down - 1 && column > 0 && column < across - 1) continue;
      const [x, y] = [left + (column + 0.5) * side, top + (row + 0.5) * side];
      outer += khatam(x, y, side / 2);
      stars += khatam(x, y, side * 0.34);
      hearts += khatam(x, y, side * 0.15);
    }
  const [w, h] = [across * side, down * side];
  const frame = (off: number, stroke: string, strokeWidth: number) =>
    rectangle([left + off, top + off, w - 2 * off, h - 2 * off], { stroke, strokeWidth });
  return [
    rectangle([left, top, w, h], { fill: turquoise }),
    path(outer, { fill: lapis, stroke: palest, strokeWidth: 0.4 }),
    path(stars, { stroke: gold, strokeWidth: 0.3 }),
    path(hearts, { fill: palest }),
    rectangle([left + side, top + side, w - 2 * side, h - 2 * side], { fill: paper }),
    frame(-1.1, gold, 0.6),
    frame(side, gold, 1),
    frame(side + 1.6, lapis, 0.2),
  ];
}

/** Quarter arabesques in the inner corners: stars growing smaller along both sides. */
function corners(): Element[] {
  const inner = side + 1.6;
  let d = '';
  for (const [x, sx] of [
    [left + inner, 1],
    [width - left - inner, -1],
  ] as const)
    for (const [y, sy] of [
      [top + inner, 1],
      [height - top - inner, -1],
    ] as const) {
      d += khatam(x + sx * 8, y + sy * 8, 5);
      for (let at = 0; at < 3; at++) {
        const reach = 2.4 - at * 0.65;
        d += khatam(x + sx * (17 + at * 6), y + sy * 6, reach) + khatam(x + sx * 6, y + sy * (17 + at * 6), reach);
      }
    }
  return [path(d, { stroke: gold, strokeWidth: 0.3 })];
}

/** A star medallion with engine-turned heart. */
function medallion(x: number, y: number, radius: number): Element[] {
  return [
    path(khatam(x, y, radius), { fill: lapis, stroke: gold, strokeWidth: 0.7 }),
    path(khatam(x, y, radius * 0.86), { stroke: palest, strokeWidth: 0.25 }),
    path(circle(x, y, radius * 0.6), { fill: paper, stroke: gold, strokeWidth: 0.4 }),
    path(ring({ x, y, inner: radius * 0.3, outer: radius * 0.56, petals: 16, lines: 5 }), {
      stroke: turquoise,
      strokeWidth: 0.13,
    }),
    path(khatam(x, y, radius * 0.28), { fill: gold }),
  ];
}

function words(): Element[] {
  const middle = (y: number, high: number, say: string, style: Element) =>
    text([44, y, width - 88, high], say, { align: 'center', direction: 'rtl', color: lapis, ...style });
  return [
    middle(29, 10, '{{organization_name}}', { size: 16, minSize: 8, direction: 'auto', color: turquoise }),
    middle(38, 20, 'إجازة علمية', { weight: 700, size: 38 }),
    middle(61, 8, 'تُمنح هذه الإجازة إلى', { size: 14, color: grey }),
    middle(69, 24, '{{name}}', {
      weight: 700,
      size: 36,
      minSize: 15,
      lineHeight: 1.3,
      wrap: true,
      direction: 'auto',
      color: '#7f5d12',
    }),
    middle(98, 8, 'بعد إتمام جميع متطلبات المساق بنجاح', { size: 14, color: grey }),
    middle(107, 17, '{{course}}', {
      weight: 700,
      size: 21,
      minSize: 10,
      lineHeight: 1.3,
      wrap: true,
      direction: 'auto',
    }),
    middle(124, 8, '{{grade}}', { size: 15, minSize: 8, color: turquoise }),
  ];
}

function rule(): Element[] {
  const [y, middle] = [95, width / 2];
  return [
    line(middle - 58, y, middle - 6, y, gold, 0.35),
    line(middle + 6, y, middle + 58, y, gold, 0.35),
    path(khatam(middle, y, 2.6), { fill: gold }),
    path(
      [-1, 1]
        .map((way) =>
          polygon([
            [middle + way * 4, y],
            [middle + way * 5.2, y - 0.9],
            [middle + way * 6.4, y],
            [middle + way * 5.2, y + 0.9],
          ]),
        )
        .join(''),
      { fill: gold },
    ),
  ];
}

function foot(): Element[] {
  const right = (y: number, high: number, say: string, style: Element) =>
    text([168, y, 88, high], say, { align: 'right', direction: 'rtl', color: lapis, ...style });
  const small = { family: 'Noto Sans', size: 6.5, minSize: 4, color: grey };
  return [
    right(145, 6, 'تاريخ الإصدار', { size: 9.5, color: grey }),
    right(151, 8, '{{issue_date}}', { size: 14, minSize: 8 }),
    line(186, 160.4, 256, 160.4, palest, 0.3),
    right(162, 6, 'الرقم المرجعي', { size: 9.5, color: grey }),
    right(168, 6, '{{reference_id}}', { family: 'Noto Sans', size: 9, minSize: 6, direction: 'ltr' }),
    qr(39, 138.5, 32, lapis),
    text([73, 156.5, 52, 6], 'امسح الرمز للتحقق', { size: 9.5, align: 'left', direction: 'rtl', color: lapis }),
    text([42.5, 171.4, 120, 4.5], '{{verification_url}}', { ...small, align: 'left', direction: 'ltr' }),
  ];
}

export function ijazah(): Drawing {
  return {
    format: 'chancery-template/1',
    name: 'إجازة علمية',
    language: 'ar',
    title: 'إجازة علمية: {{name}}',
    page: { width, height, background: { color: paper } },
    fields: [
      { name: 'course', label: 'المساق', type: 'text', maxLength: 160, default: 'علوم الحاسوب' },
      { name: 'grade', label: 'التقدير', type: 'choice', choices: ['مقبول', 'جيد', 'جيد جدًّا', 'ممتاز'] },
    ],
    elements: [...frieze(), ...corners(), ...rule(), ...medallion(width / 2, 152, 15), ...words(), ...foot()],
    achievement: {
      name: 'إجازة علمية',
      description: 'إتمام مساق دراسي كامل مع اجتياز امتحاناته.',
      criteria: 'حضور المحاضرات واجتياز الامتحان النهائي بنجاح.',
      type: 'Certificate',
      tags: ['إجازة'],
      result: { name: 'التقدير', type: 'Result', allowedValues: ['مقبول', 'جيد', 'جيد جدًّا', 'ممتاز'] },
    },
    bindings: { result: 'grade' },
    mail: {
      subject: 'إجازتك العلمية من {{organization_name}}',
      greeting: 'تحية طيبة، {{name}}،',
      body:
        'تهانينا على إتمام مساق «{{course}}» بنجاح. إجازتك جاهزة للتنزيل، ويمكن لأي شخص التحقق من صحتها.' +
        '\n\nالرقم المرجعي: {{reference_id}}',
    },
  };
}
