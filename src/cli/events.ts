/** `chancery events`: the record of what happened, with numbers and hashes, and a check of such a file that asks nobody. */

import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { type ChainHead, chainStart, checkChain, headText, readHead } from '../domain/event-chain.ts';
import { exportEvents } from '../usecases/events/export-events.ts';
import type { Command } from './commands.ts';
import { chooseOrganization, localHelp, openLocal, organizationHelp } from './open-local.ts';

export const events: Command = {
  usage: `
chancery events export [--organization <id>] [--after <number>] > events.txt
chancery events check <file> [--after <number>:<hash>] [--head <number>:<hash>]

  export        one line for each event: its number, its hash, and what happened as JSON; the end of the chain on stderr
${organizationHelp}
  --after       only what comes behind that number; to check such a file, say the hash of that event too
  check         every number and hash of the file; needs neither server nor database
  --head        the end of the chain as it was known once, from an earlier export or from the log: it must still be there

How the hashes are made: docs/operations.md. ${localHelp}
Exit code of the check: 0 as it was sealed, 1 not.`,
  async run(args) {
    const text = { type: 'string' } as const;
    const options = { organization: text, after: text, head: text };
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    const [verb, file, ...more] = positionals;
    if (verb === 'export' && file === undefined && values.head === undefined && /^\d{1,15}$/.test(values.after ?? '0'))
      return writeOut(values.organization, Number(values.after ?? 0));
    const [before, kept] = [values.after, values.head].map((one) => (one === undefined ? undefined : readHead(one)));
    const isReadable = (values.after === undefined || before) && (values.head === undefined || kept);
    if (verb === 'check' && file !== undefined && more.length === 0 && isReadable) return check(file, before, kept);
    process.stderr.write('chancery events: say export, or check <file>\nTry: chancery events --help\n');
    return 64;
  },
};

async function writeOut(wanted: string | undefined, after: number): Promise<number> {
  await using app = await openLocal();
  const { id } = await chooseOrganization(app, wanted);
  let end: ChainHead | undefined;
  const lines = async function* () {
    for await (const { head, line } of exportEvents(app, id, after)) {
      end = head;
      yield line;
    }
  };
  await pipeline(Readable.from(lines()), process.stdout, { end: false });
  process.stderr.write(end ? `the chain ends with ${headText(end)}\n` : 'no events\n');
  return 0;
}

async function check(file: string, before: ChainHead = chainStart, kept: ChainHead | undefined): Promise<number> {
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
  const { head, fault } = await checkChain(lines, { before, ...(kept && { kept }) });
  if (fault === undefined) {
    process.stdout.write(
      `as it was sealed: events ${before.number + 1} to ${head.number}, ending with ${headText(head)}\n`,
    );
    return 0;
  }
  process.stdout.write(`CHANGED: ${fault}\n`);
  return 1;
}
