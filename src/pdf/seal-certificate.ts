/** The key that seals documents and its self-signed certificate: Ed25519 (RFC 8410), made here, valid for 30 years. */

import { createHash, generateKeyPair, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { bits, element, octets, oid, readElements, sequence, setOf, tags } from './der.ts';

export interface SealKey {
  /** PKCS#8 DER, Ed25519. */
  privateKey: Uint8Array;
  /** X.509 DER, self-signed. */
  certificate: Uint8Array;
}

export const ed25519 = sequence(oid('1.3.101.112'));
const validYears = 30;

/** A new key pair and its certificate. The serial number is taken from the public key's hash, so that no two keys share one. */
export async function createSealKey(options: {
  commonName: string;
  organization: string;
  notBefore: Date;
}): Promise<SealKey> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('ed25519');
  return {
    privateKey: privateKey.export({ format: 'der', type: 'pkcs8' }),
    certificate: selfSigned(options, publicKey, privateKey),
  };
}

function selfSigned(
  { commonName, organization, notBefore }: { commonName: string; organization: string; notBefore: Date },
  publicKey: KeyObject,
  privateKey: KeyObject,
): Buffer {
  const info = publicKey.export({ format: 'der', type: 'spki' });
  const identifier = createHash('sha256').update(info.subarray(-32)).digest().subarray(0, 20);
  // RFC 5280, 4.1.2.2: positive and at most 20 bytes, so the top bit goes; the next one set keeps the length constant.
  const serial = Buffer.from(identifier.subarray(0, 16));
  serial[0] = ((serial[0] as number) & 0x7f) | 0x40;
  const name = sequence(nameType('2.5.4.10', organization), nameType('2.5.4.3', commonName));
  const notAfter = new Date(notBefore);
  notAfter.setUTCFullYear(notBefore.getUTCFullYear() + validYears);
  const body = sequence(
    element(0xa0, element(tags.integer, Buffer.from([2]))),
    element(tags.integer, serial),
    ed25519,
    name,
    sequence(time(notBefore), time(notAfter)),
    name,
    info,
    element(
      0xa3,
      sequence(
        extension('2.5.29.19', true, sequence()),
        // digitalSignature and contentCommitment.
        extension('2.5.29.15', true, element(tags.bitString, Buffer.from([6, 0xc0]))),
        // Document signing (RFC 9336).
        extension('2.5.29.37', false, sequence(oid('1.3.6.1.5.5.7.3.36'))),
        extension('2.5.29.14', false, octets(identifier)),
      ),
    ),
  );
  return sequence(body, ed25519, bits(sign(null, body, privateKey)));
}

/** RFC 5280 limits names to 64 characters. */
function nameType(type: string, value: string): Buffer {
  const text = [...value.toWellFormed()].slice(0, 64).join('');
  return setOf(sequence(oid(type), element(tags.utf8String, Buffer.from(text || '-', 'utf8'))));
}

function extension(id: string, critical: boolean, value: Uint8Array): Buffer {
  const flag = critical ? [element(0x01, Buffer.from([0xff]))] : [];
  return sequence(oid(id), ...flag, octets(value));
}

/** UTCTime until 2049, GeneralizedTime from then on (RFC 5280, 4.1.2.5). */
function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/[-:T]/g, '').slice(0, 14);
  return date.getUTCFullYear() < 2050
    ? element(tags.utcTime, Buffer.from(`${digits.slice(2)}Z`))
    : element(tags.generalizedTime, Buffer.from(`${digits}Z`));
}

/** Issuer and serial number of a certificate as they are encoded in it; undefined where it is not one. */
export function issuerAndSerial(certificate: Buffer): Buffer | undefined {
  const [outer, ...more] = readElements(certificate) ?? [];
  const [body] = outer && more.length === 0 ? (readElements(outer.contents) ?? []) : [];
  const parts = body ? readElements(body.contents) : undefined;
  const [version, serial, , issuer] = parts ?? [];
  if (version?.tag !== 0xa0 || serial?.tag !== tags.integer || issuer?.tag !== tags.sequence) return undefined;
  return sequence(issuer.whole, serial.whole);
}
