/** Bitstring Status Lists: signed lists of revoked places, and the secret order in which places are handed out. */

import { hkdfSync } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { ChanceryError, invalidInput } from '../errors.ts';
import { credentialsContext } from './document-loader.ts';
import { signDocument } from './proof.ts';

/** Bits in a list: the least the standard allows, so that a place hides among many (Bitstring Status List 1.0, section 6.1). */
export const statusListLength = 131_072;

export interface StatusListInputs {
  /** URL under which the list is served. */
  id: string;
  /** DID. */
  issuer: string;
  keyId: string;
  /** PKCS#8 DER. */
  privateKey: Uint8Array;
  /** Places of revoked credentials, in any order. */
  revoked: readonly number[];
  /** ISO time, whole seconds; also when it was signed. */
  validFrom: string;
}

/** Signs a BitstringStatusListCredential of purpose `revocation`; its JSON text. Same inputs, same text. */
export async function signStatusList(inputs: StatusListInputs): Promise<string> {
  const bits = Buffer.alloc(statusListLength / 8);
  for (const index of inputs.revoked) {
    checkIndex(index);
    bits[index >> 3] = (bits[index >> 3] as number) | (0x80 >> (index & 7));
  }
  const document = {
    '@context': [credentialsContext],
    id: inputs.id,
    type: ['VerifiableCredential', 'BitstringStatusListCredential'],
    issuer: inputs.issuer,
    validFrom: inputs.validFrom,
    credentialSubject: {
      id: `${inputs.id}#list`,
      type: 'BitstringStatusList',
      statusPurpose: 'revocation',
      encodedList: `u${gzipSync(bits).toString('base64url')}`,
    },
  };
  return JSON.stringify(
    await signDocument(document, { keyId: inputs.keyId, privateKey: inputs.privateKey, created: inputs.validFrom }),
  );
}

/** Reads a list's bits; its proof is not checked here. Throws `invalid_input` if it is not such a list or the index lies outside it. */
export function readStatusList(text: string): (index: number) => boolean {
  const bits = unpackList(text);
  return (index) => {
    if (!Number.isSafeInteger(index) || index < 0 || index >= bits.length * 8)
      throw invalidInput('the status list has no such place', [], { index });
    return ((bits[Math.floor(index / 8)] as number) & (0x80 >> (index % 8))) !== 0;
  };
}

function unpackList(text: string): Buffer {
  try {
    const encoded: unknown = JSON.parse(text)?.credentialSubject?.encodedList;
    if (typeof encoded !== 'string' || !/^u[A-Za-z0-9_-]+$/.test(encoded)) throw new Error('no encodedList');
    // 16 MiB of bits is 128 million places: a packed bomb stops there.
    const bits = gunzipSync(Buffer.from(encoded.slice(1), 'base64url'), { maxOutputLength: 16 << 20 });
    if (bits.length * 8 < statusListLength) throw new Error('too short');
    return bits;
  } catch (cause) {
    throw new ChanceryError('invalid_input', 'not a bitstring status list', { cause });
  }
}

function checkIndex(index: number): void {
  if (!Number.isInteger(index) || index < 0 || index >= statusListLength)
    throw new ChanceryError('internal', 'a status list place is out of range', { details: { index } });
}

const rounds = 10;
const half = 9;
const halfMask = (1 << half) - 1;
const tables = new Map<string, Uint16Array>();

/**
 * The place of the position-th credential of a list: a permutation of [0, statusListLength) keyed by the secret, so that neighbouring places
 * do not tell who was issued next to whom. A Feistel network on 18 bits with secret random tables as round functions, walked until it lands inside.
 */
export function statusIndexAt(secret: Uint8Array, position: number): number {
  checkIndex(position);
  const table = roundTable(secret);
  let value = position;
  do {
    let left = value >> half;
    let right = value & halfMask;
    for (let round = 0; round < rounds; round++) {
      const next = left ^ ((table[(round << half) | right] as number) & halfMask);
      left = right;
      right = next;
    }
    value = (left << half) | right;
  } while (value >= statusListLength);
  return value;
}

/** Ten tables of 512 random values out of the secret, 10 KB; HKDF gives at most 8,160 bytes at once, so two calls. */
function roundTable(secret: Uint8Array): Uint16Array {
  const name = Buffer.from(secret).toString('base64');
  let table = tables.get(name);
  if (table === undefined) {
    if (secret.length < 16) throw new ChanceryError('internal', 'the status list secret needs at least 16 bytes');
    const bytes = Buffer.concat(
      ['chancery status list 1a', 'chancery status list 1b'].map((info) =>
        Buffer.from(hkdfSync('sha256', secret, new Uint8Array(), info, (rounds << half) as number)),
      ),
    );
    table = Uint16Array.from({ length: rounds << half }, (_, at) => bytes.readUInt16LE(at * 2));
    if (tables.size >= 64) tables.clear();
    tables.set(name, table);
  }
  return table;
}
