/** The machine that a figure belongs to. A busy one gives wrong wall times, so its load is part of the facts. */

import { cpus, loadavg, totalmem } from 'node:os';

export interface Machine {
  cpu: string;
  cores: number;
  memoryGb: number;
  platform: string;
  node: string;
  /** Of the last minute, when the measurement began. */
  load: number;
}

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform}-${process.arch}`,
    node: process.version,
    load: loadavg()[0] as number,
  };
}

export function describeMachineForPeople({ cpu, cores, memoryGb, platform, node, load }: Machine): string {
  const facts = `${cpu}, ${cores} cores, ${memoryGb} GB, ${platform}, Node ${node}, load ${load.toFixed(2)}`;
  const warning = 'Others use this machine: believe the CPU figures, not the wall times.';
  return load > 1 ? `${facts}\n${warning}` : facts;
}
