/** The sheet of sixty names in many scripts, and the small certificate they are tried on: one line of 44 points that shrinks to fit, and a QR code. */

import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import type { DisplayValues } from '../../src/domain/placeholder.ts';
import type { Template, TextElement } from '../../src/domain/template.ts';
import { compilePage } from '../../src/pdf/compile-page.ts';
import { type DatedPage, datePage } from '../../src/pdf/date-page.ts';
import { documentOf, nameBox, templateOf, valuesOf } from '../../src/pdf/page.test-support.ts';

const sheet = new URL('../../templates/demo/names-60.csv', import.meta.url);

export interface SheetRow {
  name: string;
  /** Script and what is hard about it, in English. */
  script: string;
}

/** Names are in Normalization Form C, as every row is before it reaches a page. */
export function readSheet(): SheetRow[] {
  const rows: { RecipientsName: string; Script: string }[] = parse(readFileSync(sheet), { columns: true, trim: true });
  return rows.map((row) => ({ name: row.RecipientsName.normalize('NFC'), script: row.Script }));
}

export function readNames(): string[] {
  return readSheet().map(({ name }) => name);
}

const plainName = {
  ...nameBox,
  x: 20,
  y: 20,
  width: 257,
  height: 30,
  size: 44,
  minSize: 14,
  align: 'center',
  verticalAlign: 'middle',
} as const;

export const plainTemplate = templateOf([plainName, { type: 'qr', x: 20, y: 60, size: 30 }], {
  page: { width: 297, height: 100 },
});

/** With all its defaults. */
export const plainElement = plainTemplate.elements[0] as TextElement;

export async function compile(template: Template): Promise<DatedPage> {
  const page = await compilePage({ template, organizationName: 'Northbridge University', signatories: [] });
  return datePage(page, '2026-11-22T10:00:00.000Z');
}

export function valuesOfName(name: string): DisplayValues {
  return valuesOf({ name, CourseTitle: 'Bachelor of Science in Information Systems' });
}

export function certificateOf(program: DatedPage, name: string): Buffer {
  return documentOf(program, valuesOfName(name));
}
