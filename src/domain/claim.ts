/** A request's hold on its Idempotency-Key: only while it holds it may it create, and the creation itself says so. */

export interface Claim {
  apiKeyId: string;
  /** As the client sent it. */
  key: string;
  /** Of this attempt: whoever takes the key over has another. */
  id: string;
}
