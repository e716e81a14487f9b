/** XML as Click2Mail writes it: its declaration, four blanks a level, and an empty element as an open and a close tag. */

export type XmlContent = string | number | boolean | readonly XmlElement[];
/** Names are constants of ours; what stands in them may be anybody's. */
export type XmlElement = readonly [name: string, content: XmlContent];

export const xmlType = 'application/xml';

/** `standalone` and the pairs of tags are what the vendor's shell client counts words by. */
export const xmlDeclaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

export function writeXml(root: XmlElement): string {
  return `${xmlDeclaration}${written(root, '')}`.trimEnd();
}

/**
 * The same for a root with any number of elements: `head`, then `rows` as they come, then nothing. Where `within` is given, rows stand in an
 * element of that name behind the head.
 */
export async function* streamXml(
  root: string,
  head: readonly XmlElement[],
  rows: AsyncIterable<readonly XmlElement[]> | Iterable<readonly XmlElement[]>,
  within?: string,
): AsyncGenerator<string> {
  const inner = indent(within === undefined ? 1 : 2);
  const opened = within === undefined ? '' : `${indent(1)}<${within}>\n`;
  const closed = within === undefined ? '' : `${indent(1)}</${within}>\n`;
  yield `${xmlDeclaration}<${root}>\n${head.map((one) => written(one, indent(1))).join('')}${opened}`;
  for await (const some of rows) if (some.length > 0) yield some.map((one) => written(one, inner)).join('');
  yield `${closed}</${root}>`;
}

const indent = (depth: number) => ' '.repeat(4 * depth);

function written([name, content]: XmlElement, margin: string): string {
  if (!Array.isArray(content)) return `${margin}<${name}>${escaped(String(content))}</${name}>\n`;
  if (content.length === 0) return `${margin}<${name}></${name}>\n`;
  const inner = (content as readonly XmlElement[]).map((one) => written(one, `${margin}    `)).join('');
  return `${margin}<${name}>\n${inner}${margin}</${name}>\n`;
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' };

/** What XML cannot hold at all, a control character or half of one, becomes U+FFFD. */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\t\n\r\x20-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replace(/[&<>\r]/g, (character) => entities[character] as string);
}
