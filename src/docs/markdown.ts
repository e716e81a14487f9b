/** What the generated pages share: the note on their origin, and tables. */

export const generatedBy = (source: string): string =>
  `<!-- Written by \`npm run docs\` from ${source}; change that, not this page. -->`;

/** A table, its columns as wide as the formatter makes them; bars within cells are escaped. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const escaped = [header, ...rows].map((cells) => cells.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = header.map((_, at) => Math.max(3, ...escaped.map((cells) => [...(cells[at] ?? '')].length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, at) => cell + ' '.repeat((widths[at] as number) - [...cell].length)).join(' | ')} |`;
  const [head, ...body] = escaped.map(line);
  return [head, line(widths.map((width) => '-'.repeat(width))), ...body].join('\n');
}
