/** What was handed in with each file as rows of a batch: the same rules as for any other row, before anything is stored. */

import { createHash } from 'node:crypto';
import type { App } from '../../app.ts';
import { ensureBuiltInTemplate } from '../../db/templates.ts';
import type { VaultFileRow } from '../../db/vault-files.ts';
import type { Issue } from '../../domain/issue.ts';
import type { RawRow } from '../../domain/item.ts';
import { vaultFields, vaultTemplate } from '../../domain/vault-template.ts';
import type { ColumnPlan } from '../../ingest/columns.ts';
import { compileRowSchema } from '../../ingest/row-schema.ts';

export interface VaultEntry {
  title: string;
  fullName: string;
  email: string;
  /** `YYYY-MM-DD`; default: today. */
  issueDate?: string;
  details?: string;
}

const field = (name: string) => ({ to: 'field' as const, field: name });

/** Headers are VEC's words, for they name the value at fault in an issue. */
export const vaultPlan: ColumnPlan = {
  header: ['full_name', 'applicant_email', 'issue_date', 'certificate_title', 'details', 'original', 'fingerprint'],
  targets: [
    { to: 'name' },
    { to: 'email' },
    { to: 'issueDate' },
    field(vaultFields.title),
    field(vaultFields.details),
    field(vaultFields.original),
    field(vaultFields.fingerprint),
  ],
  dateFormat: 'YYYY-MM-DD',
};

const schema = compileRowSchema(vaultTemplate, vaultPlan);
type Facts = Pick<VaultFileRow, 'mediaType' | 'pages' | 'size' | 'sha256'>;
const anyFile: Facts = { mediaType: 'application/pdf', pages: 1, size: 1, sha256: Buffer.alloc(32) };

/** As the belt will find it; empty when the entry can be issued. */
export function vaultEntryIssues(entry: VaultEntry): Issue[] {
  const judged = schema(vaultRow(entry, anyFile, 0));
  return 'issues' in judged ? judged.issues : [];
}

/** `seq` counts from 0; the row's number is the entry's, from 1. */
export function vaultRow(entry: VaultEntry, file: Facts, seq: number): RawRow {
  const kind = { 'application/pdf': 'PDF', 'image/png': 'PNG picture', 'image/jpeg': 'JPEG picture' }[file.mediaType];
  const pages = file.mediaType === 'application/pdf' ? `, ${file.pages} page${file.pages === 1 ? '' : 's'}` : '';
  return {
    row: seq + 1,
    cells: [
      entry.fullName,
      entry.email,
      entry.issueDate ?? '',
      entry.title.replace(/\s*[\r\n]+\s*/g, ' '),
      entry.details ?? '',
      `${kind}${pages}, ${file.size} bytes`,
      file.sha256.toString('hex'),
    ],
  };
}

/** Ids that follow from the organization and the content, so that any number of first uploads at once make one template. */
export async function vaultTemplateOf(app: App, organizationId: string): Promise<{ id: string; versionId: string }> {
  const content = vaultTemplate;
  const id = uuidOf(`vault template of ${organizationId}`);
  const versionId = uuidOf(`vault template of ${organizationId} ${JSON.stringify(content)}`);
  await app.db.organization(organizationId, (tx) =>
    ensureBuiltInTemplate(tx, { id, versionId, organizationId, content }),
  );
  return { id, versionId };
}

/** A UUID of version 8 (RFC 9562, 5.8). */
function uuidOf(text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
