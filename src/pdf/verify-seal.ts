/** Whether a document is, byte for byte, what was sealed. Stricter than PDF: one signature over the whole file, in the one encoding we write. */

import { createHash, timingSafeEqual, verify, X509Certificate } from 'node:crypto';
import { readElements } from './der.ts';
import { buildSeal, digestLength, sealDigest, signatureLength } from './seal.ts';

export interface SealReport {
  /** The file carries a signature of any kind. */
  sealed: boolean;
  /** One signature covers every byte and is right. Whose it is, the caller decides by the fingerprint. */
  unchanged: boolean;
  /** Hex SHA-256 of the certificate's DER. */
  certificateFingerprint?: string;
  /** `O=…, CN=…` */
  subject?: string;
  /** Raw Ed25519 key, 32 bytes. */
  publicKey?: Uint8Array;
  /** Why it is not unchanged. */
  reason?: string;
}

const maxCandidates = 1_000;
const maxHoleDigits = 32_768;

interface Hole {
  /** Of `<`, and behind `>`. */
  start: number;
  end: number;
}

/** Judges a document. Every changed, added or removed byte makes `unchanged` false. Never throws on hostile files; linear in their length. */
export function verifySeal(pdf: Uint8Array): SealReport {
  const bytes = Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength);
  let reason: string | undefined;
  let at = bytes.lastIndexOf('/ByteRange');
  // Text inside the document may contain the word as well: the one that holds good counts, and the real one stands near the end.
  for (let tries = 0; at >= 0 && tries < maxCandidates; tries++) {
    const hole = readHole(bytes, at);
    const report = typeof hole === 'string' ? hole : verifyHole(bytes, hole);
    if (typeof report !== 'string') return report;
    reason ??= report;
    at = at === 0 ? -1 : bytes.lastIndexOf('/ByteRange', at - 1);
  }
  if (reason !== undefined) return { sealed: true, unchanged: false, reason };
  const named = bytes.includes('/ETSI.CAdES.detached') || bytes.includes('/adbe.pkcs7');
  return {
    sealed: named,
    unchanged: false,
    reason: named ? 'the signature has no byte range' : 'there is no signature',
  };
}

/** `[0 a b c]`: everything from 0 to a and from b to the end, with `<hex>` between. */
function readHole(bytes: Buffer, at: number): Hole | string {
  const text = bytes.toString('latin1', at, at + 80);
  const match = /^\/ByteRange ?\[ ?0 {1,20}([1-9]\d{0,11}) {1,20}([1-9]\d{0,11}) {1,20}(\d{1,12}) {0,40}\]/.exec(text);
  if (!match) return 'the byte range cannot be read';
  const [start, end, rest] = match.slice(1).map(Number) as [number, number, number];
  if (end + rest !== bytes.length) return 'the signature does not reach the end of the file';
  if (start >= end || end > bytes.length || bytes[start] !== 0x3c || bytes[end - 1] !== 0x3e)
    return 'the byte range leaves out something else than the signature';
  if (at + match[0].length > start && at < end) return 'the byte range stands inside the signature';
  return { start, end };
}

function verifyHole(bytes: Buffer, { start, end }: Hole): SealReport | string {
  const hex = bytes.toString('latin1', start + 1, Math.min(end - 1, start + 2 + maxHoleDigits));
  if (hex.length > maxHoleDigits || hex.length % 2 === 1 || !/^[0-9a-f]+$/.test(hex))
    return 'the signature is not plain hex';
  const cms = Buffer.from(hex, 'hex');
  const certificate = certificateIn(cms);
  if (!certificate) return 'the signature is not of the kind that is made here';
  const signature = cms.subarray(-signatureLength);
  const digest = createHash(sealDigest).update(bytes.subarray(0, start)).update(bytes.subarray(end)).digest();
  const built = buildSeal(certificate, digest, signature);
  if (built?.cms.length !== cms.length) return 'the signature is not of the kind that is made here';
  if (!timingSafeEqual(built.cms, cms)) return 'the document was changed after it was sealed';
  const identity = identityOf(certificate);
  if (!identity) return 'the certificate cannot be read';
  const { key, ...shown } = identity;
  if (!verify(null, built.attributes, key, signature)) return 'the signature is wrong';
  return { sealed: true, unchanged: true, ...shown };
}

/** ContentInfo > [0] > SignedData > [0] certificates; what stands around it is judged by building it anew. */
function certificateIn(cms: Buffer): Buffer | undefined {
  if (cms.length < digestLength + signatureLength) return undefined;
  const inside = (bytes: Buffer | undefined, index: number) =>
    bytes ? readElements(bytes)?.[index]?.contents : undefined;
  const signedData = inside(inside(inside(cms, 0), 1), 0);
  const certificates = inside(signedData, 3);
  const found = certificates ? readElements(certificates) : undefined;
  return found?.length === 1 ? found[0]?.whole : undefined;
}

function identityOf(certificate: Buffer) {
  try {
    const parsed = new X509Certificate(certificate);
    const { x } = parsed.publicKey.export({ format: 'jwk' });
    if (parsed.publicKey.asymmetricKeyType !== 'ed25519' || x === undefined) return undefined;
    const publicKey = Buffer.from(x, 'base64url');
    return {
      key: parsed.publicKey,
      certificateFingerprint: createHash('sha256').update(certificate).digest('hex'),
      subject: parsed.subject.replaceAll('\n', ', '),
      publicKey: new Uint8Array(publicKey),
    };
  } catch {
    return undefined;
  }
}
