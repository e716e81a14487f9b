/** `chancery template-add`: hands in a template file. */

import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { invalidInput } from '../errors.ts';
import { connectionHelp, connectionOptions, openApiClient } from './api-client.ts';
import type { Command } from './commands.ts';

export const templateAdd: Command = {
  usage: `
chancery template-add <template.json> [--template <id>]

  --template  add a version to this template instead of making a new one
${connectionHelp}

The format is described in docs/templates.md. Prints the template's id; warnings go to stderr.`,
  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { ...connectionOptions, template: { type: 'string' } },
    });
    const [file] = positionals;
    if (!file) {
      process.stderr.write('chancery template-add: give a file\n');
      return 64;
    }
    const client = await openApiClient(values);
    const content = parseJson(file, await readFile(file, 'utf8'));
    const { id, warnings } = await client.post<{ id: string; warnings: { path: string; sentence: string }[] }>(
      values.template ? `/templates/${values.template}/versions` : '/templates',
      content,
    );
    for (const { path, sentence } of warnings) process.stderr.write(`warning: ${path} ${sentence}\n`);
    process.stdout.write(`${id}\n`);
    return 0;
  },
};

function parseJson(file: string, text: string): object {
  try {
    return JSON.parse(text) as object;
  } catch (error) {
    throw invalidInput(`${file} is not JSON: ${(error as Error).message}`);
  }
}
