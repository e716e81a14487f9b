/** The machine that a figure belongs to. A busy one gives wrong wall times, so its load is part of the facts. */

import { cpus, loadavg, totalmem } from 'node:os';
import { goalSignatures, measureSignatures } from './yardstick.ts';

export interface Machine {
  cpu: string;
  cores: number;
  memoryGb: number;
  platform: string;
  node: string;
  /** Of the last minute, when the measurement began. */
  load: number;
  /** Ed25519 signatures a second, of all cores at once. */
  signatures: number;
}

export async function describeMachine(): Promise<Machine> {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform}-${process.arch}`,
    node: process.version,
    load: loadavg()[0] as number,
    signatures: Math.round(await measureSignatures()),
  };
}

export function describeMachineForPeople({ cpu, cores, memoryGb, platform, node, load, signatures }: Machine): string {
  const facts = `${cpu}, ${cores} cores, ${memoryGb} GB, ${platform}, Node ${node}, load ${load.toFixed(2)}`;
  const speed = `All cores together make ${signatures} Ed25519 signatures a second, ${(signatures / goalSignatures).toFixed(2)} of what those did on which the goals were set.`;
  const warning = 'Others use this machine: believe the CPU figures, not the wall times.';
  return [facts, speed, ...(load > 1 ? [warning] : [])].join('\n');
}
