/** Ed25519 issuer keys: made, named as Multikey, and sealed at rest; a private key leaves this file only as PKCS#8 in memory. */

import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  X509Certificate,
} from 'node:crypto';
import { ChanceryError } from '../errors.ts';
import { decodeBase58, encodeBase58 } from './base58.ts';

/** Multicodec `ed25519-pub`, as a varint. */
const ed25519Codec = [0xed, 0x01] as const;
/** DER before the 32 raw bytes of an Ed25519 SubjectPublicKeyInfo (RFC 8410). */
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex');

export interface CredentialKey {
  /** PKCS#8 DER. */
  privateKey: Uint8Array;
  /** 32 raw bytes. */
  publicKey: Uint8Array;
  /** `z6Mk…` */
  publicKeyMultibase: string;
}

export function createCredentialKey(): CredentialKey {
  const pair = generateKeyPairSync('ed25519');
  const publicKey = rawPublicKey(pair.publicKey);
  return {
    privateKey: new Uint8Array(pair.privateKey.export({ format: 'der', type: 'pkcs8' })),
    publicKey,
    publicKeyMultibase: publicKeyMultibaseOf(publicKey),
  };
}

/** The 32 raw bytes of the public key that belongs to a PKCS#8 DER private key. */
export function publicKeyOf(privateKey: Uint8Array): Uint8Array {
  return rawPublicKey(createPublicKey(signingKey(privateKey)));
}

/** Multikey text `z6Mk…` of 32 raw bytes (W3C Controlled Identifiers, section 2.2.2). */
export function publicKeyMultibaseOf(publicKey: Uint8Array): string {
  return `z${encodeBase58(Buffer.concat([Buffer.from(ed25519Codec), publicKey]))}`;
}

/** The 32 raw bytes of `z6Mk…`; undefined if the text is anything else. */
export function publicKeyFromMultibase(text: string): Uint8Array | undefined {
  if (!text.startsWith('z')) return undefined;
  const bytes = decodeBase58(text.slice(1));
  if (bytes?.length !== 34 || bytes[0] !== ed25519Codec[0] || bytes[1] !== ed25519Codec[1]) return undefined;
  return bytes.slice(2);
}

/** Id of a verification method: the DID and, as its fragment, the key itself. */
export function keyIdOf(did: string, publicKeyMultibase: string): string {
  return `${did}#${publicKeyMultibase}`;
}

/** PKCS#8 DER as a key to sign with; throws `invalid_input` if it is not Ed25519. */
export function signingKey(privateKey: Uint8Array): KeyObject {
  let key: KeyObject | undefined;
  try {
    key = createPrivateKey({ key: Buffer.from(privateKey), format: 'der', type: 'pkcs8' });
  } catch {
    // OpenSSL's message could quote key material.
  }
  if (key?.asymmetricKeyType !== 'ed25519') throw new ChanceryError('invalid_input', 'not an Ed25519 private key');
  return key;
}

/** 32 raw bytes as a key to verify with. */
export function verifyingKey(publicKey: Uint8Array): KeyObject {
  if (publicKey.length !== 32) throw new ChanceryError('invalid_input', 'an Ed25519 public key has 32 bytes');
  return createPublicKey({ key: Buffer.concat([spkiPrefix, publicKey]), format: 'der', type: 'spki' });
}

function rawPublicKey(key: KeyObject): Uint8Array {
  return new Uint8Array(key.export({ format: 'der', type: 'spki' }).subarray(spkiPrefix.length));
}

const sealVersion = 1;
const nonceLength = 12;
const tagLength = 16;

/**
 * Seals a secret: one version byte, a random 96-bit nonce, the tag, the ciphertext (AES-256-GCM, NIST SP 800-38D).
 * `context` says what the secret belongs to, e.g. `key:{organization}:{key id}`; it is not stored, and must be the same again to open.
 */
export function encryptKey(masterKey: Uint8Array, plain: Uint8Array, context: string): Uint8Array {
  const nonce = randomBytes(nonceLength);
  const cipher = createCipheriv('aes-256-gcm', checkedMasterKey(masterKey), nonce);
  cipher.setAAD(contextBytes(context));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return new Uint8Array(Buffer.concat([Buffer.of(sealVersion), nonce, cipher.getAuthTag(), body]));
}

/** Opens what `encryptKey` sealed; throws `internal` for another master key, another context or changed bytes, and does not say which. */
export function decryptKey(masterKey: Uint8Array, sealed: Uint8Array, context: string): Uint8Array {
  const bodyAt = 1 + nonceLength + tagLength;
  checkedMasterKey(masterKey);
  try {
    if (sealed.length < bodyAt || sealed[0] !== sealVersion) throw new Error('not a sealed key');
    const cipher = createDecipheriv('aes-256-gcm', masterKey, sealed.subarray(1, 1 + nonceLength), {
      authTagLength: tagLength,
    });
    cipher.setAAD(contextBytes(context));
    cipher.setAuthTag(sealed.subarray(1 + nonceLength, bodyAt));
    return new Uint8Array(Buffer.concat([cipher.update(sealed.subarray(bodyAt)), cipher.final()]));
  } catch (cause) {
    throw new ChanceryError('internal', 'a stored key cannot be opened with this master key', { cause });
  }
}

/** A stored signing key's private half; throws `internal` as `decryptKey` does, and where it is not the half of what the row says of it. */
export function openSigningKey(
  masterKey: Uint8Array,
  key: { id: string; privateKey: Uint8Array; publicKey: Uint8Array; multibase: string; certificate: Uint8Array | null },
): Uint8Array {
  const privateKey = decryptKey(masterKey, key.privateKey, key.id);
  const publicKey = publicKeyOf(privateKey);
  const certified = key.certificate && rawPublicKey(new X509Certificate(key.certificate).publicKey);
  const isWhole =
    Buffer.compare(publicKey, key.publicKey) === 0 &&
    key.multibase === publicKeyMultibaseOf(publicKey) &&
    (certified === null || Buffer.compare(publicKey, certified) === 0);
  if (!isWhole) throw new ChanceryError('internal', `the halves of the signing key ${key.id} do not belong together`);
  return privateKey;
}

function contextBytes(context: string): Buffer {
  return Buffer.from(`chancery-key/${sealVersion}/${context}`, 'utf8');
}

function checkedMasterKey(masterKey: Uint8Array): Uint8Array {
  if (masterKey.length !== 32) throw new ChanceryError('internal', 'the master key must have 32 bytes');
  return masterKey;
}
