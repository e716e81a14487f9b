/** Reads a list of addresses out of XML: one row for each `address` in `addresses`, whatever stands around them. */

import type { Issue } from '../domain/issue.ts';
import { invalidInput } from '../errors.ts';
import { readXml, type XmlEvent } from './xml.ts';

/** Text of the elements in it, by their folded names. */
export type XmlAddressRow = Map<string, string>;

export interface XmlAddresses {
  rows: AsyncGenerator<XmlAddressRow>;
  /** Of the elements beside the addresses, by their folded names; complete when the rows are. */
  head(): Map<string, string>;
}

/** `First_name`, `Firstname` and `first-name` are one name. */
export const foldedName = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** More elements than any row or head has. */
const most = 100;

/** Rows throw `invalid_input` as `readXml` does, for another root than `roots`, and for an element that stands twice in one address. */
export function readXmlAddresses(
  body: AsyncIterable<Uint8Array>,
  { roots, charset }: { roots: readonly string[]; charset?: string },
): XmlAddresses {
  const head = new Map<string, string>();
  return { rows: rowsOf(readXml(body, charset), roots, head), head: () => head };
}

async function* rowsOf(
  pieces: AsyncIterable<XmlEvent[]>,
  roots: readonly string[],
  head: Map<string, string>,
): AsyncGenerator<XmlAddressRow> {
  const path: string[] = [];
  let row: XmlAddressRow | undefined;
  let read = 0;
  for await (const events of pieces)
    for (const event of events) {
      const name = foldedName(event.name);
      if (event.kind === 'open') {
        if (path.length === 0) requireRoot(event.name, roots);
        if (name === 'address' && path.at(-1) === 'addresses') row = new Map();
        path.push(name);
        continue;
      }
      path.pop();
      if (row && name === 'address' && path.at(-1) === 'addresses') {
        read++;
        yield row;
        row = undefined;
      } else if (row && path.at(-1) === 'address') put(row, event, `addresses.${read + 1}`);
      else if (!row && path.length === 1 && name !== 'addresses') put(head, event, '');
    }
}

function put(values: Map<string, string>, event: XmlEvent & { kind: 'close' }, place: string): void {
  const name = foldedName(event.name);
  const path = [place, event.name].filter((part) => part !== '').join('.');
  if (values.has(name)) throw refused({ path, code: 'invalid', params: { reason: 'it stands there twice' } });
  if (values.size === most) throw refused({ path, code: 'invalid', params: { reason: `there are more than ${most}` } });
  values.set(name, event.text.trim());
}

function requireRoot(name: string, roots: readonly string[]): void {
  if (roots.some((root) => foldedName(root) === foldedName(name))) return;
  throw refused({
    path: 'body',
    code: 'not_a_choice',
    params: { value: name, choices: roots.map((root) => `<${root}>`) },
  });
}

const refused = (issue: Issue) => invalidInput('the XML holds something else than addresses', [issue]);
