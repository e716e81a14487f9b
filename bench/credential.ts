/** Credentials a second: a compiled program with every optional part, filled and signed, one core, no database. */

import { fillCredential } from '../src/credential/fill-credential.ts';
import { factsOf } from './design-certificate.ts';
import { nameKinds } from './names.ts';
import { compileBenchCredential } from './programs.ts';
import { type Measured, type Round, runRound, summarize } from './rounds.ts';

export interface CredentialFigures {
  coldMilliseconds: number;
  /** Of one signed credential. */
  bytes: number;
  latin: Measured;
  mix: Measured;
}

export async function measureCredentials(rounds: number): Promise<CredentialFigures> {
  const operations = 20_000;
  const start = performance.now();
  const program = await compileBenchCredential();
  const first = await fillCredential(program, factsOf('latin', 0));
  const coldMilliseconds = performance.now() - start;
  const facts = Object.fromEntries(
    nameKinds.map((kind) => [kind, Array.from({ length: operations }, (_, at) => factsOf(kind, at))]),
  );
  const taken: Record<string, Round[]> = { latin: [], mix: [] };
  const work = (kind: string) => (at: number) => fillCredential(program, facts[kind]?.[at] as never);
  for (const kind of nameKinds) await runRound(operations, work(kind));
  for (let round = 0; round < rounds; round++)
    for (const kind of nameKinds) taken[kind]?.push(await runRound(operations, work(kind)));
  return {
    coldMilliseconds,
    bytes: Buffer.byteLength(first),
    latin: summarize(taken.latin as Round[]),
    mix: summarize(taken.mix as Round[]),
  };
}
