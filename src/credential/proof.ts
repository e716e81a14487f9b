/** Data Integrity proofs `eddsa-rdfc-2022` over any JSON-LD document, by the reference libraries; the compiled program must give the same bytes. */

import { hash, type KeyObject, sign, verify } from 'node:crypto';
import jsonld from 'jsonld';
import { canonize } from 'rdf-canonize';
import { decodeBase58, encodeBase58 } from './base58.ts';
import { loadDocument } from './document-loader.ts';
import type { FormPlans } from './form-plans.ts';
import { signingKey, verifyingKey } from './keys.ts';

/** Options of a proof, in the order our texts write them. */
export interface ProofOptions {
  type: 'DataIntegrityProof';
  cryptosuite: 'eddsa-rdfc-2022';
  /** ISO time with zone. */
  created: string;
  verificationMethod: string;
  proofPurpose: 'assertionMethod';
}

export function proofOptions(keyId: string, created: string): ProofOptions {
  return {
    type: 'DataIntegrityProof',
    cryptosuite: 'eddsa-rdfc-2022',
    created,
    verificationMethod: keyId,
    proofPurpose: 'assertionMethod',
  };
}

/** A JSON-LD document as an RDF dataset; throws on undefined terms and on contexts that are not packaged. */
export function toDataset(document: unknown): Promise<unknown> {
  return jsonld.toRDF(document, {
    base: null,
    safe: true,
    produceGeneralizedRdf: false,
    rdfDirection: 'i18n-datatype',
    documentLoader: loadDocument,
  });
}

/** Canonical N-Quads of a dataset (RDFC-1.0 with SHA-256). Throws on poisoned graphs, which would take exponential work. */
export function canonizeDataset(dataset: unknown): Promise<string> {
  return canonize(dataset, { algorithm: 'RDFC-1.0' });
}

/** Canonical N-Quads of a document. */
export async function canonizeDocument(document: unknown): Promise<string> {
  return canonizeDataset(await toDataset(document));
}

/** SHA-256 of the canonical proof options under the document's context: the same for all documents of a batch. */
export async function proofOptionsHash(context: unknown, options: object): Promise<Buffer> {
  return hash('sha256', await canonizeDocument({ '@context': context, ...options }), 'buffer');
}

/** Signs the 64 bytes `hash(options) + hash(document)`; gives the multibase `proofValue` (vc-di-eddsa, section 3.2). */
export function signHashes(optionsHash: Uint8Array, documentHash: Uint8Array, key: KeyObject): string {
  return `z${encodeBase58(sign(null, Buffer.concat([optionsHash, documentHash]), key))}`;
}

/** Adds a proof, an object or (Open Badges) an array of one; the document must not have one. */
export async function signDocument<T extends Record<string, unknown>>(
  document: T,
  inputs: { keyId: string; privateKey: Uint8Array; created: string; proofAs?: 'object' | 'array' },
): Promise<T & { proof: unknown }> {
  const options = proofOptions(inputs.keyId, inputs.created);
  const [optionsHash, text] = await Promise.all([
    proofOptionsHash(document['@context'], options),
    canonizeDocument(document),
  ]);
  const proofValue = signHashes(optionsHash, hash('sha256', text, 'buffer'), signingKey(inputs.privateKey));
  const proof = { ...options, proofValue };
  return { ...document, proof: inputs.proofAs === 'array' ? [proof] : proof };
}

/**
 * Whether `proof` is a valid eddsa-rdfc-2022 proof of the document by this key (32 raw bytes). False for every malformed proof, for undefined
 * terms and unknown contexts. It says nothing about JSON that RDF does not see (order, repeats); `verifyCredential` does. `forms` only for a document in form.
 */
export async function checkProof(
  document: Record<string, unknown>,
  proof: Record<string, unknown>,
  publicKey: Uint8Array,
  forms?: FormPlans,
): Promise<boolean> {
  const { proofValue, ...options } = proof;
  const { proof: _, ...unsigned } = document;
  if (options.type !== 'DataIntegrityProof' || options.cryptosuite !== 'eddsa-rdfc-2022') return false;
  if (options.proofPurpose !== 'assertionMethod' || typeof proofValue !== 'string') return false;
  const signature = proofValue.startsWith('z') ? decodeBase58(proofValue.slice(1)) : undefined;
  if (signature?.length !== 64) return false;
  try {
    const [optionsHash, text] = await Promise.all([
      (forms?.optionsHash ?? proofOptionsHash)(unsigned['@context'], options),
      (forms?.canonize ?? canonizeDocument)(unsigned),
    ]);
    const signed = Buffer.concat([optionsHash, hash('sha256', text, 'buffer')]);
    return verify(null, signed, verifyingKey(publicKey), signature);
  } catch {
    return false;
  }
}
