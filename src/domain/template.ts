/** The template format `chancery-template/1`: the page, the fields and the achievement, versioned and immutable once used. Lengths are millimetres from the top left corner, font sizes points. */

import { z } from 'zod';
import { fieldSchema } from './field.ts';
import type { Issue } from './issue.ts';
import { referenceIssues } from './template-references.ts';

const mm = z.number().min(-2_000).max(2_000);
const positiveMm = z.number().gt(0).max(2_000);
/** `#rgb` or `#rrggbb`. */
const color = z.string().regex(/^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/);
const assetId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/);
const language = z.string().regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/);

export const fontFamilies = ['Noto Serif', 'Noto Sans', 'Cinzel', 'Great Vibes'] as const;

const box = { x: mm, y: mm, width: positiveMm, height: positiveMm };
const stroke = {
  stroke: color.optional(),
  strokeWidth: z.number().gt(0).max(50).default(0.3),
  opacity: z.number().min(0).max(1).default(1),
};

const textElement = z.strictObject({
  type: z.literal('text'),
  ...box,
  /** Literal text with `{{placeholder}}`s; `\n` breaks the line. Plain substitution, nothing is evaluated. */
  text: z.string().max(5_000),
  family: z.enum(fontFamilies).default('Noto Serif'),
  weight: z.union([z.literal(400), z.literal(700)]).default(400),
  italic: z.boolean().default(false),
  /** Points. */
  size: z.number().min(2).max(400),
  /** Shrink down to this size before the row is refused; absent: never shrink. */
  minSize: z.number().min(2).max(400).optional(),
  color: color.default('#000000'),
  /** `start` and `end` follow the paragraph's direction. */
  align: z.enum(['left', 'center', 'right', 'start', 'end']).default('left'),
  verticalAlign: z.enum(['top', 'middle', 'bottom']).default('top'),
  direction: z.enum(['auto', 'ltr', 'rtl']).default('auto'),
  lineHeight: z.number().min(0.5).max(5).default(1.3),
  /** Points added after each character of non-joining scripts. */
  letterSpacing: z.number().min(-5).max(50).default(0),
  wrap: z.boolean().default(false),
  /** Leaves out each line of the text that has a placeholder without a value, so that what is absent leaves no gap. */
  omitEmptyLines: z.boolean().default(false),
  /** BCP 47; picks the CJK face and language-dependent glyphs. Default: the template's language. */
  language: language.optional(),
});

export const elementSchema = z.discriminatedUnion('type', [
  textElement,
  z.strictObject({
    type: z.literal('image'),
    ...box,
    asset: assetId,
    fit: z.enum(['contain', 'cover', 'stretch']).default('contain'),
    alt: z.string().max(500).optional(),
  }),
  z.strictObject({
    type: z.literal('line'),
    x1: mm,
    y1: mm,
    x2: mm,
    y2: mm,
    stroke: color,
    strokeWidth: z.number().gt(0).max(50).default(0.3),
    dash: z.array(positiveMm).max(8).optional(),
  }),
  z.strictObject({
    type: z.literal('rectangle'),
    ...box,
    radius: z.number().min(0).max(500).default(0),
    fill: color.optional(),
    ...stroke,
  }),
  /** SVG path data in millimetres, moved to x, y and multiplied by scale. */
  z.strictObject({
    type: z.literal('path'),
    x: mm.default(0),
    y: mm.default(0),
    scale: z.number().gt(0).max(1_000).default(1),
    d: z.string().min(1).max(500_000),
    fill: color.optional(),
    fillRule: z.enum(['nonzero', 'evenodd']).default('nonzero'),
    ...stroke,
  }),
  z.strictObject({
    type: z.literal('qr'),
    x: mm,
    y: mm,
    size: positiveMm,
    value: z.string().min(1).max(1_000).default('{{verification_url}}'),
    errorCorrection: z.enum(['L', 'M', 'Q', 'H']).default('M'),
    color: color.default('#000000'),
    background: color.optional(),
  }),
  z.strictObject({
    type: z.literal('barcode'),
    ...box,
    symbology: z.enum(['code128']).default('code128'),
    value: z.string().min(1).max(200).default('{{reference_id}}'),
    color: color.default('#000000'),
  }),
  /** Where a signatory signs: image above the line, name and designation below. */
  z.strictObject({
    type: z.literal('signatory'),
    ...box,
    slot: z.int().min(1).max(10),
    family: z.enum(fontFamilies).default('Noto Serif'),
    size: z.number().min(4).max(40).default(10),
    color: color.default('#000000'),
    lineColor: color.optional(),
  }),
]);

export const achievementSchema = z.strictObject({
  name: z.string().min(1).max(300),
  description: z.string().min(1).max(5_000),
  /** What one must do to earn it. */
  criteria: z.string().min(1).max(10_000),
  /** Open Badges 3.0 AchievementType, e.g. Certificate, Course, Degree, License, `ext:…`. */
  type: z
    .string()
    .regex(/^([A-Z][A-Za-z]+|ext:[a-z|A-Z|0-9|.|\-|_]+)$/)
    .default('Certificate'),
  tags: z.array(z.string().min(1).max(100)).max(50).default([]),
  humanCode: z.string().max(100).optional(),
  fieldOfStudy: z.string().max(300).optional(),
  creditsAvailable: z.number().min(0).optional(),
  /** What `bindings.result` means. */
  result: z
    .strictObject({
      name: z.string().min(1).max(300),
      type: z.string().default('LetterGrade'),
      allowedValues: z.array(z.string()).max(100).optional(),
      min: z.string().optional(),
      max: z.string().optional(),
    })
    .optional(),
});

/** Which field fills which property of the Open Badges 3.0 subject; values are field names. */
export const bindingsSchema = z.strictObject({
  result: z.string().optional(),
  creditsEarned: z.string().optional(),
  role: z.string().optional(),
  licenseNumber: z.string().optional(),
  term: z.string().optional(),
  activityStartDate: z.string().optional(),
  activityEndDate: z.string().optional(),
  /** The field of type evidence whose pieces go into `evidence`. */
  evidenceField: z.string().optional(),
  /** A url field, put into `evidence` under the given name. */
  evidence: z
    .array(
      z.strictObject({
        field: z.string(),
        name: z.string().min(1).max(300),
        description: z.string().max(2_000).optional(),
      }),
    )
    .max(20)
    .default([]),
});

export const templateSchema = z.strictObject({
  format: z.literal('chancery-template/1'),
  name: z.string().min(1).max(200),
  /** BCP 47: the document's language; dates and months are written in it. */
  language,
  /** The document's title, with placeholders. */
  title: z.string().min(1).max(500).default('{{name}}'),
  page: z.strictObject({
    width: positiveMm,
    height: positiveMm,
    background: z
      .strictObject({
        color: color.optional(),
        asset: assetId.optional(),
        /** Of a PDF asset, from 1. */ page: z.int().min(1).max(2_000).default(1),
      })
      .default({ page: 1 }),
  }),
  /** How `{{issue_date}}` and other dates are written. `iso` is YYYY-MM-DD. */
  dateStyle: z.enum(['long', 'medium', 'short', 'iso']).default('long'),
  fields: z.array(fieldSchema).max(190).default([]),
  elements: z.array(elementSchema).min(1).max(500),
  achievement: achievementSchema,
  bindings: bindingsSchema.default({ evidence: [] }),
  /** Months from issue to expiry; null: never expires. */
  validityMonths: z.int().min(1).max(1_200).nullable().default(null),
  /** Whether people approve in the order of their places: the second is asked when the first has approved. */
  approvalOrder: z.enum(['any', 'sequential']).default('any'),
  /** What the mail says; placeholders allowed. */
  mail: z
    .strictObject({
      subject: z.string().min(1).max(300),
      greeting: z.string().max(500),
      body: z.string().max(5_000),
      attachPdf: z.boolean().default(false),
    })
    .optional(),
  /** Files by id; the data is base64. PNG, JPEG, SVG or PDF. */
  assets: z
    .record(
      assetId,
      z.strictObject({
        mediaType: z.enum(['image/png', 'image/jpeg', 'image/svg+xml', 'application/pdf']),
        data: z.string().max(28_000_000),
      }),
    )
    .default({}),
});

export type Template = z.infer<typeof templateSchema>;
export type Element = z.infer<typeof elementSchema>;
export type TextElement = Extract<Element, { type: 'text' }>;
export type SignatoryElement = Extract<Element, { type: 'signatory' }>;
export type BoundEvidence = Template['bindings']['evidence'][number];
export type Achievement = z.infer<typeof achievementSchema>;

/** The name with its blanks, which are cut off later: looked for here, they would cost the third power of their number. */
const placeholder = /\{\{([^{}]*)\}\}/g;

/** Names of the placeholders in a text, in order, with repeats. */
export function placeholdersOf(text: string): string[] {
  return [...text.matchAll(placeholder)].map((match) => (match[1] as string).trim());
}

/** Constant pieces of texts and the names between them; the same few texts are filled for every row. */
const taken = new Map<string, string[]>();
/** Texts of that length at most are kept, and so many of them. */
const kept = { longest: 2_000, most: 500 };

/** Constant, name, constant ... constant. */
function piecesOf(text: string): string[] {
  const known = taken.get(text);
  if (known) return known;
  const pieces = text.split(placeholder).map((piece, at) => (at % 2 === 0 ? piece : piece.trim()));
  if (text.length > kept.longest) return pieces;
  if (taken.size >= kept.most) taken.clear();
  taken.set(text, pieces);
  return pieces;
}

/** Text with its placeholders replaced by display values; an absent value becomes nothing. */
export function fillText(text: string, values: Readonly<Record<string, string>>): string {
  const pieces = piecesOf(text);
  let filled = pieces[0] as string;
  for (let at = 1; at < pieces.length; at += 2) {
    const name = pieces[at] as string;
    if (Object.hasOwn(values, name)) filled += values[name] as string;
    filled += pieces[at + 1] as string;
  }
  return filled;
}

/** The same without the lines of the text in which a placeholder has no value. */
export function fillLines(text: string, values: Readonly<Record<string, string>>): string {
  const hasAll = (line: string) =>
    placeholdersOf(line).every((name) => Object.hasOwn(values, name) && values[name] !== '');
  return fillText(text.split('\n').filter(hasAll).join('\n'), values);
}

/** Slots of the template's signatories, sorted. */
export function signatorySlots(template: Template): number[] {
  return template.elements
    .flatMap((element) => (element.type === 'signatory' ? [element.slot] : []))
    .sort((a, b) => a - b);
}

/** Reads a template and says everything that is wrong with it: shape first, then references between its parts. */
export function parseTemplate(input: unknown): { template: Template } | { issues: Issue[] } {
  const parsed = templateSchema.safeParse(input);
  if (!parsed.success) {
    return {
      issues: parsed.error.issues.map((issue) => ({
        path: issue.path.join('.') || 'template',
        code: 'invalid',
        params: { reason: issue.message },
      })),
    };
  }
  if (hasUnstorableText(parsed.data))
    return {
      issues: [{ path: 'template', code: 'invalid', params: { reason: 'a text contains NUL or half a character' } }],
    };
  const issues = referenceIssues(parsed.data);
  return issues.length > 0 ? { issues } : { template: parsed.data };
}

/** NUL, which no database text holds, and lone surrogates: the only things JSON.stringify writes as these escapes. */
function hasUnstorableText(template: Template): boolean {
  return /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/.test(JSON.stringify(template));
}
