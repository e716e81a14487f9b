/** The seal of a document: a detached CMS signature with Ed25519, whose every byte but the digest and the signature is constant per key.
 * PAdES B-B: content type, message digest and signing-certificate-v2 are signed; the time stands in the PDF's signature dictionary. */

import { createHash, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { element, octets, oid, sequence, setOf, tags } from './der.ts';
import { ed25519, issuerAndSerial, type SealKey } from './seal-certificate.ts';

export { createSealKey, type SealKey } from './seal-certificate.ts';

/** What the byte ranges are hashed with. RFC 8419, 2.3 and 3.1: SHA-512 and no other when Ed25519 signs attributes. */
export const sealDigest = 'sha512';
export const digestLength = 64;
export const signatureLength = 64;

const version1 = element(tags.integer, Buffer.from([1]));
const sha512 = sequence(oid('2.16.840.1.101.3.4.2.3'));
const idData = oid('1.2.840.113549.1.7.1');

/** The attributes that are signed, DER, with tag SET (RFC 5652, 5.4); the digest is their end. */
function signedAttributes(certificate: Uint8Array, digest: Uint8Array): Buffer {
  const hash = createHash('sha256').update(certificate).digest();
  return setOf(
    sequence(oid('1.2.840.113549.1.9.3'), setOf(idData)),
    sequence(oid('1.2.840.113549.1.9.4'), setOf(octets(digest))),
    // RFC 5035: one ESSCertIDv2; its hash algorithm is left out because SHA-256 is the default.
    sequence(oid('1.2.840.113549.1.9.16.2.47'), setOf(sequence(sequence(sequence(octets(hash)))))),
  );
}

/** The whole signature and the attributes it signs; undefined where the certificate is none. */
export function buildSeal(
  certificate: Buffer,
  digest: Uint8Array,
  signature: Uint8Array,
): { cms: Buffer; attributes: Buffer } | undefined {
  const signer = issuerAndSerial(certificate);
  if (!signer) return undefined;
  const attributes = signedAttributes(certificate, digest);
  const implicit = Buffer.from(attributes);
  implicit[0] = 0xa0;
  const signerInfo = sequence(version1, signer, sha512, implicit, ed25519, octets(signature));
  const signedData = sequence(version1, setOf(sha512), sequence(idData), element(0xa0, certificate), setOf(signerInfo));
  return { cms: sequence(oid('1.2.840.113549.1.7.2'), element(0xa0, signedData)), attributes };
}

interface Prepared {
  key: KeyObject;
  attributes: Buffer;
  /** Hex before the digest, and between digest and signature. */
  head: string;
  middle: string;
  length: number;
}

const prepared = new WeakMap<SealKey, Prepared>();

function prepare(key: SealKey): Prepared {
  const known = prepared.get(key);
  if (known) return known;
  const digest = Buffer.alloc(digestLength, 0xa5);
  const built = buildSeal(Buffer.from(key.certificate), digest, Buffer.alloc(signatureLength, 0x5a));
  const privateKey = createPrivateKey({ key: Buffer.from(key.privateKey), format: 'der', type: 'pkcs8' });
  if (!built || privateKey.asymmetricKeyType !== 'ed25519')
    throw new TypeError('a seal key is Ed25519 with its certificate');
  const { cms, attributes } = built;
  const at = cms.lastIndexOf(digest);
  const made: Prepared = {
    key: privateKey,
    attributes,
    head: cms.toString('hex', 0, at),
    middle: cms.toString('hex', at + digestLength, cms.length - signatureLength),
    length: cms.length * 2,
  };
  prepared.set(key, made);
  return made;
}

/** Hex digits that the /Contents hole of a document must have, constant per key. */
export function sealLength(key: SealKey): number {
  return prepare(key).length;
}

/** The signature as lower-case hex of exactly `sealLength` digits. `sha512OfByteRanges`: 64 bytes, everything in the file but the hole. */
export function seal(key: SealKey, sha512OfByteRanges: Uint8Array): string {
  if (sha512OfByteRanges.length !== digestLength) throw new TypeError('the digest is SHA-512: 64 bytes');
  const { key: privateKey, attributes, head, middle } = prepare(key);
  const digest = Buffer.from(sha512OfByteRanges);
  digest.copy(attributes, attributes.length - digestLength);
  return head + digest.toString('hex') + middle + sign(null, attributes, privateKey).toString('hex');
}
