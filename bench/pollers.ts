/** What a crowd asking for a batch's status waits while the belt runs flat out: a real server, its own PostgreSQL, both on the same cores as the crowd. */

import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { handIn, openServer, type Server } from './server.ts';

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

const pollers = 200;

/** 200 clients asking once a second, then 200 asking again the moment they are answered. */
export async function measurePollers(rows: number, folder = tmpdir()): Promise<PollFigures[]> {
  await using server = await openServer(folder);
  const figures: PollFigures[] = [];
  for (const pause of [1_000, 0]) figures.push(await pollOneBatch(server, rows, pause));
  return figures;
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
