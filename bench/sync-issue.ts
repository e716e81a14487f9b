/** What a client waits for one certificate, PDF included: the UniCreda door of a real server over HTTP, alone and beside a batch on the belt, all on the same cores. */

import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { nameOf } from './names.ts';
import { childSeconds } from './process-stats.ts';
import { handIn, openServer, type Server } from './server.ts';

export interface SyncFigures {
  /** Each asks again when it is answered. */
  clients: number;
  /** What else the server did. */
  beside: string;
  calls: number;
  errors: number;
  /** Their kinds: HTTP numbers, what was wrong with a recipient, codes of broken connections. */
  kinds: string[];
  /** Milliseconds. */
  p50: number;
  p99: number;
  worst: number;
  perSecond: number;
  /** Milliseconds of CPU for a call, of the server and its database with all that they did meanwhile, mails and the batch too. */
  cpu: number;
  /** Of the belt meanwhile; null where it rested. */
  rowsPerSecond: number | null;
}

const crowds = [1, 8];
const callsAlone = 1_000;
const callsBeside = 400;

export async function measureSync(
  rows: number,
  folder = tmpdir(),
  say: (line: string) => void = () => {},
): Promise<SyncFigures[]> {
  await using server = await openServer(folder);
  const figures: SyncFigures[] = [];
  const measure = async (clients: number, calls: number, beside: Batch | undefined) => {
    say(`sync: ${clients} client${clients > 1 ? 's' : ''}, ${beside ? `beside ${rows} rows` : 'alone'}`);
    figures.push(await measureCrowd(server, clients, calls, beside));
  };
  // Compiled code, compiled templates and statements' plans, as in a server that has been up for a while.
  await measureCrowd(server, 8, 400, undefined);
  for (const clients of crowds) await measure(clients, callsAlone, undefined);
  const batch = await startBatch(server, rows);
  for (const clients of crowds) await measure(clients, callsBeside, batch);
  if ((await batch.done()) >= rows) say('sync: the batch was over before the last call; take more --rows');
  return figures;
}

interface Batch {
  rows: number;
  /** Rows issued or failed so far. */
  done(): Promise<number>;
}

async function startBatch(server: Server, rows: number): Promise<Batch> {
  const address = `${server.url}/business/batches/${await handIn(server, rows)}`;
  const done = async () => {
    const response = await fetch(address, { headers: { authorization: `Bearer ${server.token}` } });
    const { data } = (await response.json()) as {
      data: { processed_certificates: number; failed_certificates: number };
    };
    return data.processed_certificates + data.failed_certificates;
  };
  while ((await done()) === 0) await sleep(100);
  return { rows, done };
}

async function measureCrowd(
  server: Server,
  clients: number,
  calls: number,
  batch: Batch | undefined,
): Promise<SyncFigures> {
  const agents = Array.from({ length: clients }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
  const waits: number[] = [];
  const errors: string[] = [];
  const before = await batch?.done();
  const [since, cpu] = [performance.now(), childSeconds()];
  let next = 0;
  const client = async (agent: Agent) => {
    while (next < calls) {
      const body = bodyOf(server.templateId, next++);
      const asked = performance.now();
      await issue(server, agent, body).catch((error: Error) => void errors.push(error.message));
      waits.push(performance.now() - asked);
    }
  };
  await Promise.all(agents.map(client));
  const seconds = (performance.now() - since) / 1_000;
  const used = childSeconds() - cpu;
  const after = await batch?.done();
  for (const agent of agents) agent.destroy();
  waits.sort((a, b) => a - b);
  const quantile = (part: number) => waits[Math.min(waits.length - 1, Math.floor(waits.length * part))] as number;
  return {
    clients,
    beside: batch ? `${batch.rows} rows` : 'nothing',
    calls: waits.length,
    errors: errors.length,
    kinds: [...new Set(errors)],
    p50: quantile(0.5),
    p99: quantile(0.99),
    worst: waits.at(-1) as number,
    perSecond: waits.length / seconds,
    cpu: (1_000 * used) / waits.length,
    rowsPerSecond: before === undefined || after === undefined ? null : (after - before) / seconds,
  };
}

let people = 0;

function bodyOf(templateId: string, at: number): Buffer {
  const email = `s${people++}@example.com`;
  const recipient = { email, recipient_name: nameOf('latin', at), CourseTitle: 'Computer Science' };
  return Buffer.from(JSON.stringify({ template_id: templateId, recipients: [recipient] }));
}

/** Rejects for anything but an issued certificate. */
function issue({ url, apiKey }: Server, agent: Agent, body: Buffer): Promise<void> {
  const headers = { 'x-api-key': apiKey, 'content-type': 'application/json', 'content-length': body.length };
  return new Promise((resolve, reject) => {
    const asked = request(`${url}/api/v1/credentials/issue`, { method: 'POST', agent, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(parts).toString();
        if (response.statusCode !== 200) return reject(new Error(`HTTP ${response.statusCode} ${text.slice(0, 200)}`));
        const answer = JSON.parse(text) as { mode?: string; credentials?: { status: string }[] };
        if (answer.mode === 'sync' && answer.credentials?.[0]?.status === 'issued') return resolve();
        reject(new Error(text.slice(0, 200)));
      });
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
