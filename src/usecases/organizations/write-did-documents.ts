/** Keeps every organization's DID document in the data folder, so that `chancery verify` works there without a network or a server. */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { App } from '../../app.ts';
import { listOrganizations } from '../../db/organizations.ts';
import { readDidDocument } from './did-document.ts';

export async function writeDidDocuments(app: App): Promise<void> {
  const folder = join(app.config.dataDirectory, 'did');
  await mkdir(folder, { recursive: true });
  for (const { id } of await app.db.owner(listOrganizations)) {
    await writeFile(join(folder, `${id}.json`), `${JSON.stringify(await readDidDocument(app, id), null, 2)}\n`);
  }
}
