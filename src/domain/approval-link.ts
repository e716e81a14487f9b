/** The token in a signatory's link: the link's id and a MAC over it, so that the same mail can be written again and the database holds nothing that opens anything. */

import { createHmac, timingSafeEqual } from 'node:crypto';

const idLength = 16;
const macLength = 32;

function macOf(masterKey: Uint8Array, id: Uint8Array): Buffer {
  return createHmac('sha256', masterKey).update('chancery-approval-link/1/').update(id).digest();
}

/** 64 characters that are safe in an address. */
export function approvalToken(masterKey: Uint8Array, linkId: string): string {
  const id = Buffer.from(linkId.replaceAll('-', ''), 'hex');
  return Buffer.concat([id, macOf(masterKey, id)]).toString('base64url');
}

/** The link's id, or undefined for a token that was not made with this key. */
export function linkIdOf(masterKey: Uint8Array, token: string): string | undefined {
  if (!/^[A-Za-z0-9_-]{64}$/.test(token)) return undefined;
  const bytes = Buffer.from(token, 'base64url');
  const id = bytes.subarray(0, idLength);
  if (bytes.length !== idLength + macLength || !timingSafeEqual(bytes.subarray(idLength), macOf(masterKey, id)))
    return undefined;
  return id.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
