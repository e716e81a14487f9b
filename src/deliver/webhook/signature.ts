/** Secrets of webhook endpoints and the two signatures made with them: VEC's over the body, and that of Standard Webhooks over id, time and body. */

import { createHmac, randomBytes } from 'node:crypto';

const prefix = 'whsec_';

export function newWebhookSecret(): string {
  return `${prefix}${randomBytes(32).toString('base64')}`;
}

/** Why a secret brought from elsewhere cannot be used; undefined when it can. */
export function secretFault(secret: string): string | undefined {
  if (!/^[\x21-\x7e]{16,200}$/.test(secret)) return 'it must have 16 to 200 printable ASCII characters without blanks';
  if (!secret.startsWith(prefix)) return undefined;
  const bytes = Buffer.from(secret.slice(prefix.length), 'base64');
  const isExact = bytes.toString('base64').replace(/=+$/, '') === secret.slice(prefix.length).replace(/=+$/, '');
  return isExact && bytes.length >= 24 && bytes.length <= 64
    ? undefined
    : 'after whsec_ it must be the base64 of 24 to 64 bytes';
}

/** Lower-case hex HMAC-SHA256 of the body, with the secret as it is shown as key (VEC). */
export function bodySignature(secret: string, body: Buffer): string {
  return createHmac('sha256', secret).update(body).digest('hex');
}

/**
 * `v1,<base64>` HMAC-SHA256 of `id.timestamp.body` for each secret, separated by blanks (Standard Webhooks). The key is what stands
 * in base64 after `whsec_`; a secret of another form is the key itself.
 */
export function standardSignature(secrets: readonly string[], id: string, timestamp: number, body: Buffer): string {
  return secrets
    .map((secret) => {
      const key = secret.startsWith(prefix) ? Buffer.from(secret.slice(prefix.length), 'base64') : secret;
      return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')}`;
    })
    .join(' ');
}
