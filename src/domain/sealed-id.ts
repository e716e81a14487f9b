/** Tokens in links and cookies: a stored id and a MAC over it, so that the same mail can be written again and the database holds nothing that opens anything. */

import { createHmac, timingSafeEqual } from 'node:crypto';

const idLength = 16;
const macLength = 32;

/** What a token is for goes into its MAC: one for this opens nothing of that. */
const purposes = {
  approvalLink: 'chancery-approval-link/1/',
  walletLink: 'chancery-wallet-link/1/',
  walletSession: 'chancery-wallet-session/1/',
} as const;

export type SealPurpose = keyof typeof purposes;

function macOf(masterKey: Uint8Array, purpose: SealPurpose, id: Uint8Array): Buffer {
  return createHmac('sha256', masterKey).update(purposes[purpose]).update(id).digest();
}

/** 64 characters that are safe in an address and in a cookie. */
export function sealId(masterKey: Uint8Array, purpose: SealPurpose, uuid: string): string {
  const id = Buffer.from(uuid.replaceAll('-', ''), 'hex');
  return Buffer.concat([id, macOf(masterKey, purpose, id)]).toString('base64url');
}

/** The id, or undefined for a token that was not made with this key for this purpose. */
export function unsealId(masterKey: Uint8Array, purpose: SealPurpose, token: string): string | undefined {
  if (!/^[A-Za-z0-9_-]{64}$/.test(token)) return undefined;
  const bytes = Buffer.from(token, 'base64url');
  const id = bytes.subarray(0, idLength);
  if (
    bytes.length !== idLength + macLength ||
    !timingSafeEqual(bytes.subarray(idLength), macOf(masterKey, purpose, id))
  )
    return undefined;
  return id.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
