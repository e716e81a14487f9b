/** `chancery print-runs`: what is with the carrier and what waits, and what a person says of a run whose outcome is not known. */

import { parseArgs } from 'node:util';
import { connectionHelp, connectionOptions, openApiClient } from './api-client.ts';
import type { Command } from './commands.ts';

interface RunAnswer {
  id: string;
  number: number;
  status: string;
  carrier: string;
  product: string;
  pieces: number;
  sheets: number | null;
  reference: string | null;
  response: string | null;
  createdAt: string;
}

const outcomes = ['submitted', 'again', 'printed', 'cancelled'];

export const printRuns: Command = {
  usage: `
chancery print-runs list [--status <status>] [--limit <n>]
chancery print-runs settle <id> <outcome>

  <outcome>  submitted   the carrier has it: it is not sent again
             again       the carrier does not have it: send it again; or do not wait for the next attempt
             printed     it is printed
             cancelled   it will not be printed: its pieces cost nothing
  --status   planned, composed, sending, deferred, unknown, submitted, printed, failed or cancelled
  --json     the server's answer as JSON on stdout
${connectionHelp}

What each status means: docs/printing.md.`,
  async run(args) {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
    const [verb, id, outcome, ...more] = positionals;
    if (verb === 'list' && id === undefined) return list(values);
    if (verb === 'settle' && outcome !== undefined && outcomes.includes(outcome) && more.length === 0) {
      const client = await openApiClient(values);
      const run = await client.post<RunAnswer>(`/print-runs/${id}/settle`, { outcome });
      print(run, values.json);
      return 0;
    }
    process.stderr.write(
      'chancery print-runs: say list, or settle with an id and an outcome\nTry: chancery print-runs --help\n',
    );
    return 64;
  },
};

const options = {
  ...connectionOptions,
  status: { type: 'string' },
  limit: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];

async function list(values: Values): Promise<number> {
  const query = new URLSearchParams();
  if (values.status !== undefined) query.set('status', values.status);
  if (values.limit !== undefined) query.set('limit', values.limit);
  const client = await openApiClient(values);
  const { printRuns: runs } = await client.get<{ printRuns: RunAnswer[] }>(`/print-runs?${query}`);
  for (const run of runs) print(run, values.json);
  return 0;
}

function print(run: RunAnswer, asJson: boolean | undefined): void {
  const { id, number, status, carrier, product, pieces, sheets, response } = run;
  const said = response ? `  ${response}` : '';
  const line = `${id}  run ${number}  ${status}  ${carrier}  ${product}, ${pieces} pieces, ${sheets ?? '?'} sheets${said}`;
  process.stdout.write(`${asJson ? JSON.stringify(run) : line}\n`);
}
