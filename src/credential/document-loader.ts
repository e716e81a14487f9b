/** The JSON-LD contexts we know, packaged with the program; nothing is ever fetched. */

import examplesV2 from './contexts/credentials-examples-v2.json' with { type: 'json' };
import credentialsV1 from './contexts/credentials-v1.json' with { type: 'json' };
import credentialsV2 from './contexts/credentials-v2.json' with { type: 'json' };
import dataIntegrityV1 from './contexts/data-integrity-v1.json' with { type: 'json' };
import dataIntegrityV2 from './contexts/data-integrity-v2.json' with { type: 'json' };
import didV1 from './contexts/did-v1.json' with { type: 'json' };
import ed25519V1 from './contexts/ed25519-2020-v1.json' with { type: 'json' };
import multikeyV1 from './contexts/multikey-v1.json' with { type: 'json' };
import openBadges from './contexts/open-badges-3.0.3.json' with { type: 'json' };
import openBadgesExtensions from './contexts/open-badges-extensions.json' with { type: 'json' };

export const credentialsContext = 'https://www.w3.org/ns/credentials/v2';
export const openBadgesContext = 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json';

/** Packaged contexts by the URL they are published under. */
export const contexts: ReadonlyMap<string, object> = new Map<string, object>([
  [credentialsContext, credentialsV2],
  [openBadgesContext, openBadges],
  ['https://purl.imsglobal.org/spec/ob/v3p0/extensions.json', openBadgesExtensions],
  ['https://www.w3.org/2018/credentials/v1', credentialsV1],
  ['https://www.w3.org/ns/credentials/examples/v2', examplesV2],
  ['https://w3id.org/security/data-integrity/v1', dataIntegrityV1],
  ['https://w3id.org/security/data-integrity/v2', dataIntegrityV2],
  ['https://w3id.org/security/multikey/v1', multikeyV1],
  ['https://w3id.org/security/suites/ed25519-2020/v1', ed25519V1],
  ['https://www.w3.org/ns/did/v1', didV1],
]);

export interface LoadedDocument {
  contextUrl: null;
  documentUrl: string;
  document: object;
}

/** A JSON-LD document loader over the packaged contexts; throws for every other URL. */
export async function loadDocument(url: string): Promise<LoadedDocument> {
  const document = contexts.get(url);
  if (!document) throw new Error(`the context ${url} is not packaged, and nothing is fetched`);
  return { contextUrl: null, documentUrl: url, document };
}
