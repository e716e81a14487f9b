/** What a crowd asking for a batch's status waits while the belt runs flat out: a real server, its own PostgreSQL, both on the same cores as the crowd. */

import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ServerFacts } from '../src/cli/demo.ts';
import { nameOf } from './names.ts';

export interface PollFigures {
  /** Who asks, how often. */
  crowd: string;
  rows: number;
  polls: number;
  errors: number;
  /** Their kinds: HTTP numbers and codes of broken connections. */
  kinds: string[];
  /** Milliseconds. */
  p50: number;
  p99: number;
  worst: number;
  perSecond: number;
  /** Of the belt meanwhile. */
  rowsPerSecond: number;
}

interface Server extends AsyncDisposable {
  url: string;
  token: string;
  templateId: string;
}

const pollers = 200;

/** 200 clients asking once a second, then 200 asking again the moment they are answered. */
export async function measurePollers(rows: number, folder = tmpdir()): Promise<PollFigures[]> {
  await using server = await openServer(folder);
  const figures: PollFigures[] = [];
  for (const pause of [1_000, 0]) figures.push(await pollOneBatch(server, rows, pause));
  return figures;
}

async function openServer(folder: string): Promise<Server> {
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
  const { url, vec } = JSON.parse(line) as ServerFacts;
  if (!vec) throw new Error('the server has no demo');
  return {
    url,
    token: vec.token,
    templateId: vec.templateId,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await ended;
      await rm(data, { recursive: true, force: true });
    },
  };
}

async function pollOneBatch(server: Server, rows: number, pause: number): Promise<PollFigures> {
  const started = performance.now();
  const address = new URL(`${server.url}/business/batches/${await handIn(server, rows)}/status`);
  // Clients of their own have connections of their own.
  const agents = Array.from({ length: pollers }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
  const waits: number[] = [];
  const errors: string[] = [];
  let done = false;
  const since = performance.now();
  const poller = async (agent: Agent, at: number) => {
    await sleep((pause * at) / pollers);
    while (!done) {
      const asked = performance.now();
      const status = await poll(address, server.token, agent).catch((error: Error) => void errors.push(error.message));
      waits.push(performance.now() - asked);
      if (status && !['pending', 'processing'].includes(status)) done = true;
      if (pause > 0) await sleep(pause - ((performance.now() - asked) % pause));
    }
  };
  await Promise.all(agents.map(poller));
  const seconds = (performance.now() - since) / 1_000;
  for (const agent of agents) agent.destroy();
  waits.sort((a, b) => a - b);
  const quantile = (part: number) => waits[Math.min(waits.length - 1, Math.floor(waits.length * part))] as number;
  return {
    crowd: pause > 0 ? `${pollers} every ${pause / 1_000} s` : `${pollers} without a pause`,
    rows,
    polls: waits.length,
    errors: errors.length,
    kinds: [...new Set(errors)],
    p50: quantile(0.5),
    p99: quantile(0.99),
    worst: waits.at(-1) as number,
    perSecond: waits.length / seconds,
    rowsPerSecond: rows / ((performance.now() - started) / 1_000),
  };
}

async function handIn({ url, token, templateId }: Server, rows: number): Promise<string> {
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

/** The status. Rejects for any answer but 200 and when the connection fails. */
function poll(address: URL, token: string, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request(address, { agent, headers: { authorization: `Bearer ${token}` } }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode !== 200) return reject(new Error(`HTTP ${response.statusCode}`));
        resolve((JSON.parse(Buffer.concat(parts).toString()) as { status: string }).status);
      });
    });
    asked.on('error', reject);
    asked.end();
  });
}
