/** Sixty names that are hard to set: each goes onto two certificates whole and in its place, and comes out of two independent readers as it went in. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import jsqr from 'jsqr';
import { parseTemplate, type Template } from '../src/domain/template.ts';
import { checkPage } from '../src/pdf/check-page.ts';
import type { DatedPage } from '../src/pdf/date-page.ts';
import { pixelsOf, textByPdfium, textByPdfJs } from '../src/pdf/page.test-support.ts';
import { addedInk, type Ink, inkBounds, inkOnPaper, type Picture, touches } from './support/ink.ts';
import { certificateOf, compile, plainTemplate, readNames, valuesOfName } from './support/name-sheet.ts';
import { rounds } from './support/rounds.ts';

const names = readNames();
const readers = { pdfium: textByPdfium, pdfjs: textByPdfJs };
type Reader = keyof typeof readers;
type Certificate = 'plain' | 'graduation';

/** What a reader makes of a name other than the name itself. One that reads it right, or wrong in another way, must leave this list. */
const exceptions: { name: string; reader: Reader; on: Certificate[]; reads: string; because: string }[] = [
  {
    name: 'أبو بكر (Abu Bakr) الحمداني, Ph.D.',
    reader: 'pdfium',
    on: ['plain', 'graduation'],
    reads: '.Ph.D ,الحمداني( Abu Bakr( بكر أبو',
    because: 'it takes a line with about as many Latin letters for a left-to-right one',
  },
  {
    name: 'דניאל (Daniel) כהן 3',
    reader: 'pdfium',
    on: ['plain', 'graduation'],
    reads: 'דניאל )Daniel )כהן 3',
    because: 'it turns brackets between directions round',
  },
  {
    name: 'ຄຳຫຼ້າ ນ້ຳທິບ',
    reader: 'pdfjs',
    on: ['plain', 'graduation'],
    reads: 'ຄໍາຫຼ້າ ນ້ໍາທິບ',
    because: 'it takes the vowel sign am apart (NFKC)',
  },
  {
    name: 'José María de la Santísima Trinidad Fernández-Villaverde y García del Rivero, Marqués II',
    reader: 'pdfium',
    on: ['graduation'],
    reads: 'José María de la Santísima Trinidad Fernández\ufffeVillaverde y García del Rivero, Marqués II',
    because: 'it takes a hyphen at the end of a line for one that only parts a word',
  },
  {
    name: 'José María de la Santísima Trinidad Fernández-Villaverde y García del Rivero, Marqués II',
    reader: 'pdfjs',
    on: ['graduation'],
    reads: 'José María de la Santísima Trinidad Fernández- Villaverde y García del Rivero, Marqués II',
    because: 'the line that ends after the hyphen is a blank to it',
  },
];

/** The shipped diploma without its engraving, over which readers take a tenth of a second each time. */
function graduation(): Template {
  const file = new URL('../templates/graduation/template.json', import.meta.url);
  const parsed = parseTemplate(JSON.parse(readFileSync(file, 'utf8')));
  assert.ok('template' in parsed);
  const elements = parsed.template.elements.filter((element) => element.type !== 'path' || element.d.length < 2_000);
  assert.ok(elements.length < parsed.template.elements.length);
  return { ...parsed.template, elements };
}

interface Tried {
  template: Template;
  program: DatedPage;
  /** Text before and after the name. */
  around: Record<Reader, [string, string]>;
  /** The page without a name, and its ink. */
  ground: Picture;
  groundInk: Ink;
}

async function prepare(template: Template): Promise<Tried> {
  const program = await compile(template);
  const known = certificateOf(program, 'Zzyzx');
  const around = async (read: (pdf: Buffer) => Promise<string>): Promise<[string, string]> => {
    const parts = (await read(known)).split('Zzyzx');
    assert.equal(parts.length, 2);
    return [(parts[0] as string).trim(), (parts[1] as string).trim()];
  };
  const ground = await pixelsOf(certificateOf(program, ''), scale);
  return {
    template,
    program,
    around: { pdfium: await around(textByPdfium), pdfjs: await around(textByPdfJs) },
    ground,
    groundInk: inkOnPaper(ground),
  };
}

/** Pixels to the point in pictures that are looked at for ink. */
const scale = 1;
const certificates: Record<Certificate, Promise<Tried>> = {
  plain: prepare(plainTemplate),
  graduation: prepare(graduation()),
};

async function assertReads(name: string, certificate: Certificate, pdf: Buffer): Promise<void> {
  const { around } = await certificates[certificate];
  for (const reader of Object.keys(readers) as Reader[]) {
    const [before, after] = around[reader];
    const text = (await readers[reader](pdf)).normalize('NFC');
    assert.ok(text.startsWith(before) && text.endsWith(after), `${reader} finds other text around it: ${text}`);
    const found = text.slice(before.length, text.length - after.length).trim();
    const excused = exceptions.find(
      (one) => one.name === name && one.reader === reader && one.on.includes(certificate),
    );
    assert.equal(found, excused?.reads ?? name, `${reader} on the ${certificate} certificate`);
  }
}

/** Points that marks above or below may stand out of the diploma's box, which is as high as one line. */
const roomAbove: Record<Certificate, number> = { plain: 0, graduation: 8 };

/** Within the box but for a pixel of rounding, and clear of everything else on the page. */
async function assertInPlace(certificate: Certificate, pdf: Buffer): Promise<void> {
  const { template, ground, groundInk } = await certificates[certificate];
  const element = template.elements.find((one) => one.type === 'text' && one.text === '{{name}}');
  assert.ok(element?.type === 'text');
  const ink = addedInk(await pixelsOf(pdf, scale), ground);
  const bounds = inkBounds(ink);
  assert.ok(bounds, 'nothing is drawn');
  const pixels = (millimetres: number) => (millimetres * 72 * scale) / 25.4;
  const more = roomAbove[certificate] * scale + 1;
  assert.ok(bounds.left >= pixels(element.x) - 1, 'out on the left');
  assert.ok(bounds.right <= pixels(element.x + element.width) + 1, 'out on the right');
  assert.ok(bounds.top >= pixels(element.y) - more, `out above: ${bounds.top - pixels(element.y)}`);
  const bottom = pixels(element.y + element.height);
  assert.ok(bounds.bottom <= bottom + more, `out below: ${bounds.bottom - bottom}`);
  assert.ok(!touches(ink, groundInk, 1), 'touches what else is on the page');
}

/** On the diploma in the short tier every sixth, and those that a reader takes for something else. */
const set: Record<Certificate, string[]> = {
  plain: names,
  graduation: names.filter((name, at) => at % rounds(6, 1) === 0 || exceptions.some((one) => one.name === name)),
};

for (const certificate of ['plain', 'graduation'] as const)
  for (const name of set[certificate])
    test(`T-GLYPH: the ${certificate} certificate of ${name} is whole and can be read`, async () => {
      const { program } = await certificates[certificate];
      assert.deepEqual(checkPage(program, valuesOfName(name)), []);
      const pdf = certificateOf(program, name);
      await assertReads(name, certificate, pdf);
      await assertInPlace(certificate, pdf);
    });

test('the QR codes of certificates with hard names lead to the page that verifies them', async () => {
  const { program } = await certificates.graduation;
  for (let at = 0; at < names.length; at += rounds(30, 3)) {
    const name = names[at] as string;
    const { data, width, height } = await pixelsOf(certificateOf(program, name), 2);
    assert.equal(jsqr.default(data, width, height)?.data, valuesOfName(name).verification_url, name);
  }
});

test('the sheet holds sixty names in more than fifteen scripts, all different', () => {
  assert.equal(new Set(names).size, 60);
  const scripts =
    'Arabic Armenian Bengali Cyrillic Devanagari Ethiopic Georgian Greek Gujarati Gurmukhi Han Hangul Hebrew Hiragana Kannada Katakana Khmer Lao Latin Malayalam Myanmar Sinhala Tamil Telugu Thai';
  const used = scripts.split(' ').filter((script) => new RegExp(`\\p{Script=${script}}`, 'u').test(names.join('')));
  assert.ok(used.length > 15, used.join());
});

test('every exception names a name of the sheet', () => {
  for (const { name } of exceptions) assert.ok(names.includes(name), name);
});
