/** One peer in a process of its own: makes as many documents as it is told, and says what they cost the process and everything below it. */

import { fillCredential } from '../../src/credential/fill-credential.ts';
import { factsOf } from '../design-certificate.ts';
import type { NameKind } from '../names.ts';
import { childSeconds } from '../process-stats.ts';
import { compileBenchCredential, compileBenchPage } from '../programs.ts';
import { contestants } from './contest.ts';
import type { Input } from './peer.ts';

export type Order = { count: number; names: NameKind };

export interface Made {
  /** Milliseconds of CPU for one. */
  cpu: number;
  /** Milliseconds for one. */
  wall: number;
  /** Mean. */
  bytes: number;
  /** Base64 of the first. */
  first: string;
}

export interface Ready {
  version: string;
  remark: string;
}

const cpuMilliseconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000 + 1_000 * childSeconds();
};

const name = process.argv[2] as string;
const peer = await (contestants[name] as (typeof contestants)[string])();
const program = await compileBenchCredential();
const { displayValues } = await compileBenchPage();

let number = 0;

async function inputsOf({ count, names }: Order): Promise<Input[]> {
  const inputs: Input[] = [];
  for (let at = 0; at < count; at++) {
    const facts = factsOf(names, number++);
    inputs.push({ facts, values: displayValues(facts), credential: Buffer.from(await fillCredential(program, facts)) });
  }
  return inputs;
}

async function make(order: Order): Promise<Made> {
  const inputs = await inputsOf(order);
  let bytes = 0;
  let first: Uint8Array | undefined;
  const [since, cpu] = [performance.now(), cpuMilliseconds()];
  for (const [at, input] of inputs.entries()) {
    const made = await peer.make(input);
    first ??= made;
    bytes += made.length;
    // Memory of native and WebAssembly code is freed between turns.
    if (at % 10 === 9) await new Promise(setImmediate);
  }
  const { count } = order;
  return {
    cpu: (cpuMilliseconds() - cpu) / count,
    wall: (performance.now() - since) / count,
    bytes: bytes / count,
    first: Buffer.from(first ?? []).toString('base64'),
  };
}

process.on('message', (order: Order | 'end') => {
  if (order === 'end') return void (peer.close?.() ?? Promise.resolve()).then(() => process.disconnect());
  make(order).then(
    (made) => process.send?.(made),
    (error: Error) => process.send?.({ fault: error.stack ?? error.message }),
  );
});
process.send?.({ version: peer.version, remark: peer.remark } satisfies Ready);
