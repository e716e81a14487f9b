/** A made-up recipient with a fitting value for every field, for pictures of a template. */

import type { Field, FieldValue } from './field.ts';
import type { ItemFacts } from './item.ts';
import type { Template } from './template.ts';

const id = '00000000-0000-4000-8000-000000000000';
const day = '2026-01-15';

export function sampleFacts(template: Template, publicUrl: string): ItemFacts {
  return {
    id,
    referenceId: 'SAMPLE-0000',
    name: 'Alex Sample',
    email: 'alex.sample@example.com',
    issueDate: day,
    expiryDate: template.validityMonths === null ? null : '2027-01-15',
    verificationUrl: `${publicUrl}/credential/${id}`,
    fields: Object.fromEntries(template.fields.map((field) => [field.name, sampleValue(field)])),
    emailSalt: '0'.repeat(32),
    statusList: { url: `${publicUrl}/status-lists/${id}`, index: 0 },
  };
}

function sampleEvidence(count: number): FieldValue {
  return Array.from({ length: count }, (_, at) => ({
    name: `Evidence ${at + 1}`,
    url: `https://example.com/evidence/${at + 1}`,
  }));
}

function sampleValue(field: Field): FieldValue {
  switch (field.type) {
    case 'number':
      return field.default ?? field.min ?? Math.min(42, field.max ?? 42);
    case 'date':
      return field.default ?? field.min ?? day;
    case 'email':
      return field.default ?? 'alex.sample@example.com';
    case 'url':
      return field.default ?? 'https://example.com';
    case 'choice':
      return field.default ?? (field.choices[0] as string);
    case 'evidence':
      return sampleEvidence(Math.min(field.max, Math.max(2, field.min ?? 0)));
    case 'text':
      return field.default ?? (field.label ?? field.name).slice(0, field.maxLength);
  }
}
