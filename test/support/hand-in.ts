/** Speaks to a running server as a client does: hands batches in and asks how far they are. */

import { createApiKey } from '../../src/usecases/api-keys/create-api-key.ts';
import type { Snapshot, Tenant, TestApp } from './open-test-app.ts';
import { openTestApp } from './open-test-app.ts';

export interface Client {
  key: string;
  templateId: string;
  organizationId: string;
}

/** A key of the tenant's for `handIn`. */
export async function clientOf({ app }: TestApp, tenant: Tenant): Promise<Client> {
  const { organizationId, templateId, actor } = tenant;
  const { token: key } = await createApiKey(app, actor, { name: 'test', scopes: ['*'] });
  return { key, templateId, organizationId };
}

/** A stored state with so many organizations and nothing handed in. */
export async function snapshotWithClients(count: number): Promise<{ snapshot: Snapshot; clients: Client[] }> {
  const belt = await openTestApp();
  const clients: Client[] = [];
  for (let at = 0; at < count; at++) clients.push(await clientOf(belt, await belt.addTenant()));
  return { snapshot: await belt.intoSnapshot(), clients };
}

/** Posts a file to our own API; the new batch's id. Rejects when the server dies or answers anything but 201. */
export async function handIn(
  url: string,
  client: Client,
  file: string,
  deliver: 'email' | 'none' = 'none',
  idempotencyKey?: string,
): Promise<string> {
  const form = new FormData();
  form.set('name', 'Batch');
  form.set('template_id', client.templateId);
  form.set('deliver', deliver);
  form.set('file', new Blob([file], { type: 'text/csv' }), 'recipients.csv');
  const headers = {
    authorization: `Bearer ${client.key}`,
    connection: 'close',
    ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
  };
  const response = await fetch(`${url}/chancery/v1/batches`, { method: 'POST', headers, body: form });
  const text = await response.text();
  if (response.status !== 201) throw new Error(`the server answered ${response.status}: ${text}`);
  return (JSON.parse(text) as { id: string }).id;
}
