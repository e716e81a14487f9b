/** A membership certificate in Japanese and English: an indigo field of waves, a vermilion sun, little else. */

import { circle } from './curve.ts';
import { type Drawing, type Element, line, path, qr, rectangle, text } from './page.ts';
import { wave } from './tiles.ts';

const indigo = '#1d3461';
const foam = '#f7f9fc';
const vermilion = '#c8321f';
const ink = '#1a2233';
const grey = '#5b6475';
const [width, height] = [210, 148];
const field = 58;

/** Waves are drawn row by row, each disc covering the row above. Their overhang is covered by the paper. */
function waves(): Element[] {
  const radius = field / 6;
  const rows: Element[] = [];
  for (let row = 0; row * radius * 0.5 < height * 0.62 + radius; row++) {
    const y = height * 0.4 + row * radius * 0.5;
    const shift = row % 2 === 0 ? 0 : radius;
    const centres = [0, 1, 2, 3].map((at) => at * 2 * radius + shift);
    rows.push(path(centres.map((x) => circle(x, y, radius)).join(''), { fill: indigo }));
    rows.push(path(centres.map((x) => wave(x, y, radius, 4)).join(''), { stroke: foam, strokeWidth: 0.32 }));
  }
  return [
    rectangle([0, 0, field, height], { fill: indigo }),
    path(circle(field / 2, 43, 15), { fill: vermilion }),
    ...rows,
    rectangle([field, 0, width - field, height], { fill: '#ffffff' }),
    rectangle([field, 0, 1.1, height], { fill: vermilion }),
  ];
}

const left = field + 14;
const wide = width - left - 12;

function words(): Element[] {
  const say = (y: number, high: number, what: string, style: Element) =>
    text([left, y, wide, high], what, { family: 'Noto Sans', color: ink, align: 'left', ...style });
  return [
    say(12, 6, '{{organization_name}}', { size: 9.5, minSize: 6, color: grey, weight: 700 }),
    say(22, 14, '会員証', { weight: 700, size: 31, letterSpacing: 5, color: indigo }),
    say(36, 6, 'CERTIFICATE OF MEMBERSHIP', { size: 8.5, letterSpacing: 1.7, color: grey }),
    rectangle([left, 47, 10, 0.8], { fill: vermilion }),
    say(51, 18, '{{name}}', { weight: 700, size: 24, minSize: 11, lineHeight: 1.15, wrap: true }),
    say(71, 6, '上記の者は本会の会員であることを証します。', { size: 9.5 }),
    say(76.5, 6, 'is a member of this society in good standing.', { size: 8.5, italic: true, color: grey }),
  ];
}

function facts(): Element[] {
  const fact = (x: number, room: number, ja: string, en: string, value: string) => [
    line(x, 90, x + room, 90, indigo, 0.3),
    text([x, 91.5, room, 4], ja, { family: 'Noto Sans', size: 7, color: indigo }),
    text([x, 95, room, 4], en, { family: 'Noto Sans', size: 6, color: grey }),
    text([x, 99.5, room, 6], value, { family: 'Noto Sans', weight: 700, size: 10.5, minSize: 6, color: ink }),
  ];
  const small = { family: 'Noto Sans', size: 6, minSize: 3.6, color: grey };
  return [
    ...fact(left, 34, '会員種別', 'Level', '{{Level}}'),
    ...fact(left + 38, 40, '入会日', 'Member since', '{{MemberSince}}'),
    ...fact(left + 82, wide - 82, '発行日', 'Issued', '{{issue_date}}'),
    qr(width - 12 - 27, 110, 29, indigo),
    text([left, 120, 80, 4], '真正性はコードを読み取って確認できます。', { ...small, size: 6.5, color: ink }),
    text([left, 124, 80, 4], 'Scan the code to verify this certificate.', small),
    text([left, 129, 80, 4], '{{reference_id}}', { ...small, size: 6.5, color: ink }),
    text([left, 133, 84, 4], '{{verification_url}}', small),
  ];
}

export function membership(): Drawing {
  return {
    format: 'chancery-template/1',
    name: '会員証 Membership',
    language: 'ja',
    title: '会員証 {{name}}',
    page: { width, height, background: { color: '#ffffff' } },
    fields: [
      {
        name: 'Level',
        label: '会員種別 Level',
        type: 'choice',
        choices: ['準会員 Associate', '正会員 Full', '終身会員 Life', '名誉会員 Honorary'],
        default: '正会員 Full',
      },
      { name: 'MemberSince', label: '入会日 Member since', type: 'date', format: 'YYYY-MM-DD' },
    ],
    elements: [...waves(), ...words(), ...facts()],
    achievement: {
      name: '会員 Membership',
      description: '本会の会員資格。Membership of the society.',
      criteria: '入会の承認と会費の納入。Admission by the board and the annual fee paid.',
      type: 'Membership',
      tags: ['会員', 'membership'],
    },
    bindings: { role: 'Level', activityStartDate: 'MemberSince' },
    mail: {
      subject: '会員証のお届け Your membership certificate ({{organization_name}})',
      greeting: '{{name}} 様',
      body:
        '会員証ができあがりました。下のリンクからご覧いただけます。\n' +
        'Your certificate of membership is ready. Anyone can check that it is genuine.\n\n{{reference_id}}',
    },
  };
}
