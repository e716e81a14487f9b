/** The picture of a template version filled with sample values: drawn when it is first looked at, then kept. */

import type { App } from '../../app.ts';
import { findOrganizationOf, readOrganization } from '../../db/organizations.ts';
import { readTemplateVersion } from '../../db/templates.ts';
import { screenshotKey } from '../../domain/document.ts';
import { displayValuesOf } from '../../domain/placeholder.ts';
import { sampleFacts } from '../../domain/sample-item.ts';
import { signatorySlots } from '../../domain/template.ts';
import { ChanceryError, notFound } from '../../errors.ts';
import { idInStorageName, sameName, storageName } from '../documents/storage-names.ts';

const width = 1_000;

/** PNG. Throws `not_found` alike for every name that this installation did not give. */
export async function readScreenshot(app: App, name: string): Promise<Buffer> {
  const versionId = idInStorageName(name);
  if (!versionId || !sameName(storageName(app, 'screenshot', versionId, ''), name)) throw notFound('picture', name);
  const kept = await app.blobs.get(screenshotKey(versionId)).catch(unlessMissing);
  if (kept) return kept;
  const png = await draw(app, versionId, name);
  await app.blobs.put(screenshotKey(versionId), png);
  return png;
}

async function draw(app: App, versionId: string, name: string): Promise<Buffer> {
  const organizationId = await app.db.anonymous((tx) => findOrganizationOf(tx, 'templateVersion', versionId));
  if (!organizationId) throw notFound('picture', name);
  const { template, organization } = await app.db.organization(organizationId, async (tx) => ({
    template: (await readTemplateVersion(tx, organizationId, versionId))?.content,
    organization: await readOrganization(tx, organizationId),
  }));
  if (!template) throw notFound('picture', name);
  const values = displayValuesOf(template, organization.name)(sampleFacts(template, app.publicUrl));
  const signatories = signatorySlots(template).map((slot) => ({ slot, name: `Signatory ${slot}`, designation: '' }));
  const page = { template, organizationName: organization.name, signatories };
  return Buffer.from(await app.threads.drawSample(page, values, width));
}

function unlessMissing(error: unknown): undefined {
  if (error instanceof ChanceryError && error.code === 'not_found') return undefined;
  throw error;
}
