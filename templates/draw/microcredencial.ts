/** A microcredential in deep green and copper: the result in an engine-turned seal, and lines of facts that close up where a fact is absent. */

import { circle, ring } from './curve.ts';
import { type Drawing, type Element, line, path, qr, rectangle, text } from './page.ts';

const ink = '#17302e';
const grey = '#5c6d6a';
const green = '#0e4b47';
const deep = '#0a3835';
const copper = '#c7824a';
const pale = '#f7f1e6';
const [width, height] = [297, 210];
const panel = 94;
const [sealX, sealY] = [panel / 2, 82];
const left = panel + 17;
const wide = width - left - 17;

function seal(): Element[] {
  return [
    rectangle([0, 0, panel, height], { fill: green }),
    path(ring({ x: 0, y: height, inner: 20, outer: 74, petals: 18, lines: 5 }), {
      stroke: deep,
      strokeWidth: 0.35,
    }),
    path(ring({ x: panel, y: 0, inner: 14, outer: 52, petals: 14, lines: 5 }), { stroke: deep, strokeWidth: 0.35 }),
    // Covers what of the rosettes lies beyond the panel.
    rectangle([panel, 0, width - panel, height], { fill: '#ffffff' }),
    rectangle([panel, 0, 1.6, height], { fill: copper }),
    path(ring({ x: sealX, y: sealY, inner: 24, outer: 35, petals: 32, lines: 6 }), {
      stroke: copper,
      strokeWidth: 0.28,
    }),
    path(circle(sealX, sealY, 22), { fill: deep }),
    path(circle(sealX, sealY, 22), { stroke: copper, strokeWidth: 0.7 }),
    path(circle(sealX, sealY, 37), { stroke: copper, strokeWidth: 0.7 }),
    text([sealX - 17, sealY - 17, 34, 31], '{{result_value}}', {
      weight: 700,
      size: 62,
      minSize: 10,
      align: 'center',
      color: pale,
    }),
    text([8, sealY + 43, panel - 16, 6], 'CALIFICACIÓN', {
      family: 'Noto Sans',
      size: 8,
      letterSpacing: 2.4,
      align: 'center',
      color: pale,
    }),
    text([8, sealY + 50, panel - 16, 9], 'Créditos: {{credits_earned}}', {
      size: 14,
      minSize: 7,
      align: 'center',
      color: pale,
      omitEmptyLines: true,
    }),
  ];
}

function words(): Element[] {
  const say = (y: number, high: number, what: string, style: Element) =>
    text([left, y, wide, high], what, { family: 'Noto Sans', color: ink, ...style });
  return [
    say(16, 8, '{{organization_name}}', { weight: 700, size: 12, minSize: 7 }),
    say(35, 7, 'MICROCREDENCIAL', { size: 10, letterSpacing: 3.2, color: copper, weight: 700 }),
    say(42, 24, 'Desarrollo de servicios\nweb con Python', {
      family: 'Noto Serif',
      weight: 700,
      size: 27,
      lineHeight: 1.14,
      verticalAlign: 'top',
      color: green,
    }),
    say(76, 6, 'Se otorga a', { size: 10.5, color: grey }),
    say(82, 20, '{{name}}', { family: 'Noto Serif', size: 29, minSize: 13, lineHeight: 1.12, wrap: true }),
    say(104, 12, 'por haber superado la evaluación y demostrado las competencias que certifica.', {
      size: 10.5,
      lineHeight: 1.4,
      verticalAlign: 'top',
      wrap: true,
      color: grey,
    }),
  ];
}

/** Two columns of lines; those without a value are left out and the others close up. */
function facts(): Element[] {
  const half = (wide - 8) / 2;
  const style = {
    family: 'Noto Sans',
    size: 9.5,
    minSize: 5,
    lineHeight: 1.55,
    verticalAlign: 'top',
    wrap: true,
    omitEmptyLines: true,
    color: ink,
  };
  const small = { family: 'Noto Sans', size: 6.8, minSize: 4, color: grey };
  return [
    line(left, 124, left + wide, 124, copper, 0.5),
    text(
      [left, 127, half, 27],
      'Expedida el {{issue_date}}\nPeríodo académico: {{term}}\nInicio: {{activity_start_date}}\nFin: {{activity_end_date}}',
      style,
    ),
    text(
      [left + half + 8, 127, half, 27],
      'Rol: {{role}}\nLicencia n.º {{license_number}}\nEvidencias verificables: {{evidence.count}}',
      style,
    ),
    text([left, 180, 118, 4.4], 'Referencia  {{reference_id}}', { ...small, size: 8, color: ink }),
    text([left, 185, 118, 4.4], '{{verification_url}}', small),
    qr(left + wide - 33, 158, 33, ink),
    text([left + wide - 33, 191.5, 33, 4.4], 'Escanee para verificar', { ...small, align: 'center' }),
  ];
}

const letters = ['A', 'B', 'C', 'D', 'F'];

/** Its fields go by the names that clients of UniCreda send. */
export function microcredencial(): Drawing {
  return {
    format: 'chancery-template/1',
    name: 'Microcredencial',
    language: 'es',
    title: 'Microcredencial: {{name}}',
    page: { width, height, background: { color: '#ffffff' } },
    fields: [
      { name: 'result_value', label: 'Calificación', type: 'choice', choices: letters, required: true },
      { name: 'credits_earned', label: 'Créditos', type: 'number', min: 0, max: 10_000 },
      { name: 'evidence', label: 'Evidencias', type: 'evidence' },
      { name: 'role', label: 'Rol', type: 'text', maxLength: 120 },
      { name: 'license_number', label: 'Número de licencia', type: 'text', maxLength: 80 },
      { name: 'term', label: 'Período académico', type: 'text', maxLength: 80 },
      { name: 'activity_start_date', label: 'Inicio de la actividad', type: 'date' },
      { name: 'activity_end_date', label: 'Fin de la actividad', type: 'date', notBefore: 'activity_start_date' },
    ],
    elements: [...seal(), ...words(), ...facts()],
    achievement: {
      name: 'Desarrollo de servicios web con Python',
      description: 'Diseña, implementa y prueba servicios web REST en Python.',
      criteria: 'Superar la evaluación final y entregar un proyecto propio.',
      type: 'MicroCredential',
      tags: ['Python', 'REST', 'microcredencial'],
      creditsAvailable: 6,
      // Open Badges orders results from low to high.
      result: { name: 'Calificación final', type: 'LetterGrade', allowedValues: letters.toReversed() },
    },
    bindings: {
      result: 'result_value',
      creditsEarned: 'credits_earned',
      evidenceField: 'evidence',
      role: 'role',
      licenseNumber: 'license_number',
      term: 'term',
      activityStartDate: 'activity_start_date',
      activityEndDate: 'activity_end_date',
    },
    mail: {
      subject: 'Su microcredencial de {{organization_name}}',
      greeting: 'Hola, {{name}}:',
      body:
        'Enhorabuena: ha obtenido la microcredencial «Desarrollo de servicios web con Python» con la calificación {{result_value}}. ' +
        'Cualquier persona puede comprobar que es auténtica.\n\nReferencia: {{reference_id}}',
    },
  };
}
