/** Every route of the server: who may call it, and how the proof of isolation goes about it. */

import { sampleTemplate } from './sample-template.ts';

/** Nobody's. */
export const unknownId = '9e7860e3-7c0a-401f-98f6-b98e316934f4';

export type Entry =
  /** Open to everyone, without anything of an organization. */
  | { kind: 'open' }
  /** Opened by anyone who knows a public id; ids that are not public lead nowhere. `publicIds` are the kinds that do lead somewhere. */
  | { kind: 'public'; publicIds: string[]; accept?: string[] }
  /** Opened by the token in a signatory's or a member's mail; nothing else leads anywhere. */
  | { kind: 'link' }
  /** Opened by the cookie of a member's session in their wallet; whoever has none is led to the form that asks for a link. */
  | { kind: 'session' }
  /** The mail of this machine, for whoever sits at it. */
  | { kind: 'machine' }
  /** Needs a mail account's name and password; names no number, answers with the account's own. */
  | { kind: 'mail'; send?: () => { type: string; body: string } }
  /** Needs a mail account's name and password; the number in the address must be the account's. */
  | { kind: 'mail-number'; send?: () => { type: string; body: string } }
  /** Needs a key; names no id, answers with the caller's own. */
  | { kind: 'own' }
  /** Needs a key; the id in the address must be the caller's. */
  | { kind: 'id'; body?: () => object };

const formats = ['text/html', 'application/vc+ld+json', 'application/pdf', 'image/png'];
/** By method and address as registered; the isolation test fails for a route that is missing here, and for a line that is no route. */
export const routeTable: Record<string, Entry> = {
  'GET /livez': { kind: 'open' },
  'GET /readyz': { kind: 'open' },
  'GET /metrics': { kind: 'open' },
  'GET /': { kind: 'open' },
  'GET /assets/:file': { kind: 'open' },
  'GET /mailbox': { kind: 'machine' },
  'GET /mailbox.json': { kind: 'machine' },
  'GET /mailbox/:id': { kind: 'machine' },
  'GET /mailbox/:id/html': { kind: 'machine' },
  'GET /mailbox/:id/source': { kind: 'machine' },
  'GET /mailbox/:id/attachments/:at': { kind: 'machine' },
  'GET /credential/:id': { kind: 'public', publicIds: ['itemId', 'vaultId'], accept: formats },
  'GET /credential/:id/document.pdf': { kind: 'public', publicIds: ['itemId', 'vaultId'] },
  'GET /credential/:id/credential.json': { kind: 'public', publicIds: ['itemId', 'vaultId'] },
  'GET /credential/:id/preview.png': { kind: 'public', publicIds: ['itemId', 'vaultId'] },
  'GET /storage/certificates/:id/:file': { kind: 'public', publicIds: ['itemId', 'vaultId'] },
  'GET /approve/:token': { kind: 'link' },
  'GET /approve/:token/approve': { kind: 'link' },
  'GET /approve/:token/reject': { kind: 'link' },
  'POST /approve/:token/approve': { kind: 'link' },
  'POST /approve/:token/reject': { kind: 'link' },
  'GET /approve/:token/certificates': { kind: 'link' },
  'GET /approve/:token/certificates/:itemId': { kind: 'link' },
  'POST /approve/:token/certificates/:itemId/reject': { kind: 'link' },
  'GET /approve/:token/certificates/:itemId/preview.png': { kind: 'link' },
  'GET /approve/:token/certificates/:itemId/thumbnail.png': { kind: 'link' },
  'GET /wallet': { kind: 'open' },
  'POST /wallet': { kind: 'open' },
  'GET /wallet/open/:token': { kind: 'link' },
  'POST /wallet/open/:token': { kind: 'link' },
  'GET /wallet/credentials': { kind: 'session' },
  'GET /wallet/sign-out': { kind: 'session' },
  'POST /wallet/sign-out': { kind: 'session' },
  'GET /status-lists/:id': { kind: 'public', publicIds: ['statusListId'] },
  'GET /organizations/:id/did.json': { kind: 'public', publicIds: ['organizationId'] },
  'GET /organizations/:id/test/did.json': { kind: 'public', publicIds: ['organizationId'] },
  'GET /achievements/:id': { kind: 'public', publicIds: ['versionId'] },
  'GET /business/openapi.json': { kind: 'open' },
  'GET /storage/certificate_templates/:file': { kind: 'public', publicIds: [] },
  'GET /storage/signatures/:file': { kind: 'public', publicIds: [] },
  'GET /storage/avatars/:file': { kind: 'public', publicIds: [] },
  'GET /business/user-management/users': { kind: 'own' },
  'GET /business/user-management/users/:id': { kind: 'id' },
  'GET /business/batches': { kind: 'own' },
  'POST /business/batches': { kind: 'own' },
  'GET /business/batches/:id': { kind: 'id' },
  'GET /business/batches/:id/status': { kind: 'id' },
  'GET /business/certificates': { kind: 'own' },
  'GET /business/certificates/:id': { kind: 'id' },
  'GET /business/certificates/:id/download': { kind: 'id' },
  'GET /business/certificate-templates': { kind: 'own' },
  'GET /business/certificate-templates/:id': { kind: 'id' },
  'GET /business/certificate-vault': { kind: 'own' },
  'POST /business/certificate-vault': { kind: 'own' },
  'POST /business/certificate-vault/upload-file': { kind: 'own' },
  'POST /business/certificate-vault/bulk': { kind: 'own' },
  'GET /business/certificate-vault/:id': { kind: 'id' },
  'GET /business/certificate-vault/:id/download': { kind: 'id' },
  'POST /business/certificate-vault/:id/retry': { kind: 'id', body: () => ({}) },
  'GET /api/v1/openapi.json': { kind: 'open' },
  'GET /api/v1/templates': { kind: 'own' },
  'GET /api/v1/templates/:id': { kind: 'id' },
  'GET /api/v1/credentials': { kind: 'own' },
  'GET /api/v1/credentials/:id': { kind: 'id' },
  'POST /api/v1/credentials/:id/revoke': { kind: 'id', body: () => ({ reason: 'because' }) },
  'GET /api/v1/credentials/:id/verify': { kind: 'id' },
  'GET /api/v1/jobs/:id': { kind: 'id' },
  'GET /api/v1/jobs/:id/errors': { kind: 'id' },
  'POST /api/v1/jobs/:id/cancel': { kind: 'id', body: () => ({}) },
  'POST /api/v1/credentials/issue': { kind: 'own' },
  'POST /v1/batches': { kind: 'mail' },
  'PUT /v1/batches/:id': { kind: 'mail-number', send: () => ({ type: 'application/pdf', body: '%PDF-1.4' }) },
  'POST /v1/batches/:id': { kind: 'mail-number' },
  'GET /v1/batches/:id': { kind: 'mail-number' },
  'GET /v1/batches/:id/details': { kind: 'mail-number' },
  'GET /chancery/v1/batches': { kind: 'own' },
  'POST /chancery/v1/batches': { kind: 'own' },
  'GET /chancery/v1/batches/:id': { kind: 'id' },
  'GET /chancery/v1/batches/:id/items': { kind: 'id' },
  'GET /chancery/v1/batches/:id/failed-rows': { kind: 'id' },
  'GET /chancery/v1/batches/:id/failed-rows.csv': { kind: 'id' },
  'POST /chancery/v1/batches/:id/cancel': { kind: 'id', body: () => ({}) },
  'POST /chancery/v1/batches/:id/retry-failed': { kind: 'id', body: () => ({}) },
  'GET /chancery/v1/credentials/:id': { kind: 'id' },
  'GET /chancery/v1/credentials/:id/document.pdf': { kind: 'id' },
  'POST /chancery/v1/credentials/:id/revoke': { kind: 'id', body: () => ({ reason: 'because' }) },
  'GET /chancery/v1/templates': { kind: 'own' },
  'POST /chancery/v1/templates': { kind: 'own' },
  'GET /chancery/v1/templates/:id': { kind: 'id' },
  'POST /chancery/v1/templates/:id/versions': { kind: 'id', body: () => sampleTemplate({ signatures: 1 }) },
  'GET /chancery/v1/webhooks': { kind: 'own' },
  'POST /chancery/v1/webhooks': { kind: 'own' },
  'GET /chancery/v1/webhooks/:id': { kind: 'id' },
  'PATCH /chancery/v1/webhooks/:id': { kind: 'id', body: () => ({ description: 'changed' }) },
  'DELETE /chancery/v1/webhooks/:id': { kind: 'id' },
  'POST /chancery/v1/webhooks/:id/rotate-secret': { kind: 'id' },
  'POST /chancery/v1/webhooks/:id/test': { kind: 'id' },
  'POST /chancery/v1/webhooks/:id/redeliver': { kind: 'id', body: () => ({ since: '2026-01-01T00:00:00Z' }) },
  'GET /chancery/v1/webhooks/:id/deliveries': { kind: 'id' },
  'GET /chancery/v1/webhooks/:id/deliveries/:deliveryId': { kind: 'id' },
  'POST /chancery/v1/webhooks/:id/deliveries/:deliveryId/redeliver': { kind: 'id' },
  'GET /chancery/v1/approvals': { kind: 'own' },
  'GET /chancery/v1/approvals/:id': { kind: 'id' },
  'GET /chancery/v1/approvals/:id/items': { kind: 'id' },
  'POST /chancery/v1/approvals/:id/approve': { kind: 'id', body: () => ({ hash: '0'.repeat(64) }) },
  'POST /chancery/v1/approvals/:id/reject': { kind: 'id', body: () => ({ hash: '0'.repeat(64), reason: 'because' }) },
  'POST /chancery/v1/approvals/:id/reject-items': { kind: 'id', body: () => ({ ids: [unknownId], reason: 'because' }) },
  'POST /chancery/v1/approvals/:id/reassign': { kind: 'id', body: () => ({ member: unknownId }) },
  'POST /chancery/v1/approvals/:id/resend': { kind: 'id', body: () => ({}) },
  'GET /chancery/v1/members': { kind: 'own' },
  'POST /chancery/v1/members': { kind: 'own' },
  'GET /chancery/v1/members/:id': { kind: 'id' },
  'PATCH /chancery/v1/members/:id': { kind: 'id', body: () => ({}) },
  'POST /chancery/v1/members/:id/wallet-link': { kind: 'id' },
  'PUT /chancery/v1/members/:id/signature': { kind: 'id' },
  'DELETE /chancery/v1/members/:id/signature': { kind: 'id' },
  'GET /chancery/v1/credits': { kind: 'own' },
  'GET /chancery/v1/did': { kind: 'own' },
  'GET /chancery/v1/tokens': { kind: 'own' },
  'POST /chancery/v1/tokens': { kind: 'own' },
  'GET /chancery/v1/tokens/:id': { kind: 'id' },
  'POST /chancery/v1/tokens/:id/revoke': { kind: 'id' },
};
