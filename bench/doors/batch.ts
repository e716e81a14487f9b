/** Batches handed in at VEC's door: one form is an upload that is measured, one large batch keeps the belt busy. */

import { setTimeout as sleep } from 'node:timers/promises';
import { nameOf } from '../names.ts';
import type { Server } from './server.ts';

interface Upload {
  type: string;
  body: Buffer;
}

export async function batchForm({ templateId }: Server, rows: number): Promise<Upload> {
  const lines = Array.from(
    { length: rows },
    (_, at) => `${nameOf('latin', at)},r${at}@example.com,Computer Science\r\n`,
  );
  const form = new FormData();
  form.set('name', `${rows} rows`);
  form.set('template_id', templateId);
  form.set('csv_file', new Blob(['RecipientsName,RecipientsEmail,CourseTitle\r\n', ...lines]), 'recipients.csv');
  const response = new Response(form);
  return { type: response.headers.get('content-type') as string, body: Buffer.from(await response.arrayBuffer()) };
}

export interface Batch {
  id: string;
  rows: number;
  /** Rows issued or failed so far. */
  done(): Promise<number>;
  isFinal(): Promise<boolean>;
}

export async function handIn(server: Server, rows: number): Promise<Batch> {
  const { type, body } = await batchForm(server, rows);
  const headers = { authorization: `Bearer ${server.token}`, 'content-type': type };
  const response = await fetch(`${server.url}/business/batches`, { method: 'POST', headers, body });
  if (response.status !== 201) throw new Error(`the server answered ${response.status}: ${await response.text()}`);
  const { data } = (await response.json()) as { data: { id: string } };
  const read = async () => {
    const address = `${server.url}/business/batches/${data.id}`;
    const answer = await fetch(address, { headers: { authorization: headers.authorization } });
    const { data: batch } = (await answer.json()) as {
      data: { status: string; processed_certificates: number; failed_certificates: number };
    };
    return batch;
  };
  return {
    id: data.id,
    rows,
    async done() {
      const { processed_certificates, failed_certificates } = await read();
      return processed_certificates + failed_certificates;
    },
    isFinal: async () => !['pending', 'processing'].includes((await read()).status),
  };
}

export async function untilFinal({ isFinal }: Batch): Promise<void> {
  while (!(await isFinal())) await sleep(500);
}

/** A batch under way with a tenth of its rows still to come; hands in another where that is not so. */
export async function underWay(server: Server, rows: number, running: Batch | undefined): Promise<Batch> {
  if (running && (await running.done()) < 0.9 * rows) return running;
  const batch = await handIn(server, rows);
  while ((await batch.done()) === 0) await sleep(200);
  return batch;
}
