/** The certificate that everything here is measured with: A4 landscape, vector background, eight texts, two signatures, a QR code, and a credential with every part. */

import { readFile } from 'node:fs/promises';
import type { ItemFacts } from '../src/domain/item.ts';
import { parseTemplate, type Template } from '../src/domain/template.ts';
import { type NameKind, nameOf } from './names.ts';

const [width, height] = [297, 210];
const ink = '#1c2b3a';
const gold = '#9a7b2f';

/** Eight interlaced waves along an ellipse, 72 cubics each. */
function guilloche(): string {
  const pieces = 72;
  const curve = (turn: number) => {
    const at = (t: number) => {
      const reach = 1 + 0.06 * Math.sin(18 * t + turn);
      return [width / 2 + 128 * reach * Math.cos(t), height / 2 + 86 * reach * Math.sin(t)] as const;
    };
    const slope = (t: number) => at(t + 1e-4).map((value, axis) => (value - (at(t - 1e-4)[axis] as number)) / 2e-4);
    const step = (2 * Math.PI) / pieces;
    const text = (values: readonly number[]) => values.map((value) => value.toFixed(2)).join(' ');
    let path = `M${text(at(0))}`;
    for (let piece = 0; piece < pieces; piece++) {
      const [from, to] = [piece * step, (piece + 1) * step];
      const handle = (t: number, way: number) =>
        at(t).map((value, axis) => value + (way * step * (slope(t)[axis] as number)) / 3);
      path += `C${text(handle(from, 1))} ${text(handle(to, -1))} ${text(at(to))}`;
    }
    return `${path}Z`;
  };
  return Array.from({ length: 8 }, (_, at) => curve((at * Math.PI) / 4)).join('');
}

const line = (x: number, y: number, high: number, text: string, size: number, more: object = {}) => ({
  type: 'text',
  x,
  y,
  width: width - 2 * x,
  height: high,
  text,
  size,
  align: 'center',
  color: ink,
  ...more,
});

const border = (inset: number, strokeWidth: number, stroke: string) => ({
  type: 'rectangle',
  x: inset,
  y: inset,
  width: width - 2 * inset,
  height: height - 2 * inset,
  stroke,
  strokeWidth,
});

const elements = [
  { type: 'path', d: guilloche(), stroke: gold, strokeWidth: 0.12, opacity: 0.5 },
  border(6, 1.2, ink),
  border(8.5, 0.3, gold),
  border(10, 0.3, ink),
  line(30, 28, 18, 'Certificate of Achievement', 36, { weight: 700 }),
  line(30, 52, 8, 'This is to certify that', 15, { italic: true }),
  line(35.6, 64, 22, '{{name}}', 44, { minSize: 14, color: '#7a1f2b' }),
  line(45, 92, 20, 'has completed {{Course}} with the grade {{Grade}} and has earned {{Credits}} credits.', 15, {
    minSize: 9,
    wrap: true,
  }),
  line(60, 118, 7, 'Issued on {{issue_date}}', 12, { minSize: 8 }),
  line(60, 192, 5, '{{reference_id}}', 8, { family: 'Noto Sans', minSize: 5 }),
  { type: 'signatory', slot: 1, x: 40, y: 135, width: 70, height: 36, size: 11, color: ink, lineColor: ink },
  { type: 'signatory', slot: 2, x: 187, y: 135, width: 70, height: 36, size: 11, color: ink, lineColor: ink },
  { type: 'qr', x: 133.5, y: 140, size: 30, errorCorrection: 'M', color: ink },
];

const choices = ['A', 'B', 'C', 'D'];

const content = {
  format: 'chancery-template/1',
  name: 'Bench certificate',
  language: 'en',
  title: 'Certificate of Achievement: {{name}}',
  page: { width, height, background: { color: '#fffdf7' } },
  fields: [
    { type: 'text', name: 'Course', required: true, maxLength: 120 },
    { type: 'choice', name: 'Grade', required: true, choices },
    { type: 'number', name: 'Credits', required: true, min: 1, max: 300 },
    { type: 'text', name: 'Role' },
    { type: 'text', name: 'License number' },
    { type: 'text', name: 'Term' },
    { type: 'date', name: 'Started' },
    { type: 'date', name: 'Ended', notBefore: 'Started' },
    { type: 'url', name: 'Portfolio' },
  ],
  elements,
  achievement: {
    name: 'Applied Analytical Engines',
    description: 'Design, programming and operation of analytical engines.',
    criteria: 'Two terms of study, a supervised project and a final examination.',
    type: 'Certificate',
    tags: ['engineering', 'mathematics', 'computing'],
    humanCode: 'AAE-101',
    fieldOfStudy: 'Computing',
    creditsAvailable: 300,
    result: { name: 'Final grade', type: 'LetterGrade', allowedValues: choices },
  },
  bindings: {
    result: 'Grade',
    creditsEarned: 'Credits',
    role: 'Role',
    licenseNumber: 'License number',
    term: 'Term',
    activityStartDate: 'Started',
    activityEndDate: 'Ended',
    evidence: [{ field: 'Portfolio', name: 'Portfolio', description: 'Work handed in for the final project.' }],
  },
  validityMonths: 36,
};

/** As a door would receive it. */
export const certificate: unknown = content;

export function parsedCertificate(): Template {
  const parsed = parseTemplate(content);
  if ('issues' in parsed) throw new Error(JSON.stringify(parsed.issues));
  return parsed.template;
}

export const signatories = [
  { firstName: 'Helena', lastName: 'Marchetti', designation: 'Vice-Chancellor', file: 'helena-marchetti' },
  { firstName: 'Daniel', lastName: 'Okafor', designation: 'Registrar', file: 'daniel-okafor' },
];

/** PNG with alpha, 6 to 8 KB. */
export function readSignature(file: string): Promise<Buffer> {
  return readFile(new URL(`../templates/signatures/${file}.png`, import.meta.url));
}

/** Short, so that the address in the code has about 60 characters. */
export const publicUrl = 'https://v.test';

export const csvHeader = [
  'RecipientsName',
  'RecipientsEmail',
  'Course',
  'Grade',
  'Credits',
  'Role',
  'License number',
  'Term',
  'Started',
  'Ended',
  'Portfolio',
];

/** The fields of recipient `number`, in the order of the header after name and e-mail. */
export function fieldsOf(number: number): Record<string, string | number> {
  return {
    Course: `Applied Analytical Engines ${1 + (number % 40)}`,
    Grade: choices[number % choices.length] as string,
    Credits: 1 + (number % 300),
    Role: number % 3 === 0 ? 'Team lead' : 'Engineer',
    'License number': `L-${100_000 + number}`,
    Term: `Autumn ${2020 + (number % 6)}`,
    Started: `2025-09-${String(1 + (number % 28)).padStart(2, '0')}`,
    Ended: `2026-02-${String(1 + (number % 28)).padStart(2, '0')}`,
    Portfolio: `https://work.example/p/${number}`,
  };
}

export const emailOf = (number: number) => `recipient.${number}@mail.example`;

/** What the belt would decide about recipient `number`. */
export function factsOf(kind: NameKind, number: number): ItemFacts {
  const id = `9e3b101f-c264-4f97-945f-${number.toString(16).padStart(12, '0')}`;
  return {
    id,
    referenceId: `VEC-IC-2026${number.toString(16).toUpperCase().padStart(13, '0')}`,
    name: nameOf(kind, number),
    email: emailOf(number),
    issueDate: '2026-11-22',
    expiryDate: '2029-11-22',
    verificationUrl: `${publicUrl}/credential/${id}`,
    fields: fieldsOf(number),
    emailSalt: number.toString(16).padStart(32, '0'),
    statusList: { url: `${publicUrl}/status-lists/0b1f5a52-3a0e-4d0e-9d5e-6f1c7ad1e0aa`, index: number % 131_072 },
  };
}
