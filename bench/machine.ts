/** The machine that a figure belongs to. A busy one gives wrong wall times, so its load is part of the facts. */

import { cpus, loadavg, totalmem } from 'node:os';
import { goalMachine, measureYardsticks, type Yardsticks } from './yardsticks.ts';

export interface Machine {
  cpu: string;
  cores: number;
  memoryGb: number;
  platform: string;
  node: string;
  /** Of the last minute, when the measurement began. */
  load: number;
  yardsticks: Yardsticks;
}

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform}-${process.arch}`,
    node: process.version,
    load: loadavg()[0] as number,
    yardsticks: measureYardsticks(),
  };
}

export function describeMachineForPeople({ cpu, cores, memoryGb, platform, node, load, yardsticks }: Machine): string {
  const facts = `${cpu}, ${cores} cores, ${memoryGb} GB, ${platform}, Node ${node}, load ${load.toFixed(2)}`;
  const { signature, digest } = yardsticks;
  const times = (here: number, there: number) =>
    `${here.toFixed(0)} µs, ${(here / there).toFixed(1)} times what it took`;
  const slowness = `An Ed25519 signature takes ${times(signature, goalMachine.signature)} on the machine of the goals, SHA-256 of 35.7 KB ${times(digest, goalMachine.digest)}.`;
  const warning = 'Others use this machine: believe the CPU figures, not the wall times.';
  return [facts, slowness, ...(load > 1 ? [warning] : [])].join('\n');
}
