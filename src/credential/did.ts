/** Decentralized identifiers of issuers: did:web for the public site, did:key where no site can be reached; documents list old keys too. */

import { invalidInput } from '../errors.ts';
import { publicKeyFromMultibase, publicKeyMultibaseOf } from './keys.ts';

/**
 * did:web of a site, e.g. `did:web:localhost%3A8080:organizations:acme`; a path in the URL comes before `path` (did:web method specification, section 2.5.2).
 * Without any path the document is served at `/.well-known/did.json`, else at `/<path>/did.json`.
 */
export function didWebOf(publicUrl: string, path: string[]): string {
  const url = URL.canParse(publicUrl) ? new URL(publicUrl) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.hostname === '')
    throw invalidInput('a did:web needs an absolute http or https URL');
  const host = encodeURIComponent(url.hostname) + (url.port === '' ? '' : `%3A${url.port}`);
  const segments = url.pathname.split('/').filter((segment) => segment !== '');
  return ['did:web', host, ...segments, ...path.map(encodeSegment)].join(':');
}

function encodeSegment(segment: string): string {
  if (segment === '' || segment === '.' || segment === '..') throw invalidInput('a did:web path segment is empty');
  return encodeURIComponent(segment).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** did:key of 32 raw Ed25519 bytes: `did:key:z6Mk…`. */
export function didKeyOf(publicKey: Uint8Array): string {
  return `did:key:${publicKeyMultibaseOf(publicKey)}`;
}

/** The 32 raw bytes in an Ed25519 did:key, with or without its fragment; undefined for every other text. */
export function publicKeyOfDidKey(text: string): Uint8Array | undefined {
  const match = /^did:key:(z[1-9A-HJ-NP-Za-km-z]+)(?:#(.+))?$/.exec(text);
  if (!match || (match[2] !== undefined && match[2] !== match[1])) return undefined;
  return publicKeyFromMultibase(match[1] as string);
}

export interface DidKey {
  /** Verification method id, `{did}#{multibase}`. */
  id: string;
  publicKeyMultibase: string;
  /** Signs nothing new, but what it signed stays valid. */
  retired: boolean;
}

/**
 * DID document (DID Core 1.0, Multikey of Controlled Identifiers). Retired keys stay under `assertionMethod`, or old credentials would stop
 * verifying; only keys in use may authenticate. Leave a compromised key out. `otherMethods` are whole verification methods, such as JsonWebKey.
 */
export function didDocument(
  did: string,
  keys: DidKey[],
  otherMethods: ({ id: string } & Record<string, unknown>)[] = [],
): Record<string, unknown> {
  const ordered = [...keys.filter((key) => !key.retired), ...keys.filter((key) => key.retired)];
  const methods = ordered.map((key) => ({
    id: key.id,
    type: 'Multikey',
    controller: did,
    publicKeyMultibase: key.publicKeyMultibase,
  }));
  return {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
    id: did,
    verificationMethod: [...methods, ...otherMethods],
    assertionMethod: [...methods, ...otherMethods].map((method) => method.id),
    authentication: ordered.filter((key) => !key.retired).map((key) => key.id),
  };
}
