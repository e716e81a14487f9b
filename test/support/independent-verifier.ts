/** A verifier that shares no code with the server but the packaged contexts: it fetches DID documents and status lists as anyone would. */

import { gunzipSync } from 'node:zlib';
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import * as vc from '@digitalbazaar/vc';
import { loadDocument } from '../../src/credential/document-loader.ts';

interface Method {
  id: string;
  publicKeyMultibase: string;
}

interface Entry {
  statusListCredential: string;
  statusListIndex: string;
  statusPurpose: string;
}

/** did:web method specification, section 3.2, but over http, as a server on this machine speaks no TLS. */
function addressOf(did: string): string {
  const [, , host = '', ...path] = did.split(':');
  return `http://${decodeURIComponent(host)}/${path.map(decodeURIComponent).join('/')}/did.json`;
}

async function load(url: string) {
  if (!url.startsWith('did:web:')) return loadDocument(url);
  const [did = '', fragment] = url.split('#');
  const document = (await (await fetch(addressOf(did))).json()) as { id: string; verificationMethod: Method[] };
  if (document.id !== did) throw new Error(`${addressOf(did)} is the document of ${document.id}`);
  if (fragment === undefined) return { contextUrl: null, documentUrl: url, document };
  const method = document.verificationMethod.find(({ id }) => id === url);
  if (!method) throw new Error(`${did} does not list ${url}`);
  const context = 'https://w3id.org/security/multikey/v1';
  return { contextUrl: null, documentUrl: url, document: { '@context': context, ...method } };
}

/** Whether the signature of a credential or status list holds, by the key that its issuer's DID document names. */
export async function signatureHolds(text: string): Promise<boolean> {
  const { verified } = await vc.verifyCredential({
    credential: JSON.parse(text),
    suite: new DataIntegrityProof({ cryptosuite }),
    documentLoader: load,
    checkStatus: async () => ({ verified: true }),
  });
  return verified;
}

/** Looks the credential's place up in its status list, whose own signature must hold (Bitstring Status List 1.0, section 3.2). */
export async function isRevoked(credential: string): Promise<boolean> {
  const { credentialStatus, issuer } = JSON.parse(credential) as {
    credentialStatus: Entry;
    issuer: { id: string };
  };
  const text = await (await fetch(credentialStatus.statusListCredential)).text();
  if (!(await signatureHolds(text))) throw new Error('the signature of the status list does not hold');
  const list = JSON.parse(text) as {
    id: string;
    issuer: string;
    credentialSubject: { encodedList: string; statusPurpose: string };
  };
  if (list.id !== credentialStatus.statusListCredential || list.issuer !== issuer.id)
    throw new Error('the status list is not the issuer’s');
  if (list.credentialSubject.statusPurpose !== credentialStatus.statusPurpose) throw new Error('another purpose');
  const bits = gunzipSync(Buffer.from(list.credentialSubject.encodedList.slice(1), 'base64url'));
  const index = Number(credentialStatus.statusListIndex);
  return (((bits[Math.floor(index / 8)] as number) >> (7 - (index % 8))) & 1) === 1;
}
