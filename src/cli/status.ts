/** `chancery status`: how far a batch is. */

import { parseArgs } from 'node:util';
import { connectionHelp, connectionOptions, openApiClient } from './api-client.ts';
import type { Command } from './commands.ts';
import { type BatchAnswer, download } from './issue.ts';

export const status: Command = {
  usage: `
chancery status [<batch id>] [--retry-failed] [--out <folder>] [--json]

  --retry-failed  make the items again that failed for other reasons than their row
  --out           download what the batch has issued, as chancery issue --out does
  --json          JSON on stdout
${connectionHelp}`,
  async run(args) {
    const options = {
      ...connectionOptions,
      json: { type: 'boolean', default: false },
      'retry-failed': { type: 'boolean', default: false },
      out: { type: 'string' },
    } as const;
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
    const client = await openApiClient(values);
    const [id] = positionals;
    if (values['retry-failed'] && id) {
      const { retried, badRows } = await client.post<{ retried: number; badRows: number }>(
        `/batches/${id}/retry-failed`,
        {},
      );
      process.stderr.write(`${retried} items are made again, ${badRows} bad rows need a corrected file\n`);
    }
    const batches = id
      ? [await client.get<BatchAnswer & { name: string }>(`/batches/${id}`)]
      : (await client.get<{ batches: (BatchAnswer & { name: string })[] }>('/batches?limit=20')).batches;
    if (values.out && id) await download(client, batches[0] as BatchAnswer, values.out);
    if (values.json) process.stdout.write(`${JSON.stringify(id ? batches[0] : batches)}\n`);
    else
      for (const batch of batches)
        process.stdout.write(
          `${batch.id}  ${batch.status.padEnd(20)}  ${batch.issued} issued, ${batch.failed} failed of ${batch.total}  ${batch.name}\n`,
        );
    return 0;
  },
};
