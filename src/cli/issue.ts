/** `chancery issue`: hands in a spreadsheet, waits, and puts every certificate into a folder. */

import { openAsBlob } from 'node:fs';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { invalidInput } from '../errors.ts';
import { type ApiClient, connectionHelp, connectionOptions, openApiClient } from './api-client.ts';
import type { Command } from './commands.ts';
import { downloadCertificates } from './download-certificates.ts';
import { openProgress } from './progress.ts';

export interface BatchAnswer {
  id: string;
  status: string;
  total: number;
  issued: number;
  failed: number;
  completedAt: string | null;
}

export const issue: Command = {
  usage: `
chancery issue <file.csv> --template <id> [--out <folder>] [options]

  --template  the template's id
  --out       folder for the PDFs, failed-rows.csv and issuer.did.json; without it nothing is downloaded
  --name      the batch's name; default: the file's
  --charset   encoding of the file, if it is neither UTF-8 nor UTF-16 (windows-1252, ...)
  --deliver   email (default) or none
  --signatory member who signs, by id or number; once for each place of the template, in order; default: the template's own
  --json      print the batch as JSON on stdout at the end
${connectionHelp}

Columns: name and email (or RecipientsName, RecipientsEmail), issue_date, expiry_date, and the template's fields.
Exit code: 0 all issued, 3 some rows failed, 1 refused or all failed, 2 signatories have to approve first (then: chancery status <batch>).`,
  async run(args) {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
    const [file] = positionals;
    if (!file || !values.template || positionals.length > 1) {
      process.stderr.write('chancery issue: give one file and --template\nTry: chancery issue --help\n');
      return 64;
    }
    const client = await openApiClient(values);
    const form = new FormData();
    form.set('name', values.name ?? basename(file));
    form.set('template_id', values.template);
    form.set('deliver', values.deliver ?? 'email');
    if (values.charset) form.set('charset', values.charset);
    if (values.signatory) form.set('signatories', values.signatory.join(','));
    // openAsBlob itself does not say which file it could not open, or why.
    if (!(await stat(file)).isFile()) throw invalidInput(`${file} is not a file`);
    form.set('file', await openAsBlob(file), basename(file));
    const batch = await waitForBatch(client, (await client.post<BatchAnswer>('/batches', form)).id);
    if (values.out && batch.completedAt) await download(client, batch, values.out);
    if (values.json) process.stdout.write(`${JSON.stringify(batch)}\n`);
    await summarise(client, batch, values.out);
    if (batch.status === 'waiting_for_approval') return 2;
    return batch.failed === 0 && batch.issued === batch.total ? 0 : batch.issued > 0 ? 3 : 1;
  },
};

const options = {
  ...connectionOptions,
  template: { type: 'string' },
  out: { type: 'string' },
  name: { type: 'string' },
  charset: { type: 'string' },
  deliver: { type: 'string' },
  signatory: { type: 'string', multiple: true },
  json: { type: 'boolean', default: false },
} as const;

async function waitForBatch(client: ApiClient, id: string): Promise<BatchAnswer> {
  const progress = openProgress('Issuing');
  for (let wait = 100; ; wait = Math.min(1_000, wait * 1.5)) {
    const batch = await client.get<BatchAnswer>(`/batches/${id}`);
    progress.show(
      batch.issued + batch.failed,
      batch.total,
      batch.status === 'waiting_for_approval' ? 'waiting for approval' : '',
    );
    if (batch.completedAt || batch.status === 'waiting_for_approval') {
      progress.end();
      return batch;
    }
    await sleep(wait);
  }
}

/** Certificates, failed rows and what is needed to verify offline. */
export async function download(client: ApiClient, batch: BatchAnswer, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'issuer.did.json'), await client.download('/did'));
  await downloadCertificates(client, batch, folder);
  if (batch.failed > 0)
    await writeFile(join(folder, 'failed-rows.csv'), await client.download(`/batches/${batch.id}/failed-rows.csv`));
}

interface FailedRowAnswer {
  row: number;
  issues: { path: string; sentence: string; params?: { value?: string } }[];
}

/** The first twenty bad rows with row, column, value and remedy. */
async function summarise(client: ApiClient, batch: BatchAnswer, folder: string | undefined): Promise<void> {
  const lines = [`${batch.issued} issued, ${batch.failed} failed, batch ${batch.id} is ${batch.status}`];
  if (batch.failed > 0) {
    const { rows } = await client.get<{ rows: FailedRowAnswer[] }>(`/batches/${batch.id}/failed-rows?limit=20`);
    for (const { row, issues } of rows) {
      for (const { path, sentence, params } of issues)
        lines.push(`  row ${row}, ${path}${params?.value === undefined ? '' : ` "${params.value}"`}: ${sentence}`);
    }
    if (batch.failed > rows.length) lines.push(`  ... and ${batch.failed - rows.length} more`);
    if (folder) lines.push(`Correct ${join(folder, 'failed-rows.csv')} and hand it in again.`);
  }
  if (batch.status === 'waiting_for_approval')
    lines.push(`Its signatories are asked by mail. Later: chancery status ${batch.id} --out <folder>`);
  else if (folder && batch.failed === 0) lines.push(`Certificates are in ${folder}`);
  process.stderr.write(`${lines.join('\n')}\n`);
}
