/** argv -> command; the exit code is the command's, whoever reads what it prints. */

import { runCommand } from './cli/commands.ts';
import { keepCompiledCode } from './compile-cache.ts';

keepCompiledCode();

// `chancery verify *.pdf | head`: that nobody reads on is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

process.exitCode = await runCommand(process.argv.slice(2));
