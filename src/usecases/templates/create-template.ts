/** Stores a template, or a new version of one; a version that exists never changes. */

import { randomUUID } from 'node:crypto';
import type { App } from '../../app.ts';
import { compileCredential } from '../../credential/compile-credential.ts';
import { createCredentialKey } from '../../credential/keys.ts';
import { recordEvent } from '../../db/events.ts';
import { readOrganization } from '../../db/organizations.ts';
import { type DefaultSignatory, findTemplate, insertTemplate, insertTemplateVersion } from '../../db/templates.ts';
import { describeIssue, type Issue } from '../../domain/issue.ts';
import { type Actor, requirePermission } from '../../domain/permissions.ts';
import { parseTemplate, signatorySlots, type Template } from '../../domain/template.ts';
import { templateWarnings } from '../../domain/template-warnings.ts';
import { isUuid } from '../../domain/uuid.ts';
import { invalidInput, notFound } from '../../errors.ts';
import { settleClaim } from '../idempotency/settle-claim.ts';

export interface NewTemplate {
  /** `chancery-template/1`. */
  content: unknown;
  signatories?: DefaultSignatory[];
  /** Adds a version to this template; absent: a new template. */
  templateId?: string;
  /** Of the new template; default: a new one. */
  id?: string;
}

/** Page and credential are compiled once here, so that a template that cannot be drawn or signed is refused before anyone uses it. Throws `invalid_input` with issues. */
export async function createTemplate(
  app: App,
  actor: Actor,
  input: NewTemplate,
): Promise<{ id: string; versionId: string; warnings: (Issue & { sentence: string })[] }> {
  requirePermission(actor, input.templateId ? 'certificate-templates:update' : 'certificate-templates:create');
  const { organizationId } = actor;
  const parsed = parseTemplate(input.content);
  if ('issues' in parsed) throw invalidInput('the template is not valid', parsed.issues);
  const content = parsed.template;
  const known = input.templateId;
  const exists = (id: string) => app.db.organization(organizationId, (tx) => findTemplate(tx, organizationId, id));
  if (known !== undefined && !(isUuid(known) && (await exists(known)))) throw notFound('template', known);
  await proveCompiles(app, organizationId, content);
  const versionId = randomUUID();
  return app.db.organization(organizationId, async (tx) => {
    const id = known ?? input.id ?? randomUUID();
    if (known !== undefined) await insertTemplateVersion(tx, { id, versionId, organizationId, content });
    else await insertTemplate(tx, { id, versionId, organizationId, content, signatories: input.signatories ?? [] });
    const event = { subject: 'template', subjectId: id, kind: 'template.version_added', actor: actor.label };
    await recordEvent(tx, { organizationId, ...event, data: { versionId } });
    const warnings = templateWarnings(content).map((issue) => ({ ...issue, sentence: describeIssue(issue) }));
    const made = { id, versionId, warnings };
    await settleClaim(app, tx, actor, made);
    return made;
  });
}

async function proveCompiles(app: App, organizationId: string, template: Template): Promise<void> {
  const { name } = await app.db.organization(organizationId, (tx) => readOrganization(tx, organizationId));
  const signatories = signatorySlots(template).map((slot) => ({ slot, name: 'Name', designation: 'Designation' }));
  await app.threads.provePage({ template, organizationName: name, signatories });
  const organization = { name, url: 'https://organization.example', did: 'did:web:organization.example' };
  const { privateKey, publicKeyMultibase } = createCredentialKey();
  const keyId = `${organization.did}#${publicKeyMultibase}`;
  const achievementUrl = 'https://organization.example/achievements/1';
  await compileCredential({ template, organization, keyId, privateKey, achievementUrl });
}
