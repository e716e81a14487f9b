/** Stores the bytes of a document: its row comes first, so that a process that dies leaves nothing that nobody knows. */

import { createHash, randomUUID } from 'node:crypto';
import type { App } from '../../app.ts';
import { deleteMailDocument, insertMailDocument, mailDocumentKey, setDocumentHash } from '../../db/mail-documents.ts';
import type { MailScope } from '../../db/mailings.ts';
import type { Tx } from '../../db/open.ts';
import { cleanFileName } from '../../domain/file-name.ts';
import { ChanceryError } from '../../errors.ts';
import { fault } from '../../fault.ts';

/** A received body: of so many bytes, read from the beginning as often as it is opened. */
export interface HandedInFile {
  size: number;
  open(): AsyncIterable<Uint8Array>;
}

export interface NewDocument {
  name: string;
  terms: Record<string, string>;
  body: HandedInFile;
}

/** `settle` runs in the transaction with which the document becomes known; when it throws, nothing of the document stays. */
export async function keepDocument<T>(
  app: App,
  scope: MailScope,
  { name, terms, body }: NewDocument,
  settle: (tx: Tx, id: string) => Promise<T>,
): Promise<T> {
  const { organizationId } = scope;
  const id = randomUUID();
  const document = { id, name: cleanFileName(name), terms, size: body.size };
  await app.db.organization(organizationId, (tx) => insertMailDocument(tx, scope, document));
  await fault('put-document-after-row');
  try {
    const hash = createHash('sha256');
    await app.blobs.put(mailDocumentKey(id), hashed(body.open(), hash));
    await fault('put-document-after-blob');
    return await app.db.organization(organizationId, async (tx) => {
      await setDocumentHash(tx, organizationId, id, hash.copy().digest());
      const result = await settle(tx, id);
      await fault('put-document-before-commit');
      return result;
    });
  } catch (error) {
    const unknown = error instanceof ChanceryError && error.details.commit === 'unknown';
    if (!unknown) await forgetDocument(app, organizationId, id);
    throw error;
  }
}

/** Bytes and all; what cannot be done now is done by the sweeper. */
export async function forgetDocument(app: App, organizationId: string, id: string): Promise<void> {
  try {
    await app.blobs.delete(mailDocumentKey(id));
    await app.db.organization(organizationId, (tx) => deleteMailDocument(tx, organizationId, id));
  } catch (error) {
    app.log.warn({ organizationId, id, error: (error as Error).message }, 'a document is left to the sweeper');
  }
}

async function* hashed(bytes: AsyncIterable<Uint8Array>, hash: ReturnType<typeof createHash>) {
  for await (const piece of bytes) {
    hash.update(piece);
    yield piece;
  }
}
