/** Keeps every organization's DID document in the data folder, so that `chancery verify` works there without a network or a server. */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { App } from '../../app.ts';
import { listOrganizations } from '../../db/organizations.ts';
import { ChanceryError } from '../../errors.ts';
import { readDidDocument } from './did-document.ts';

export async function writeDidDocuments(app: App): Promise<void> {
  for (const { id } of await app.db.owner(listOrganizations)) {
    await write(app, id, await readDidDocument(app, id));
    await writeTestDidDocument(app, id);
  }
}

/** Of the organization as the issuer of specimens, once it has keys for them. */
export async function writeTestDidDocument(app: App, organizationId: string): Promise<void> {
  const document = await readDidDocument(app, organizationId, true).catch((error: unknown) => {
    if (error instanceof ChanceryError && error.code === 'not_found') return undefined;
    throw error;
  });
  if (document) await write(app, `${organizationId}.test`, document);
}

async function write(app: App, name: string, document: Record<string, unknown>): Promise<void> {
  const folder = join(app.config.dataDirectory, 'did');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${name}.json`), `${JSON.stringify(document, null, 2)}\n`);
}
