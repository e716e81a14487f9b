/** One command of the program within this process, which saves the second that a process of its own takes. One at a time. */

import { runCommand } from '../../src/cli/commands.ts';

/** Its exit code and what it wrote; it sees these settings besides the process's own. */
export async function runHere(args: string[], settings: Record<string, string>) {
  const said = { out: '', err: '' };
  const before = { ...process.env };
  const streams = [
    [process.stdout, 'out'],
    [process.stderr, 'err'],
  ] as const;
  for (const [stream, name] of streams) {
    const { write } = stream;
    stream.write = ((text: string | Uint8Array, ...rest: []) => {
      // What the test runner reports is bytes.
      if (typeof text !== 'string') return write.call(stream, text, ...rest);
      said[name] += text;
      return true;
    }) as typeof write;
  }
  Object.assign(process.env, settings);
  try {
    return { code: await runCommand(args), ...said };
  } finally {
    for (const [stream] of streams) Reflect.deleteProperty(stream, 'write');
    for (const name of Object.keys(settings)) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
}
