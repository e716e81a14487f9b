/** Memory of processes over time as an SVG picture. */

export interface MemorySeries {
  name: string;
  /** Seconds and bytes. */
  points: [number, number][];
}

const [width, height] = [900, 420];
const frame = { left: 70, right: 20, top: 50, bottom: 50 };
const colours = ['#1c2b3a', '#9a7b2f', '#7a1f2b', '#2f6f4f', '#555555'];

export function memoryPlot(title: string, series: readonly MemorySeries[]): string {
  const all = series.flatMap(({ points }) => points);
  const lastSecond = Math.max(1, ...all.map(([second]) => second));
  const highest = Math.max(1, ...all.map(([, bytes]) => bytes)) * 1.1;
  const x = (second: number) => frame.left + (second / lastSecond) * (width - frame.left - frame.right);
  const y = (bytes: number) => height - frame.bottom - (bytes / highest) * (height - frame.top - frame.bottom);
  const text = (at: [number, number], content: string, more = '') =>
    `<text x="${at[0].toFixed(1)}" y="${at[1].toFixed(1)}"${more}>${escaped(content)}</text>`;
  const lines = ticks(highest / 2 ** 20).map((megabytes) => {
    const level = y(megabytes * 2 ** 20);
    const rule = `<path d="M${frame.left} ${level.toFixed(1)}H${width - frame.right}" stroke="#dddddd"/>`;
    return rule + text([frame.left - 8, level + 4], String(megabytes), ' text-anchor="end"');
  });
  const seconds = ticks(lastSecond).map((second) =>
    text([x(second), height - frame.bottom + 18], String(second), ' text-anchor="middle"'),
  );
  const curves = series.map(({ name, points }, at) => {
    const colour = colours[at % colours.length];
    const path = points.map(([second, bytes]) => `${x(second).toFixed(1)} ${y(bytes).toFixed(1)}`).join('L');
    const key = text([frame.left + at * 260, 40], `— ${name}`, ` fill="${colour}"`);
    return `<path d="M${path}" fill="none" stroke="${colour}" stroke-width="1.5"/>${key}`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    '<rect width="100%" height="100%" fill="#ffffff"/>',
    text([frame.left, 20], title, ' font-size="14"'),
    text([8, frame.top - 6], 'MB'),
    text([width - frame.right, height - 12], 'seconds', ' text-anchor="end"'),
    ...lines,
    ...seconds,
    ...curves,
    '</svg>',
  ].join('\n');
}

/** Round numbers from 0 to `end`, four to ten of them. */
function ticks(end: number): number[] {
  const rough = end / 8;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((one) => one * power >= rough) as number) * power;
  return Array.from({ length: Math.floor(end / step) + 1 }, (_, at) => Number((at * step).toPrecision(6)));
}

function escaped(text: string): string {
  return text.replace(/[&<>]/g, (one) => `&#${one.charCodeAt(0)};`);
}
