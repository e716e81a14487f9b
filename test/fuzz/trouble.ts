/** Runs one input and says what is wrong with how it went: an error nobody declared, too long, too much memory. */

import { writeFileSync } from 'node:fs';
import { isDeclared, type Target } from './target.ts';

export interface Trouble {
  kind: 'throws' | 'slow' | 'large' | 'hangs' | 'crashes';
  said: string;
  /** The same for inputs that show the same defect. */
  signature: string;
}

/** Of processor time, so that a busy machine is not blamed on an input. */
const mostMilliseconds = 1_000;
const mostMegabytes = 256;

export async function troubleOf(target: Target, bytes: Buffer): Promise<Trouble | undefined> {
  forgetPeak();
  const before = process.cpuUsage();
  const held = process.memoryUsage.rss() / 2 ** 20;
  try {
    await target.run(bytes);
  } catch (error) {
    if (!isDeclared(target, error)) return thrown(target, error);
  }
  const grown = process.resourceUsage().maxRSS / 1024 - held;
  if (grown > mostMegabytes) return trouble('large', `it took ${Math.round(grown)} MB`, target.name);
  const { user, system } = process.cpuUsage(before);
  const took = (user + system) / 1000;
  if (took > mostMilliseconds) return trouble('slow', `it took ${Math.round(took)} ms`, target.name);
  return undefined;
}

const trouble = (kind: Trouble['kind'], said: string, where: string): Trouble => ({
  kind,
  said,
  signature: `${kind} ${where}`,
});

function thrown({ name }: Target, error: unknown): Trouble {
  const { stack = String(error), message = String(error) } = error as Error;
  const frame = /\((?:file:\/\/)?\S*\/((?:src|node_modules)\/[^)]+?):\d+\)/.exec(stack)?.[1] ?? name;
  const kind = (error as Error)?.constructor?.name ?? typeof error;
  const words = message.replace(/"[^"]*"|\d+/g, '').slice(0, 60);
  return { kind: 'throws', said: stack.slice(0, 1_500), signature: `throws ${kind} ${words} ${frame}` };
}

/** Linux counts the peak anew from here; elsewhere only a new peak of the whole process shows. */
function forgetPeak(): void {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // Another system, or not allowed.
  }
}
