/** The doors that are measured, each with a crowd that is small and one that is large. */

import assert from 'node:assert/strict';
import { nameOf } from '../names.ts';
import { batchForm } from './batch.ts';
import type { Ask, Crowd } from './crowd.ts';
import type { Server } from './server.ts';

export interface Door {
  name: string;
  crowds: Omit<Crowd, 'next'>[];
  /** `batchId`: of the batch whose status is asked. */
  next(batchId: string): Ask;
}

const rowsOfUpload = 500;

/** `ids`: of certificates that are looked at. */
export async function openDoors(server: Server, ids: readonly string[]): Promise<Door[]> {
  const authorization = `Bearer ${server.token}`;
  const form = await batchForm(server, rowsOfUpload);
  let turn = 0;
  const nextId = () => ids[turn++ % ids.length] as string;
  return [
    {
      name: 'issue one, PDF included',
      crowds: [{ clients: 1 }, { clients: 8 }],
      next: () => issueAsk(server),
    },
    {
      name: 'status of a batch',
      crowds: [{ clients: 200, every: 1_000 }, { clients: 200 }],
      next: (running) => ({
        path: `/business/batches/${running}/status`,
        headers: { authorization },
        status: 200,
        check: (body) => assert.ok(JSON.parse(body.toString()).status),
      }),
    },
    {
      name: 'verification page',
      crowds: [{ clients: 1 }, { clients: 50 }],
      next: () => ({
        path: `/credential/${nextId()}`,
        headers: { accept: 'text/html' },
        status: 200,
        check: (body) => assert.match(body.toString(), /<\/html>\s*$/),
      }),
    },
    {
      name: 'certificate download',
      crowds: [{ clients: 1 }, { clients: 16 }],
      next: () => ({
        path: `/business/certificates/${nextId()}/download`,
        headers: { authorization },
        status: 200,
        check: (body) => assert.match(body.subarray(-8).toString(), /%%EOF/),
      }),
    },
    {
      name: `upload of ${rowsOfUpload} rows`,
      crowds: [
        { clients: 1, maxCalls: 10 },
        { clients: 4, maxCalls: 12 },
      ],
      next: () => ({
        path: '/business/batches',
        method: 'POST',
        headers: { authorization, 'content-type': form.type },
        body: form.body,
        status: 201,
      }),
    },
  ];
}

/** Up to a hundred of a finished batch. */
export async function certificatesOf({ url, token }: Server, batchId: string): Promise<string[]> {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/business/certificates?batch_id=${batchId}&per_page=100`, { headers });
  const { data } = (await response.json()) as { data: { id: string }[] };
  assert.ok(data.length > 0, 'the first batch has no certificates');
  return data.map(({ id }) => id);
}

let people = 0;

function issueAsk({ apiKey, unicredaTemplateId }: Server): Ask {
  const at = people++;
  const recipient = { email: `s${at}@example.com`, recipient_name: nameOf('latin', at), result_value: 'A' };
  return {
    path: '/api/v1/credentials/issue',
    method: 'POST',
    headers: { 'x-api-key': apiKey, 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ template_id: unicredaTemplateId, recipients: [recipient] })),
    status: 200,
    check(body) {
      const answer = JSON.parse(body.toString()) as { mode?: string; credentials?: { status: string }[] };
      assert.ok(answer.mode === 'sync' && answer.credentials?.[0]?.status === 'issued', body.toString());
    },
  };
}
