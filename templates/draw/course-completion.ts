/** A course certificate in the Swiss manner: quarter circles in strong colours, one typeface, a clear grid. */

import { circle } from './curve.ts';
import { type Drawing, type Element, path, qr, rectangle, text } from './page.ts';
import { quarterDisc } from './tiles.ts';

const ink = '#1b1b2f';
const grey = '#5a5b6e';
const blue = '#1f3fd1';
const coral = '#f2543d';
const yellow = '#f7b733';
const sand = '#f3eee4';
const [width, height] = [297, 210];
const side = 35;
const left = 3 * side - 5;

type Tile = { ground: string; shape: string; corner: 0 | 1 | 2 | 3 | 'disc' | 'ring' };

const mosaic: Tile[][] = [
  [
    { ground: blue, shape: yellow, corner: 2 },
    { ground: coral, shape: sand, corner: 3 },
  ],
  [
    { ground: sand, shape: coral, corner: 'disc' },
    { ground: blue, shape: coral, corner: 0 },
  ],
  [
    { ground: yellow, shape: blue, corner: 1 },
    { ground: sand, shape: blue, corner: 2 },
  ],
  [
    { ground: coral, shape: blue, corner: 3 },
    { ground: yellow, shape: sand, corner: 'ring' },
  ],
  [
    { ground: blue, shape: yellow, corner: 0 },
    { ground: sand, shape: coral, corner: 3 },
  ],
  [
    { ground: coral, shape: sand, corner: 1 },
    { ground: blue, shape: coral, corner: 2 },
  ],
];

function tiles(): Element[] {
  return mosaic.flatMap((row, down) =>
    row.flatMap(({ ground, shape, corner }, across): Element[] => {
      const [x, y] = [across * side, down * side];
      const middle = [x + side / 2, y + side / 2] as const;
      const figure =
        corner === 'disc'
          ? path(circle(...middle, side * 0.33), { fill: shape })
          : corner === 'ring'
            ? path(circle(...middle, side * 0.3), { stroke: shape, strokeWidth: 5 })
            : path(quarterDisc(x, y, side, corner), { fill: shape });
      return [rectangle([x, y, side, side], { fill: ground }), figure];
    }),
  );
}

function words(): Element[] {
  const say = (y: number, high: number, what: string, style: Element) =>
    text([left, y, 172, high], what, { family: 'Noto Sans', color: ink, align: 'left', ...style });
  return [
    say(17, 7, '{{organization_name}}', { weight: 700, size: 12, minSize: 7 }),
    rectangle([left, 40, 18, 2.2], { fill: coral }),
    say(44, 20, 'Certificado', { weight: 700, size: 47, letterSpacing: -0.8 }),
    say(63, 9, 'de finalización de curso', { size: 19, color: grey }),
    say(84, 6, 'Se otorga a', { size: 11, color: grey }),
    say(90, 23, '{{name}}', { weight: 700, size: 31, minSize: 14, lineHeight: 1.12, wrap: true, color: blue }),
    say(116, 6, 'por haber completado con aprovechamiento el curso', { size: 11, color: grey }),
    say(122.5, 18, '{{curso}}', { weight: 700, size: 18, minSize: 10, lineHeight: 1.2, wrap: true }),
  ];
}

function facts(): Element[] {
  const columns = [
    { x: left, wide: 24, label: 'Horas', value: '{{horas}}' },
    { x: left + 27, wide: 28, label: 'Calificación', value: '{{calificacion}}' },
    { x: left + 58, wide: 62, label: 'Fecha de expedición', value: '{{issue_date}}' },
  ];
  const small = { family: 'Noto Sans', size: 6.8, minSize: 4, color: grey };
  return [
    ...columns.flatMap(({ x, wide, label, value }) => [
      rectangle([x, 152, wide, 0.5], { fill: ink }),
      text([x, 154, wide, 5], label, { family: 'Noto Sans', size: 8, color: grey }),
      text([x, 160, wide, 9], value, { family: 'Noto Sans', weight: 700, size: 15, minSize: 7, color: ink }),
    ]),
    text([left, 181, 132, 4.4], 'Referencia  {{reference_id}}', { ...small, size: 8, color: ink }),
    text([left, 186, 132, 4.4], '{{verification_url}}', small),
    qr(238, 146, 36, ink),
    text([238, 181, 36, 4.4], 'Escanee para verificar', { ...small, align: 'center' }),
  ];
}

export function courseCompletion(): Drawing {
  return {
    format: 'chancery-template/1',
    name: 'Certificado de curso',
    language: 'es',
    title: 'Certificado: {{name}}',
    page: { width, height, background: { color: '#ffffff' } },
    fields: [
      { name: 'curso', label: 'Curso', type: 'text', required: true, maxLength: 160 },
      { name: 'horas', label: 'Horas', type: 'number', required: true, min: 1, max: 5000 },
      { name: 'calificacion', label: 'Calificación', type: 'choice', choices: ['F', 'D', 'C', 'B', 'A'] },
    ],
    elements: [...tiles(), ...words(), ...facts()],
    achievement: {
      name: 'Curso completado',
      description: 'Finalización de un curso con evaluación.',
      criteria: 'Asistencia a las sesiones y evaluación final superada.',
      type: 'Course',
      tags: ['curso', 'formación continua'],
      result: { name: 'Calificación final', type: 'LetterGrade', allowedValues: ['F', 'D', 'C', 'B', 'A'] },
    },
    bindings: { result: 'calificacion', creditsEarned: 'horas' },
    mail: {
      subject: 'Su certificado de {{organization_name}}',
      greeting: 'Hola, {{name}}:',
      body:
        'Enhorabuena por haber completado el curso «{{curso}}» ({{horas}} horas). Ya puede descargar su certificado; ' +
        'cualquier persona puede comprobar que es auténtico.\n\nReferencia: {{reference_id}}',
    },
  };
}
