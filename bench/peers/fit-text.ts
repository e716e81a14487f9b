/** Shrinking and breaking lines for the libraries that can only measure a text. */

import type { Text } from './scene.ts';

export interface Fitted {
  size: number;
  lines: { text: string; width: number }[];
}

/** `measure` gives the width at one point. */
export function fitText(
  { width, height, size, minSize, wrap, lineHeight }: Text,
  text: string,
  measure: (text: string) => number,
): Fitted {
  const one = measure(text);
  if (!wrap) {
    const fitting = Math.max(minSize, Math.min(size, width / one));
    return { size: fitting, lines: [{ text, width: one * fitting }] };
  }
  for (let trial = size; ; trial = Math.max(minSize, trial - 0.5)) {
    const lines = breakLines(text, width / trial, measure);
    if (trial === minSize || lines.length * lineHeight * trial <= height)
      return { size: trial, lines: lines.map((line) => ({ text: line, width: measure(line) * trial })) };
  }
}

function breakLines(text: string, width: number, measure: (text: string) => number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line ? `${line} ${word}` : word;
    if (line && measure(longer) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}
