/** Draws docs/pictures, one sample of each shipped template: `node templates/draw/pictures.ts`. Every picture stays under 200 KB. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import type { FieldValue } from '../../src/domain/field.ts';
import { displayValuesOf } from '../../src/domain/placeholder.ts';
import { parseTemplate, signatorySlots } from '../../src/domain/template.ts';
import { checkPage } from '../../src/pdf/check-page.ts';
import { compilePage } from '../../src/pdf/compile-page.ts';
import { datePage } from '../../src/pdf/date-page.ts';
import { fillPage } from '../../src/pdf/fill-page.ts';
import { renderPreview } from '../../src/pdf/preview.ts';

interface Sample {
  organization: string;
  name: string;
  fields: Record<string, FieldValue>;
  /** Pixels; the upright page stays narrower. */
  width: number;
  colours: number;
}

const wide = { width: 960, colours: 64 };

const samples: Record<string, Sample> = {
  graduation: {
    organization: 'Northfield Institute of Technology',
    name: 'Alexandra Whitfield',
    fields: {
      CourseTitle: 'Bachelor of Science in Information Systems',
      Honours: 'magna cum laude',
      CompletionDate: '2026-09-30',
    },
    ...wide,
  },
  'course-completion': {
    organization: 'Universidad del Lago',
    name: 'María Fernanda Ibáñez Quiroga',
    fields: { curso: 'Análisis de datos con herramientas libres', horas: 120, calificacion: 'A' },
    ...wide,
  },
  ijazah: {
    organization: 'جامعة النخيل',
    name: 'فاطمة الزهراء بنت عبد الله',
    fields: { course: 'علوم الحاسوب', grade: 'ممتاز' },
    ...wide,
  },
  licence: {
    organization: 'Board of Professional Engineers',
    name: 'Samuel Adeyemi',
    fields: { LicenseNumber: 'PE-2026-004417', Profession: 'Structural Engineer' },
    width: 680,
    colours: 96,
  },
  membership: {
    organization: '日本植物画協会',
    name: '渡邉 健太郎',
    fields: { Level: '正会員 Full', MemberSince: '2019-04-01' },
    ...wide,
  },
  microcredencial: {
    organization: 'Universidad del Lago',
    name: 'Juan Sebastián Pérez Orozco',
    fields: {
      result_value: 'A',
      credits_earned: 6,
      evidence: [
        { name: 'Proyecto final', url: 'https://ejemplo.com/proyecto' },
        { name: 'Examen', url: 'https://ejemplo.com/examen' },
      ],
      role: 'Desarrollador principal',
      license_number: 'MC-2026-00417',
      term: '2026-2',
      activity_start_date: '2026-08-10',
      activity_end_date: '2026-11-13',
    },
    ...wide,
  },
};

const signers = [
  { name: 'Dr. Helena Marchetti', designation: 'Registrar', file: 'helena-marchetti.png' },
  { name: 'Prof. Daniel Okafor', designation: 'Chair of the Board', file: 'daniel-okafor.png' },
];

const templates = join(import.meta.dirname, '..');
const pictures = join(templates, '..', 'docs', 'pictures');
const id = '0197c1de-7a44-7f2b-9c3e-5d1f0a2b3c4d';

async function documentOf(templateName: string, { organization, name, fields }: Sample): Promise<Uint8Array> {
  const parsed = parseTemplate(JSON.parse(readFileSync(join(templates, templateName, 'template.json'), 'utf8')));
  if ('issues' in parsed) throw new Error(`${templateName}: ${JSON.stringify(parsed.issues)}`);
  const { template } = parsed;
  const signatories = signatorySlots(template).map((slot) => {
    const signer = signers[slot - 1];
    if (!signer) throw new Error(`${templateName}: nobody signs in slot ${slot}`);
    const { file, ...who } = signer;
    return { slot, ...who, signature: readFileSync(join(templates, 'signatures', file)) };
  });
  const createdAt = '2026-11-22T10:00:00Z';
  const program = datePage(await compilePage({ template, organizationName: organization, signatories }), createdAt);
  const values = displayValuesOf(
    template,
    organization,
  )({
    id,
    referenceId: 'VEC-IC-202667DAE48425BAD',
    name,
    email: 'someone@example.com',
    issueDate: '2026-11-22',
    expiryDate: template.validityMonths === null ? null : '2028-11-22',
    verificationUrl: `https://verify.example.org/credential/${id}`,
    fields,
    emailSalt: '0'.repeat(32),
    statusList: { url: 'https://verify.example.org/status-lists/1', index: 0 },
  });
  const issues = checkPage(program, values);
  if (issues.length > 0) throw new Error(`${templateName}: ${JSON.stringify(issues)}`);
  const attachment = { name: 'credential.json', data: Buffer.from('{}'), mediaType: 'application/vc' };
  return Buffer.concat([program.prefix, fillPage(program, values, attachment).tail]);
}

for (const [name, sample] of Object.entries(samples)) {
  // Drawn twice as wide and made smaller: hairlines keep their colour.
  const large = await renderPreview(await documentOf(name, sample), { width: 2 * sample.width });
  const png = await sharp(large)
    .resize({ width: sample.width })
    .png({ palette: true, colours: sample.colours, dither: 0, compressionLevel: 9, effort: 10 })
    .toBuffer();
  if (png.length >= 200_000) throw new Error(`${name}.png has ${png.length} bytes`);
  writeFileSync(join(pictures, `${name}.png`), png);
}
