/** The issuers' keys that offline verification may trust, out of DID documents on this machine. */

import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readClientSettings } from '../config.ts';
import { publicKeyFromMultibase, publicKeyMultibaseOf } from '../credential/keys.ts';

export interface KnownKeys {
  /** Key of a verification method that may sign credentials. */
  keyOf(method: string): Uint8Array | undefined;
  /** The DID that lists this raw key, as whatever method. */
  ownerOf(publicKey: Uint8Array): string | undefined;
}

interface DidDocument {
  id: string;
  verificationMethod?: { id: string; publicKeyMultibase?: string }[];
  assertionMethod?: string[];
}

/** Named documents must be readable; those beside the file and in the data folder are read if there are any. */
export async function loadKnownKeys(named: readonly string[], file: string): Promise<KnownKeys> {
  const documents = await Promise.all(
    named.map(async (path) => JSON.parse(await readFile(path, 'utf8')) as DidDocument),
  );
  const folder = join(readClientSettings().dataDirectory, 'did');
  const kept = (await readdir(folder).catch(() => []))
    .filter((name) => name.endsWith('.json'))
    .map((name) => join(folder, name));
  for (const path of [join(dirname(file), 'issuer.did.json'), ...kept]) {
    const document = await readFile(path, 'utf8').then(JSON.parse, () => undefined);
    if (document) documents.push(document as DidDocument);
  }
  const methods = documents.flatMap((document) =>
    (document.verificationMethod ?? []).map((method) => ({
      ...method,
      did: document.id,
      asserts: document.assertionMethod?.includes(method.id) === true,
    })),
  );
  return {
    keyOf(id) {
      const found = methods.find((method) => method.id === id && method.asserts);
      return found?.publicKeyMultibase ? publicKeyFromMultibase(found.publicKeyMultibase) : undefined;
    },
    ownerOf(publicKey) {
      const multibase = publicKeyMultibaseOf(publicKey);
      return methods.find((method) => method.publicKeyMultibase === multibase)?.did;
    },
  };
}
