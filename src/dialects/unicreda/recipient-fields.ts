/** What a recipient may say, by template: UniCreda's names where the template binds a field to what they mean, else the field's own name. */

import { defaultOf, type Field } from '../../domain/field.ts';
import { resultRule } from '../../domain/result-rule.ts';
import type { Template } from '../../domain/template.ts';
import type { ColumnPlan, ColumnTarget } from '../../ingest/columns.ts';

export type BuiltInField = 'name' | 'email' | 'issueDate' | 'expiryDate';

export interface RecipientField {
  /** The key of a recipient, the header of the plan, the path of an issue. */
  wire: string;
  field: Field | BuiltInField;
  required: boolean;
  type: 'string' | 'number' | 'date' | 'email' | 'url' | 'choice' | 'evidence';
  label?: string;
  /** In the template's order. */
  allowedValues?: readonly string[];
  /** Of a number, a day as `YYYY-MM-DD`, or how many pieces of evidence. */
  min?: number | string;
  max?: number | string;
  minLength?: number;
  maxLength?: number;
  /** False for what UniCreda does not have. */
  unicreda: boolean;
}

const bound = [
  ['result', 'result_value'],
  ['creditsEarned', 'credits_earned'],
  ['evidenceField', 'evidence'],
  ['role', 'role'],
  ['licenseNumber', 'license_number'],
  ['term', 'term'],
  ['activityStartDate', 'activity_start_date'],
  ['activityEndDate', 'activity_end_date'],
] as const satisfies [keyof Template['bindings'], string][];

const builtIn = {
  email: { wire: 'email', field: 'email', required: true, type: 'email', unicreda: true },
  name: { wire: 'recipient_name', field: 'name', required: true, type: 'string', maxLength: 200, unicreda: true },
  issueDate: { wire: 'issue_date', field: 'issueDate', required: false, type: 'date', unicreda: false },
  expiryDate: { wire: 'expiry_date', field: 'expiryDate', required: false, type: 'date', unicreda: false },
} as const satisfies Record<BuiltInField, RecipientField>;

/** UniCreda's fields in UniCreda's order, then those of the template that it has no name for, then the dates of the credential. */
export function recipientFields(template: Template): RecipientField[] {
  const known: [string, Field][] = [];
  for (const [binding, wire] of bound) {
    const field = template.fields.find(({ name }) => name === template.bindings[binding]);
    // A field that means two things goes by the first name.
    if (field && !known.some(([, other]) => other === field)) known.push([wire, field]);
  }
  const taken = new Set<string>([...Object.values(builtIn).map(({ wire }) => wire), ...known.map(([wire]) => wire)]);
  const others = template.fields.filter((field) => !known.some(([, other]) => other === field));
  return [
    builtIn.email,
    builtIn.name,
    ...known.map(([wire, field]) => ({ wire, ...describe(template, field), unicreda: true })),
    ...others.map((field) => {
      const name = field.name.normalize('NFC');
      return { wire: taken.has(name) ? `field.${name}` : name, ...describe(template, field), unicreda: false };
    }),
    builtIn.issueDate,
    builtIn.expiryDate,
  ];
}

/** A column for each field, in the same order; days as `YYYY-MM-DD` whatever spreadsheets for the template write. */
export function recipientPlan(template: Template): ColumnPlan {
  const fields = recipientFields(template);
  return {
    header: fields.map(({ wire }) => wire),
    targets: fields.map(({ field }): ColumnTarget => {
      return typeof field === 'string' ? { to: field } : { to: 'field', field: field.name };
    }),
    dateFormat: 'YYYY-MM-DD',
    fieldDateFormat: 'YYYY-MM-DD',
    verbatim: true,
  };
}

function describe(template: Template, field: Field): Omit<RecipientField, 'wire' | 'unicreda'> {
  const rule = resultRule(template);
  const result = rule?.field === field ? rule : undefined;
  const { label } = field;
  const required = field.required && defaultOf(field) === undefined;
  const common = { field, required, ...(label !== undefined && { label }) };
  switch (field.type) {
    case 'text':
      return {
        ...common,
        type: 'string',
        ...present({ ...bounds(result), minLength: field.minLength, maxLength: field.maxLength }),
        ...(result?.allowed && { allowedValues: result.allowed }),
      };
    case 'choice':
      return { ...common, type: 'choice', allowedValues: field.choices };
    case 'number': {
      const narrow = bounds(result);
      const min = Math.max(field.min ?? -Infinity, narrow.min ?? -Infinity);
      const max = Math.min(field.max ?? Infinity, narrow.max ?? Infinity);
      return {
        ...common,
        type: 'number',
        ...(min !== -Infinity && { min }),
        ...(max !== Infinity && { max }),
        ...(result?.allowed && { allowedValues: result.allowed }),
      };
    }
    case 'date':
    case 'evidence':
      return { ...common, type: field.type, ...present({ min: field.min, max: field.max }) };
    case 'email':
    case 'url':
      return { ...common, type: field.type, ...(result?.allowed && { allowedValues: result.allowed }) };
  }
}

function bounds(result: { min?: number; max?: number } | undefined): { min?: number; max?: number } {
  return { min: result?.min, max: result?.max };
}

/** Without the keys that have no value. */
function present<T extends Record<string, unknown>>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}
