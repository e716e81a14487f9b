/** The command that starts a Node program which may use little memory and time, sees no network and no files, and can start nothing. */

import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Confinement {
  /** Kilobytes of private memory, of which the runtime needs 600,000 before it begins. */
  memory: number;
  /** Of processor. */
  seconds: number;
  heapMb: number;
}

const usual: Confinement = { memory: 1_600_000, seconds: 20, heapMb: 256 };

/** Nothing but what finds the programs around it. */
export const confinedEnvironment: NodeJS.ProcessEnv = process.platform === 'linux' ? { PATH: process.env.PATH } : {};

/**
 * `args` is what Node runs. Everywhere: Node's permission model (no files but our sources and packages, no processes, threads or writing) and a
 * bounded heap. On Linux also bounds on private memory and processor time, and a network without an interface where the system allows that.
 */
export function confined(args: readonly string[], limits = usual): string[] {
  return [
    ...bounds(limits),
    process.execPath,
    '--permission',
    // Pictures are decoded by compiled code.
    '--allow-addons',
    ...readable().map((folder) => `--allow-fs-read=${folder}`),
    '--disable-warning=SecurityWarning',
    '--disable-warning=ExperimentalWarning',
    `--max-old-space-size=${limits.heapMb}`,
    ...args,
  ];
}

/** Our sources, and the folders of the packages that are loaded. */
function readable(): string[] {
  const source = fileURLToPath(new URL('../../', import.meta.url));
  const packages = ['sharp', '@hyzyla/pdfium'].map((name) => {
    const path = fileURLToPath(import.meta.resolve(name));
    return path.slice(0, path.lastIndexOf('/node_modules/') + '/node_modules/'.length);
  });
  return [...new Set([source, `${dirname(source)}/package.json`, ...packages])];
}

let isolated: boolean | undefined;

/** Address space cannot be bounded: V8 and WebAssembly reserve gigabytes of it that they never use. */
function bounds(limits: Confinement): string[] {
  if (process.platform !== 'linux') return [];
  const unshare = ['unshare', '--user', '--map-root-user', '--net'];
  isolated ??= spawnSync(unshare[0] as string, [...unshare.slice(1), 'true'], { stdio: 'ignore' }).status === 0;
  const script = `ulimit -d ${limits.memory}; ulimit -t ${limits.seconds}; ulimit -c 0; ulimit -f 0; exec "$@"`;
  return ['/bin/sh', '-c', script, 'sh', ...(isolated ? unshare : [])];
}
