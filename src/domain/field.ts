/** A template's fields: what a row may say, by type, bounds and defaults. */

import { z } from 'zod';

/** Values every item has; a template may print them and may not redefine them. */
export const builtInPlaceholders = [
  'name',
  'email',
  'issue_date',
  'expiry_date',
  'reference_id',
  'credential_id',
  'verification_url',
  'organization_name',
] as const;

export type BuiltInPlaceholder = (typeof builtInPlaceholders)[number];

const fieldName = z
  .string()
  .regex(/^[\p{L}_][\p{L}\p{M}\p{N}_ -]{0,63}$/u, 'a letter, then letters, digits, blanks, _ or -, at most 64')
  .refine((name) => !(builtInPlaceholders as readonly string[]).includes(name), 'the name is built in')
  .refine((name) => !['__proto__', 'constructor', 'prototype'].includes(name), 'the name is not allowed');

const common = {
  /** Column header and placeholder, exact case. */
  name: fieldName,
  label: z.string().min(1).max(100).optional(),
  required: z.boolean().default(false),
};

/** What one row may hold of evidence, at most; longer lists make credentials nobody reads. */
const mostEvidence = 50;

export const fieldSchema = z.discriminatedUnion('type', [
  z.strictObject({
    ...common,
    type: z.literal('text'),
    minLength: z.int().min(0).optional(),
    maxLength: z.int().min(1).max(10_000).default(1_000),
    default: z.string().optional(),
  }),
  z.strictObject({
    ...common,
    type: z.literal('number'),
    min: z.number().optional(),
    max: z.number().optional(),
    default: z.number().optional(),
  }),
  z.strictObject({
    ...common,
    type: z.literal('date'),
    /** How the row writes it: any order of YYYY, MM, DD with one separator. */
    format: z
      .enum(['YYYY-MM-DD', 'DD-MM-YYYY', 'DD/MM/YYYY', 'MM/DD/YYYY', 'DD.MM.YYYY', 'YYYY/MM/DD'])
      .default('YYYY-MM-DD'),
    /** `YYYY-MM-DD`. */
    min: z.iso.date().optional(),
    max: z.iso.date().optional(),
    default: z.iso.date().optional(),
    /** Name of a date field that must not be later than this one. */
    notBefore: z.string().optional(),
  }),
  z.strictObject({ ...common, type: z.literal('email'), default: z.string().optional() }),
  z.strictObject({ ...common, type: z.literal('url'), default: z.string().optional() }),
  z.strictObject({
    ...common,
    type: z.literal('choice'),
    /** Ordered low to high where the order means something. */
    choices: z.array(z.string().min(1).max(200)).min(1).max(500),
    default: z.string().optional(),
  }),
  /** A list of pieces of evidence; a cell holds it as JSON. */
  z.strictObject({
    ...common,
    type: z.literal('evidence'),
    min: z.int().min(0).max(mostEvidence).optional(),
    max: z.int().min(1).max(mostEvidence).default(20),
  }),
]);

export type Field = z.infer<typeof fieldSchema>;

/** A piece of evidence as a row names it; `url` is absolute, http or https. */
export interface Evidence {
  name: string;
  url: string;
  description?: string;
}

/** A clean value: numbers as numbers, dates as `YYYY-MM-DD`, evidence as a list of at least one. */
export type FieldValue = string | number | readonly Evidence[];

/** What a row without the value has; evidence has no default. */
export function defaultOf(field: Field): string | number | undefined {
  return field.type === 'evidence' ? undefined : field.default;
}

/** The placeholder that says how many pieces an evidence field has; no field can have this name. */
export function countOf(fieldName: string): string {
  return `${fieldName}.count`;
}

/** A value as text: of evidence the names, with semicolons between them. */
export function textOf(value: FieldValue): string {
  return typeof value === 'object' ? value.map(({ name }) => name).join('; ') : String(value);
}
