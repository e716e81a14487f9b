/** Proves that the signatories fit their places, before anything is stored. */

import type { App } from '../../app.ts';
import type { BatchSignatory } from '../../db/batches.ts';
import type { Template } from '../../domain/template.ts';

/** Combinations of template and signatories known to fit their places. */
const proven = new Set<string>();

/** Throws `invalid_input` for a name that is too long for its place, or that no font can draw. */
export async function proveSignatories(
  app: App,
  template: { versionId: string; content: Template },
  organizationName: string,
  signatories: BatchSignatory[],
): Promise<void> {
  const key = JSON.stringify([template.versionId, organizationName, signatories]);
  if (signatories.length === 0 || proven.has(key)) return;
  await app.threads.provePage({ template: template.content, organizationName, signatories });
  if (proven.size > 10_000) proven.clear();
  proven.add(key);
}
