/** What a confined program is made of, as plain JavaScript: to read types Node loads a compiler, which is half of what looking at a small file costs. */

import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { pathToFileURL } from 'node:url';

/** Where the program finds them. */
const descriptor = 3;

const hook = `
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
const sources = new Map(JSON.parse(readFileSync(${descriptor}, 'utf8')));
registerHooks({
  load(url, context, next) {
    const source = sources.get(url);
    return source === undefined ? next(url, context) : { format: 'module', source, shortCircuit: true };
  },
});`;

/** For a program that finds its sources behind descriptor 3. What is not among them, Node reads by itself. */
export const readsPlainSources = `--import=data:text/javascript,${encodeURIComponent(hook)}`;

const known = new Map<string, string>();

/** Of the program at this path and of all of ours that it imports: pairs of address and text, as JSON. */
export function plainSources(program: string): string {
  const texts = known.get(program) ?? JSON.stringify([...collect(pathToFileURL(program).href)]);
  known.set(program, texts);
  return texts;
}

function collect(url: string, into = new Map<string, string>()): Map<string, string> {
  if (into.has(url)) return into;
  const text = readFileSync(new URL(url), 'utf8');
  into.set(url, stripTypeScriptTypes(text));
  for (const [, specifier] of text.matchAll(/(?:from|import\()\s*'(\.[^']+\.ts)'/g))
    collect(new URL(specifier as string, url).href, into);
  return into;
}
