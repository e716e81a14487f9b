/** A progress bar on a terminal, a line every quarter elsewhere. */

export interface Progress {
  show(done: number, total: number, note?: string): void;
  end(): void;
}

const width = 30;

export function openProgress(label: string, stream: NodeJS.WriteStream = process.stderr): Progress {
  let shownQuarter = -1;
  const started = performance.now();
  return {
    show(done, total, note = '') {
      const share = total === 0 ? 1 : done / total;
      const rate = Math.round(done / Math.max(0.001, (performance.now() - started) / 1_000));
      const text =
        `${label} ${done.toLocaleString('en')}/${total.toLocaleString('en')} (${rate.toLocaleString('en')}/s) ${note}`.trimEnd();
      if (stream.isTTY) {
        const filled = Math.round(share * width);
        stream.write(`\r\u001b[2K[${'#'.repeat(filled)}${'.'.repeat(width - filled)}] ${text}`);
        return;
      }
      const quarter = Math.floor(share * 4);
      if (quarter > shownQuarter) stream.write(`${text}\n`);
      shownQuarter = Math.max(quarter, shownQuarter);
    },
    end() {
      if (stream.isTTY) stream.write('\n');
    },
  };
}
