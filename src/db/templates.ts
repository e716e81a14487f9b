/** Templates, their versions and default signatories. */

import { signatorySlots, type Template } from '../domain/template.ts';
import type { Tx } from './open.ts';

/** What lists say of a template's newest version; none of its artwork. */
export interface TemplateSummary {
  id: string;
  number: number;
  name: string;
  createdAt: Date;
  updatedAt: Date;
  versionId: string;
  version: number;
  versionCreatedAt: Date;
  language: string;
  fields: Template['fields'];
  /** All that is not drawn. */
  outline: Omit<Template, 'elements' | 'assets'>;
  /** Places for signatories, sorted. */
  slots: number[];
}

export interface TemplateRow extends TemplateSummary {
  content: Template;
}

export interface DefaultSignatory {
  slot: number;
  memberId: string;
  autoApprove: boolean;
}

const columns = `template.id, template.number, template.name, template.created_at as "createdAt", template.updated_at as "updatedAt",
  newest.id as "versionId", newest.version, newest.created_at as "versionCreatedAt", newest.language, newest.fields, newest.outline, newest.slots`;
const newest = `join lateral (select id, version, created_at, language, fields, outline, slots, content from template_version
  where template_id = template.id order by version desc limit 1) newest on true`;

/** The newest version of a template that is not archived; one that the server made for itself only where it is asked for. */
export async function findTemplate(
  tx: Tx,
  organizationId: string,
  id: string,
  { builtIn = false } = {},
): Promise<TemplateRow | undefined> {
  const { rows } = await tx.query<TemplateRow>(
    `select ${columns}, newest.content from template ${newest}
     where template.organization_id = $1 and template.id = $2 and template.archived_at is null and (not template.built_in or $3)`,
    [organizationId, id, builtIn],
  );
  return rows[0];
}

/** Newest first, those that the server made for itself left out. `search` is part of a name, in any case. */
export async function listTemplates(
  tx: Tx,
  organizationId: string,
  { search, limit, offset }: { search?: string; limit: number; offset: number },
): Promise<{ templates: TemplateSummary[]; total: number }> {
  const where = `template.organization_id = $1 and template.archived_at is null and not template.built_in
    and ($2::text is null or strpos(lower(template.name), lower($2)) > 0)`;
  const { rows } = await tx.query<TemplateSummary>(
    `select ${columns} from (select * from template where ${where} order by created_at desc, number desc limit $3 offset $4) template ${newest}
     order by template.created_at desc, template.number desc`,
    [organizationId, search ?? null, limit, offset],
  );
  const counted = await tx.query<{ total: number }>(`select count(*)::int as total from template where ${where}`, [
    organizationId,
    search ?? null,
  ]);
  return { templates: rows, total: counted.rows[0]?.total ?? 0 };
}

export async function readTemplateVersion(
  tx: Tx,
  organizationId: string,
  versionId: string,
): Promise<{ templateId: string; version: number; content: Template } | undefined> {
  const { rows } = await tx.query<{ templateId: string; version: number; content: Template }>(
    `select template_id as "templateId", version, content from template_version where organization_id = $1 and id = $2`,
    [organizationId, versionId],
  );
  return rows[0];
}

/** As the batch was handed in with it. */
export async function readBatchTemplate(tx: Tx, organizationId: string, batchId: string): Promise<Template> {
  const { rows } = await tx.query<{ content: Template }>(
    `select content from template_version join batch on batch.template_version_id = template_version.id
     where batch.organization_id = $1 and batch.id = $2`,
    [organizationId, batchId],
  );
  return rows[0]?.content as Template;
}

export async function readDefaultSignatories(
  tx: Tx,
  organizationId: string,
  templateId: string,
): Promise<DefaultSignatory[]> {
  return (
    await tx.query<DefaultSignatory>(
      `select slot, member_id as "memberId", auto_approve as "autoApprove" from template_signatory
       where organization_id = $1 and template_id = $2 order by slot`,
      [organizationId, templateId],
    )
  ).rows;
}

/** The server's own template for an organization and its version with this content; made where they are not there yet. */
export async function ensureBuiltInTemplate(tx: Tx, template: NewVersion): Promise<void> {
  const { id, versionId, organizationId, content } = template;
  const { rows } = await tx.query('select 1 from template_version where organization_id = $1 and id = $2', [
    organizationId,
    versionId,
  ]);
  if (rows.length > 0) return;
  await tx.query(
    'insert into template (id, organization_id, name, built_in) values ($1, $2, $3, true) on conflict (id) do nothing',
    [id, organizationId, content.name],
  );
  // Locked, so that writers at the same moment follow each other.
  await tx.query('select 1 from template where organization_id = $1 and id = $2 for update', [organizationId, id]);
  await tx.query(
    `insert into template_version (id, organization_id, template_id, version, content, slots, language, fields)
     select $1, $2, $3, coalesce(max(version), 0) + 1, $4::jsonb, $5, $6, $7 from template_version where template_id = $3
     on conflict (id) do nothing`,
    [
      versionId,
      organizationId,
      id,
      JSON.stringify(content),
      signatorySlots(content),
      content.language,
      JSON.stringify(content.fields),
    ],
  );
}

export interface NewVersion {
  id: string;
  versionId: string;
  organizationId: string;
  content: Template;
}

export async function insertTemplate(
  tx: Tx,
  template: NewVersion & { signatories: DefaultSignatory[] },
): Promise<void> {
  await tx.query('insert into template (id, organization_id, name) values ($1, $2, $3)', [
    template.id,
    template.organizationId,
    template.content.name,
  ]);
  await storeVersion(tx, template);
  for (const signatory of template.signatories) {
    await tx.query(
      'insert into template_signatory (template_id, slot, organization_id, member_id, auto_approve) values ($1, $2, $3, $4, $5)',
      [template.id, signatory.slot, template.organizationId, signatory.memberId, signatory.autoApprove],
    );
  }
}

/** The next version, after which the template is called as it says. Locks the template, so that writers at the same moment follow each other. */
export async function insertTemplateVersion(tx: Tx, template: NewVersion): Promise<void> {
  await tx.query(
    'update template set name = $3, updated_at = clock_timestamp() where organization_id = $1 and id = $2',
    [template.organizationId, template.id, template.content.name],
  );
  await storeVersion(tx, template);
}

async function storeVersion(tx: Tx, template: NewVersion): Promise<void> {
  await tx.query(
    `insert into template_version (id, organization_id, template_id, version, content, slots, language, fields)
     select $1, $2, $3, coalesce(max(version), 0) + 1, $4::jsonb, $5, $6, $7 from template_version where template_id = $3`,
    [
      template.versionId,
      template.organizationId,
      template.id,
      JSON.stringify(template.content),
      signatorySlots(template.content),
      template.content.language,
      JSON.stringify(template.content.fields),
    ],
  );
}

/** The default signatories of these templates, by template and place. */
export async function listDefaultSignatories(
  tx: Tx,
  organizationId: string,
  templateIds: readonly string[],
): Promise<(DefaultSignatory & { templateId: string })[]> {
  const { rows } = await tx.query<DefaultSignatory & { templateId: string }>(
    `select template_id as "templateId", slot, member_id as "memberId", auto_approve as "autoApprove" from template_signatory
     where organization_id = $1 and template_id = any($2) order by template_id, slot`,
    [organizationId, templateIds],
  );
  return rows;
}
