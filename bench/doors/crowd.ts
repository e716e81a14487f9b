/** A crowd at one door: clients with a connection each, who ask again when they are answered, and what they waited. */

import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { childSeconds } from '../process-stats.ts';

export interface Ask {
  path: string;
  method?: string;
  headers?: Record<string, string>;
  body?: Buffer;
  /** The one that counts as success. */
  status: number;
  /** Throws where the answer is not what was asked for. */
  check?(body: Buffer): void;
}

export interface Crowd {
  clients: number;
  /** Milliseconds from one ask of a client to the next, where it does not ask at once. */
  every?: number;
  /** Ends it before its time. */
  maxCalls?: number;
  next(): Ask;
}

export interface Waits {
  calls: number;
  errors: number;
  /** Their kinds: HTTP numbers, what was wrong with an answer, codes of broken connections. */
  kinds: string[];
  /** Milliseconds. */
  p50: number;
  p99: number;
  worst: number;
  perSecond: number;
  /** Milliseconds of CPU of all processes below this one for a call, whatever else they did meanwhile. */
  cpu: number;
}

/** At least a call each, however little the time. */
export async function measureCrowd(url: string, crowd: Crowd, seconds: number): Promise<Waits> {
  const agents = Array.from({ length: crowd.clients }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
  const { every = 0, maxCalls = Number.POSITIVE_INFINITY } = crowd;
  const waits: number[] = [];
  const errors: string[] = [];
  const [since, cpu] = [performance.now(), childSeconds()];
  const end = since + 1_000 * seconds;
  let begun = 0;
  const client = async (agent: Agent, at: number) => {
    await sleep((every * at) / crowd.clients);
    do {
      if (begun++ >= maxCalls) return;
      const asked = performance.now();
      await send(url, agent, crowd.next()).catch((error: Error) => void errors.push(error.message));
      waits.push(performance.now() - asked);
      if (every > 0) await sleep(every - ((performance.now() - asked) % every));
    } while (performance.now() < end);
  };
  await Promise.all(agents.map(client));
  const taken = (performance.now() - since) / 1_000;
  const used = childSeconds() - cpu;
  for (const agent of agents) agent.destroy();
  waits.sort((a, b) => a - b);
  const quantile = (part: number) => waits[Math.min(waits.length - 1, Math.floor(waits.length * part))] as number;
  return {
    calls: waits.length,
    errors: errors.length,
    kinds: [...new Set(errors)],
    p50: quantile(0.5),
    p99: quantile(0.99),
    worst: waits.at(-1) as number,
    perSecond: waits.length / taken,
    cpu: (1_000 * used) / waits.length,
  };
}

function send(url: string, agent: Agent, { path, method = 'GET', headers, body, status, check }: Ask): Promise<void> {
  return new Promise((resolve, reject) => {
    const length = body && { 'content-length': body.length };
    const asked = request(url + path, { method, agent, headers: { ...headers, ...length } }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        const answer = Buffer.concat(parts);
        if (response.statusCode !== status)
          return reject(new Error(`HTTP ${response.statusCode} ${answer.subarray(0, 120)}`));
        try {
          check?.(answer);
          resolve();
        } catch (error) {
          reject(error as Error);
        }
      });
    });
    asked.on('error', (error: NodeJS.ErrnoException) => reject(new Error(error.code ?? error.message)));
    asked.end(body);
  });
}
