/** argv -> command; the exit code is the command's, whoever reads what it prints. */

import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { runCommand } from './cli/commands.ts';

// Beside the code, as whoever may write there may change the code as well. Where that is not allowed there is none.
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/chancery'));

// `chancery verify *.pdf | head`: that nobody reads on is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

process.exitCode = await runCommand(process.argv.slice(2));
