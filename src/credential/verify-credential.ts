/** Offline verification of our credentials: `unchanged` means that not one byte of the text differs from what the key signed. */

import type { CheckedProofs } from './checked-proofs.ts';
import { outOfForm } from './credential-form.ts';
import { publicKeyOfDidKey } from './did.ts';
import { checkProof } from './proof.ts';

/** Raw 32-byte Ed25519 public key of a verification method we know; also of retired keys. */
export type KeyResolver = (verificationMethod: string) => Uint8Array | undefined;

export interface CredentialReport {
  verdict: 'unchanged' | 'changed' | 'unknown_key' | 'not_a_credential';
  /**
   * Why not `unchanged`: too_long, not_json, no_proof, unknown_key, key_of_another_issuer, rewritten (the JSON is not written our way),
   * `form: <path>` (the first place our credentials do not look like), signature.
   */
  reasons: string[];
  /** Parsed, whenever it is JSON with a proof; believe it only if unchanged. */
  credential?: Record<string, unknown>;
  keyId?: string;
  /** Whether validUntil has passed. */
  expired?: boolean;
  statusListUrl?: string;
  statusListIndex?: number;
}

const longest = 1_000_000;

/**
 * Verifies a credential's JSON text. A did:key needs no resolver, but only its own DID may have issued with it; every other key must come from
 * `resolveKey` and its id must belong to the issuer. A revoked credential is `unchanged`: ask the status list. `known` spares the canonicalizing of what was found good before, and most of it for what is in a form that was met before.
 */
export async function verifyCredential(
  text: string,
  resolveKey: KeyResolver,
  now: Date,
  known?: CheckedProofs,
): Promise<CredentialReport> {
  if (text.length > longest) return { verdict: 'not_a_credential', reasons: ['too_long'] };
  const credential = parseObject(text);
  if (!credential) return { verdict: 'not_a_credential', reasons: ['not_json'] };
  const proof = proofOf(credential);
  if (!proof) return { verdict: 'not_a_credential', reasons: ['no_proof'] };
  const keyId = String(proof.verificationMethod);
  const facts = { credential, keyId, ...readFacts(credential, now) };
  const issuer = asObject(credential.issuer)?.id;
  const publicKey = typeof issuer === 'string' ? findKey(keyId, issuer, resolveKey) : undefined;
  if (!publicKey) return { verdict: 'unknown_key', reasons: ['unknown_key'], ...facts };
  const reasons: string[] = [];
  if (!keyId.startsWith(`${issuer}#`)) reasons.push('key_of_another_issuer');
  if (JSON.stringify(credential) !== text) reasons.push('rewritten');
  const wrong = outOfForm(credential);
  if (wrong) reasons.push(`form: ${wrong}`);
  // Canonicalizing costs milliseconds and hostile graphs cost more; a text out of form is changed whatever its signature says.
  const check = () => checkProof(credential, proof, publicKey, known?.forms);
  if (reasons.length === 0 && !(await (known?.find(text, publicKey, check) ?? check()))) reasons.push('signature');
  return { verdict: reasons.length === 0 ? 'unchanged' : 'changed', reasons, ...facts };
}

function findKey(keyId: string, issuer: string, resolveKey: KeyResolver): Uint8Array | undefined {
  const known = resolveKey(keyId);
  if (known) return known;
  return keyId.startsWith(`${issuer}#`) ? publicKeyOfDidKey(keyId) : undefined;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function asObject(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

/** The one Data Integrity proof, bare or in an array. */
function proofOf(credential: Record<string, unknown>): Record<string, unknown> | undefined {
  const proof = asObject(Array.isArray(credential.proof) ? credential.proof[0] : credential.proof);
  return typeof proof?.verificationMethod === 'string' && typeof proof.proofValue === 'string' ? proof : undefined;
}

function readFacts(credential: Record<string, unknown>, now: Date): Partial<CredentialReport> {
  const status = asObject(credential.credentialStatus);
  const until = typeof credential.validUntil === 'string' ? Date.parse(credential.validUntil) : Number.NaN;
  const url = status?.statusListCredential;
  const index = status?.statusListIndex;
  return {
    expired: until <= now.getTime(),
    ...(typeof url === 'string' && { statusListUrl: url }),
    ...(typeof index === 'string' && /^(0|[1-9]\d{0,15})$/.test(index) && { statusListIndex: Number(index) }),
  };
}
