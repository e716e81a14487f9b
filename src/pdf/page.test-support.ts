/** A small certificate to compile in tests, and two independent readers of what comes out. */

import { PDFiumLibrary } from '@hyzyla/pdfium';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { DisplayValues } from '../domain/placeholder.ts';
import { parseTemplate, type Template } from '../domain/template.ts';
import { compilePage, type PageInputs } from './compile-page.ts';
import { type DatedPage, datePage } from './date-page.ts';
import { type Attachment, fillPage } from './fill-page.ts';

export const attachment: Attachment = {
  name: 'credential.json',
  mediaType: 'application/ld+json',
  data: Buffer.from('{"name":"Zoë","proof":{"type":"DataIntegrityProof"}}'),
};

/** A template of the given elements on A4 landscape; `fields` are optional text fields. */
export function templateOf(elements: unknown[], over: Record<string, unknown> = {}): Template {
  const parsed = parseTemplate({
    format: 'chancery-template/1',
    name: 'Test',
    language: 'en',
    title: 'Certificate for {{name}}',
    page: { width: 297, height: 210 },
    fields: [{ name: 'Course', type: 'text' }],
    elements,
    achievement: { name: 'A', description: 'D', criteria: 'C' },
    ...over,
  });
  if ('issues' in parsed) throw new Error(JSON.stringify(parsed.issues));
  return parsed.template;
}

export const nameBox = { type: 'text', x: 20, y: 60, width: 257, height: 20, text: '{{name}}', size: 30, minSize: 8 };

export async function programOf(elements: unknown[], over: Partial<PageInputs> = {}): Promise<DatedPage> {
  const inputs = { template: templateOf(elements), organizationName: 'Vector College', signatories: [], ...over };
  return datePage(await compilePage(inputs), '2026-11-22T10:00:00.000Z');
}

export function valuesOf(over: DisplayValues = {}): DisplayValues {
  return {
    name: 'Ana Šimić',
    credential_id: 'f6a2a9f0-5b0c-4a63-9d3c-0f6c6f3f9a11',
    reference_id: 'VEC-IC-202667DAE48425BAD',
    verification_url: 'https://certs.example.org/v/f6a2a9f0-5b0c-4a63-9d3c-0f6c6f3f9a11',
    issue_date: 'November 22, 2026',
    organization_name: 'Vector College',
    ...over,
  };
}

export function documentOf(program: DatedPage, values: DisplayValues): Buffer {
  return Buffer.concat([program.prefix, fillPage(program, values, attachment).tail]);
}

/** Text without direction marks, blanks made one. */
function plain(text: string): string {
  return text
    .replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}

export async function textByPdfJs(pdf: Buffer): Promise<string> {
  const task = getDocument({ data: new Uint8Array(pdf), verbosity: 0 });
  const page = await (await task.promise).getPage(1);
  const { items } = await page.getTextContent();
  await task.destroy();
  return plain(items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : '')).join(''));
}

let pdfium: Promise<PDFiumLibrary> | undefined;

export async function textByPdfium(pdf: Buffer): Promise<string> {
  pdfium ??= PDFiumLibrary.init();
  const document = await (await pdfium).loadDocument(pdf);
  const text = document.getPage(0).getText();
  document.destroy();
  return plain(text);
}

/** RGBA pixels of the page. */
export async function pixelsOf(
  pdf: Buffer,
  scale: number,
): Promise<{ data: Uint8ClampedArray; width: number; height: number }> {
  pdfium ??= PDFiumLibrary.init();
  const document = await (await pdfium).loadDocument(pdf);
  const image = await document.getPage(0).render({ scale, render: 'bitmap', colorSpace: 'BGRA' });
  document.destroy();
  return { data: new Uint8ClampedArray(image.data), width: image.width, height: image.height };
}
