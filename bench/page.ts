/** Pages a second: a compiled page filled, sealed and hashed, with its credential inside, one core, no database. */

import { fillCredential } from '../src/credential/fill-credential.ts';
import { checkPage } from '../src/pdf/check-page.ts';
import { fillPage } from '../src/pdf/fill-page.ts';
import { factsOf } from './design-certificate.ts';
import { type NameKind, nameKinds } from './names.ts';
import { compileBenchCredential, compileBenchPage } from './programs.ts';
import { type Measured, type Round, runRound, summarize } from './rounds.ts';

export interface PageFigures {
  coldMilliseconds: number;
  prefixBytes: number;
  /** Mean, with the credential. */
  tailBytes: Record<NameKind, number>;
  latin: Measured;
  mix: Measured;
  /** The check that each row gets before anything is drawn. */
  check: Record<NameKind, Measured>;
}

export async function measurePages(rounds: number): Promise<PageFigures> {
  const operations = 3_000;
  const start = performance.now();
  const { page, displayValues } = await compileBenchPage();
  const credential = await compileBenchCredential();
  const inputs = async (kind: NameKind) =>
    Promise.all(
      Array.from({ length: operations }, async (_, at) => {
        const facts = factsOf(kind, at);
        const data = Buffer.from(await fillCredential(credential, facts));
        const attachment = { name: 'credential.json', data, mediaType: 'application/vc+ld+json' };
        return { values: displayValues(facts), attachment };
      }),
    );
  const rows = { latin: await inputs('latin'), mix: await inputs('mix') };
  const tailBytes = { latin: 0, mix: 0 };
  const fill = (kind: NameKind) => (at: number) => {
    const { values, attachment } = rows[kind][at] as (typeof rows.latin)[number];
    tailBytes[kind] += fillPage(page, values, attachment).tail.length;
  };
  const check = (kind: NameKind) => (at: number) =>
    checkPage(page, (rows[kind][at] as (typeof rows.latin)[number]).values);
  fill('latin')(0);
  const coldMilliseconds = performance.now() - start;
  const taken = { fill: { latin: [], mix: [] }, check: { latin: [], mix: [] } } as Record<
    'fill' | 'check',
    Record<NameKind, Round[]>
  >;
  for (const kind of nameKinds) await runRound(operations, fill(kind));
  tailBytes.latin = tailBytes.mix = 0;
  for (let round = 0; round < rounds; round++) {
    for (const kind of nameKinds) {
      taken.check[kind].push(await runRound(operations, check(kind)));
      taken.fill[kind].push(await runRound(operations, fill(kind)));
    }
  }
  const mean = (total: number) => total / rounds / operations;
  return {
    coldMilliseconds,
    prefixBytes: page.prefix.length,
    tailBytes: { latin: mean(tailBytes.latin), mix: mean(tailBytes.mix) },
    latin: summarize(taken.fill.latin),
    mix: summarize(taken.fill.mix),
    check: { latin: summarize(taken.check.latin), mix: summarize(taken.check.mix) },
  };
}
