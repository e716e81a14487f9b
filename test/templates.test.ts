/** Holds the templates that ship with Chancery to what they promise: they compile, hold every demo row, and carry a code that can be read. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { parse } from 'csv-parse/sync';
import jsQR from 'jsqr';
import sharp from 'sharp';
import { defaultOf, type FieldValue } from '../src/domain/field.ts';
import { displayValuesOf } from '../src/domain/placeholder.ts';
import { fillLines, parseTemplate, signatorySlots, type Template } from '../src/domain/template.ts';
import { planColumns } from '../src/ingest/columns.ts';
import { compileRowSchema } from '../src/ingest/row-schema.ts';
import { checkPage } from '../src/pdf/check-page.ts';
import { compilePage } from '../src/pdf/compile-page.ts';
import { type DatedPage, datePage } from '../src/pdf/date-page.ts';
import { fillPage } from '../src/pdf/fill-page.ts';
import { renderPreview } from '../src/pdf/preview.ts';
import { drawings } from '../templates/draw/drawings.ts';
import { longTest } from './support/rounds.ts';

const names = [
  'graduation',
  'graduation-signed',
  'course-completion',
  'ijazah',
  'licence',
  'membership',
  'microcredencial',
] as const;
const folder = new URL('../templates/', import.meta.url);
const organization = 'Northfield Institute of Technology';
const signatures = ['helena-marchetti', 'daniel-okafor'];
const verificationUrl = 'https://chancery.example/credential/0197c1de-7a44-7f2b-9c3e-5d1f0a2b3c4d';
const attachment = { name: 'credential.json', data: Buffer.from('{}'), mediaType: 'application/vc' };
/** Values for the fields that a template requires. */
const required = {
  curso: 'Análisis de datos',
  horas: 120,
  LicenseNumber: 'PE-2026-0417',
  Profession: 'Architect',
  result_value: 'A',
};
const programs = new Map<string, { template: Template; program: DatedPage }>();

before(async () => {
  for (const name of names) {
    const parsed = parseTemplate(JSON.parse(readFileSync(new URL(`${name}/template.json`, folder), 'utf8')));
    if ('issues' in parsed) throw new Error(`${name}: ${JSON.stringify(parsed.issues)}`);
    const { template } = parsed;
    const signatories = signatorySlots(template).map((slot) => ({
      slot,
      name: 'Dr. Helena Marchetti',
      designation: 'Registrar',
      signature: readFileSync(new URL(`signatures/${signatures[slot - 1]}.png`, folder)),
    }));
    const inputs = { template, organizationName: organization, signatories };
    programs.set(name, { template, program: datePage(await compilePage(inputs), '2026-11-22T10:00:00Z') });
  }
});

function pageOf(name: string) {
  const found = programs.get(name);
  assert.ok(found);
  const show = displayValuesOf(found.template, organization);
  const valuesFor = (recipient: string, row: Record<string, FieldValue> = {}) => {
    const defaults = found.template.fields.flatMap((field) =>
      defaultOf(field) === undefined ? [] : [[field.name, defaultOf(field)]],
    );
    return show({
      id: '0197c1de-7a44-7f2b-9c3e-5d1f0a2b3c4d',
      referenceId: 'VEC-IC-202667DAE48425BAD',
      name: recipient,
      email: 'someone@example.com',
      issueDate: '2026-11-22',
      expiryDate: found.template.validityMonths === null ? null : '2028-11-22',
      verificationUrl,
      fields: { ...Object.fromEntries(defaults), ...required, ...row },
      emailSalt: '0'.repeat(32),
      statusList: { url: 'https://chancery.example/status-lists/1', index: 0 },
    });
  };
  return { ...found, valuesFor };
}

function sheet(name: string): { header: string[]; rows: string[][] } {
  const file = readFileSync(new URL(`demo/${name}.csv`, folder));
  const [header, ...rows] = parse(file, { relax_column_count: true }) as [string[], ...string[][]];
  return { header, rows };
}

/** The issues of each row, by what the row schema and the page say of it. */
function judge(templateName: string, sheetName: string) {
  const { template, program, valuesFor } = pageOf(templateName);
  const { header, rows } = sheet(sheetName);
  const words = { name: ['RecipientsName'], email: ['RecipientsEmail'], issueDate: ['IssueDate'], expiryDate: [] };
  const planned = planColumns(header, template, { ...words, dateFormat: 'DD-MM-YYYY', exactCase: true });
  assert.ok('plan' in planned, JSON.stringify(planned));
  const schema = compileRowSchema(template, planned.plan);
  return rows.map((cells, at) => {
    const judged = schema({ row: at + 2, cells });
    if ('issues' in judged) return { cells, issues: judged.issues };
    const values = valuesFor(judged.row.name, judged.row.fields);
    return { cells, values, program, issues: checkPage(program, values) };
  });
}

test('the committed templates, signatures and letters are what the drawing makes', async () => {
  for (const [name, file] of await drawings()) {
    const committed = readFileSync(new URL(name, folder));
    assert.ok(committed.length < (name.endsWith('.png') ? 15_000 : 150_000), `${name} is small`);
    if (typeof file === 'string') assert.equal(committed.toString('utf8'), file, `${name} differs`);
    else if (name.endsWith('.pdf')) assert.ok(committed.equals(file), `${name} differs`);
    else {
      const [one, other] = await Promise.all([committed, file].map((png) => sharp(png).ensureAlpha().raw().toBuffer()));
      assert.ok(one && other && one.length === other.length, `${name} has another size`);
      // Rounding may differ between processors.
      assert.ok(
        one.every((value, at) => Math.abs(value - (other[at] as number)) <= 32),
        `${name} differs`,
      );
    }
  }
});

longTest('every graduate of the demo sheet gets a diploma', () => {
  const judged = judge('graduation', 'graduation');
  assert.equal(judged.length, 200);
  assert.equal(new Set(judged.map(({ cells }) => cells[0])).size, 200);
  for (const { cells, issues, program, values } of judged) {
    assert.deepEqual(issues, [], cells.join(','));
    assert.ok(program && fillPage(program, values, attachment).tail.length > 1_000);
  }
});

test('every shipped template holds the sixty hard names', () => {
  const { rows } = sheet('names-60');
  assert.equal(rows.length, 60);
  for (const name of names) {
    const { program, valuesFor } = pageOf(name);
    for (const [, recipient = ''] of rows) {
      const values = valuesFor(recipient.normalize('NFC'));
      assert.deepEqual(checkPage(program, values), [], `${name}: ${recipient}`);
      assert.ok(fillPage(program, values, attachment).tail.length > 1_000);
    }
  }
});

test('seven rows of the sheet of bad rows are refused, each for its own reason', () => {
  const codes = judge('licence', 'bad-rows').flatMap(({ issues }, at) => issues.map(({ code }) => `${at + 2} ${code}`));
  assert.deepEqual(codes, [
    '3 not_an_email',
    '4 required',
    '6 bidi_override',
    '8 not_a_date',
    '10 required',
    '11 ragged_row',
    '12 missing_glyph',
  ]);
});

for (const [at, name] of names.entries())
  (at % 3 === 0 ? test : longTest)(`the code on the ${name} page leads to the credential`, async () => {
    const { program, valuesFor } = pageOf(name);
    const filled = fillPage(program, valuesFor('Ayşe (عائشة) 渡邉'), attachment);
    const png = await renderPreview(Buffer.concat([program.prefix, filled.tail]), { width: 1_600 });
    const { data, info } = await sharp(png).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    const decode = jsQR as unknown as typeof jsQR.default;
    assert.equal(decode(new Uint8ClampedArray(data), info.width, info.height)?.data, verificationUrl);
  });

test('a microcredential has room for the longest of everything, and prints nothing for what is absent', async () => {
  const { template, program, valuesFor } = pageOf('microcredencial');
  const long = (length: number) => 'Coordinación académica interuniversitaria '.repeat(5).slice(0, length).trim();
  const url = (at: number) => `https://ejemplo.com/${at}`;
  const all = {
    credits_earned: 9_999.75,
    role: long(120),
    license_number: long(80),
    term: long(80),
    activity_start_date: '2026-09-28',
    activity_end_date: '2026-12-31',
    evidence: Array.from({ length: 20 }, (_, at) => ({ name: long(200), url: url(at) })),
  };
  assert.deepEqual(checkPage(program, valuesFor('Juan Pérez', all)), []);
  const texts = template.elements.flatMap((element) =>
    element.type === 'text' && element.omitEmptyLines ? [element] : [],
  );
  const lines = (values: Record<string, string>) => texts.map(({ text }) => fillLines(text, values));
  assert.deepEqual(lines(valuesFor('Juan Pérez')), ['', 'Expedida el 22 de noviembre de 2026', '']);
  assert.deepEqual(lines(valuesFor('Juan Pérez', { term: '2026-2', evidence: all.evidence, credits_earned: 6 })), [
    'Créditos: 6',
    'Expedida el 22 de noviembre de 2026\nPeríodo académico: 2026-2',
    'Evidencias verificables: 20',
  ]);
});
