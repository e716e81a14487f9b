/** What every maker of documents is: a name, a version, what its document lacks against ours, and a function that makes one. */

import { readFileSync } from 'node:fs';
import type { ItemFacts } from '../../src/domain/item.ts';
import type { Values } from './scene.ts';

/** What one document is made of; all of it is at hand before the clock runs. */
export interface Input {
  facts: ItemFacts;
  values: Values;
  /** The signed credential. */
  credential: Buffer;
}

export interface Peer {
  version: string;
  /** How it was used, and what its document does not have. */
  remark: string;
  make(input: Input): Uint8Array | Promise<Uint8Array>;
  close?(): Promise<void>;
}

/** Of a package in bench/node_modules. */
export function versionOf(name: string): string {
  const file = new URL(`../node_modules/${name}/package.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
