/** A whole server as its users run it, with the demo in a throw-away data folder and a PostgreSQL of its own, and a batch handed in to it. */

import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ServerFacts } from '../src/cli/demo.ts';
import { nameOf } from './names.ts';

export interface Server extends AsyncDisposable {
  url: string;
  token: string;
  templateId: string;
  /** Of UniCreda's door. */
  apiKey: string;
}

export async function openServer(folder: string): Promise<Server> {
  const data = await mkdtemp(join(folder, 'chancery-bench-'));
  const program = fileURLToPath(new URL('../src/main.ts', import.meta.url));
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, 'serve', '--json'], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: '0', CHANCERY_DATA: data },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = new Promise<void>((resolve) => void child.once('exit', () => resolve()));
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    void ended.then(() => reject(new Error('the server ended before it was ready')));
  });
  const { url, vec, unicreda } = JSON.parse(line) as ServerFacts;
  if (!vec || !unicreda) throw new Error('the server has no demo');
  return {
    url,
    token: vec.token,
    templateId: vec.templateId,
    apiKey: unicreda.apiKey,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await ended;
      await rm(data, { recursive: true, force: true });
    },
  };
}

/** Gives the batch's id. */
export async function handIn({ url, token, templateId }: Server, rows: number): Promise<string> {
  const lines = Array.from(
    { length: rows },
    (_, at) => `${nameOf('latin', at)},r${at}@example.com,Computer Science\r\n`,
  );
  const form = new FormData();
  form.set('name', `${rows} rows`);
  form.set('template_id', templateId);
  form.set('csv_file', new Blob(['RecipientsName,RecipientsEmail,CourseTitle\r\n', ...lines]), 'recipients.csv');
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/business/batches`, { method: 'POST', headers, body: form });
  if (response.status !== 201) throw new Error(`the server answered ${response.status}: ${await response.text()}`);
  return ((await response.json()) as { data: { id: string } }).data.id;
}
