/** The template behind every vault certificate, made by the server: its page is the verification page that is appended to the uploaded file. */

import type { FieldValue } from './field.ts';
import { parseTemplate, type Template } from './template.ts';

/** Names of the fields, which are also the columns of a vault batch's source. */
export const vaultFields = {
  title: 'CertificateTitle',
  details: 'Details',
  original: 'Original',
  fingerprint: 'Fingerprint',
} as const;

/** Longest name on a certificate; the row schema's bound. */
export const longestVaultName = 200;

const label = (text: string, y: number, x = 20) => ({
  type: 'text',
  ...{ x, y, width: 100, height: 5, text, family: 'Noto Sans', size: 8, color: '#5b6470', letterSpacing: 0.4 },
});
const value = (text: string, y: number, height: number, size: number, minSize: number, more: object = {}) => ({
  type: 'text',
  ...{ x: 20, y, width: 170, height, text, size, minSize, wrap: true, color: '#14181f', align: 'start', ...more },
});

const elements = [
  { type: 'rectangle', x: 0, y: 0, width: 210, height: 6, fill: '#1f3a5f' },
  label('VERIFICATION PAGE', 16),
  value('{{CertificateTitle}}', 23, 34, 24, 5, { weight: 700 }),
  label('AWARDED TO', 62),
  value('{{name}}', 67, 20, 20, 5),
  label('ISSUED BY', 90),
  value('{{organization_name}}', 95, 12, 13, 5),
  label('ISSUE DATE', 110),
  value('{{issue_date}}', 115, 8, 13, 7),
  value('{{Details}}', 128, 66, 10, 4, { color: '#2b323c' }),
  { type: 'line', x1: 20, y1: 199, x2: 190, y2: 199, stroke: '#c5ccd6', strokeWidth: 0.3 },
  { type: 'qr', x: 20, y: 205, size: 42, value: '{{verification_url}}' },
  label('REFERENCE', 205, 70),
  value('{{reference_id}}', 210, 8, 12, 6, { x: 70, width: 120, family: 'Noto Sans', weight: 700 }),
  label('VERIFY AT', 220, 70),
  value('{{verification_url}}', 225, 9, 9, 4, { x: 70, width: 120, family: 'Noto Sans' }),
  label('THE ORIGINAL, AND ITS SHA-256', 236, 70),
  value('{{Original}}\n{{Fingerprint}}', 241, 12, 7.5, 3, { x: 70, width: 120, family: 'Noto Sans' }),
  value(
    'The pages before this one are the document as it was handed in. {{organization_name}} sealed all of it when it was issued: any later change to this file can be detected. The signed credential is attached to it (credential.json).',
    258,
    18,
    8,
    4,
    { family: 'Noto Sans', color: '#5b6470' },
  ),
];

const content = {
  format: 'chancery-template/1',
  name: 'Certificate vault',
  language: 'en',
  title: '{{CertificateTitle}}',
  page: { width: 210, height: 297 },
  fields: [
    { name: vaultFields.title, label: 'Certificate', type: 'text', required: true, maxLength: 255 },
    { name: vaultFields.details, label: 'Details', type: 'text', maxLength: 1_000 },
    { name: vaultFields.original, label: 'Original', type: 'text', required: true, maxLength: 300 },
    { name: vaultFields.fingerprint, label: 'SHA-256 of the original', type: 'text', required: true, maxLength: 64 },
  ],
  elements,
  achievement: {
    name: 'Uploaded certificate',
    description: 'A certificate that was made elsewhere, uploaded by its issuer, sealed and signed here.',
    criteria: 'Awarded by the issuer; the document says for what.',
    type: 'Certificate',
  },
  mail: {
    subject: '{{CertificateTitle}}: your certificate from {{organization_name}}',
    greeting: 'Dear {{name}},',
    body: '{{organization_name}} has issued you a certificate: {{CertificateTitle}}.\n\nYou can look at it, verify it, download it and share it under the address below. You need no account.',
  },
};

export const vaultTemplate: Template = (() => {
  const parsed = parseTemplate(content);
  if ('issues' in parsed) throw new Error(`the vault's template is not valid: ${JSON.stringify(parsed.issues)}`);
  return parsed.template;
})();

/** What a batch's documents are made from. */
export type BatchKind = 'template' | 'vault_single' | 'vault_bulk';

export const isVault = (kind: BatchKind): boolean => kind !== 'template';

/** What an item attests: the template's achievement, or for a vault certificate its own title and details. */
export function achievementOf(
  kind: BatchKind,
  { achievement }: Template,
  fields: Readonly<Record<string, FieldValue>>,
): { name: string; description: string; criteria: string } {
  if (!isVault(kind)) return achievement;
  const { title, details } = vaultFields;
  return {
    name: String(fields[title]),
    description: String(fields[details] ?? achievement.description),
    criteria: achievement.criteria,
  };
}
