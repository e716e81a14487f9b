/** The log: JSON lines on stderr, with organization, batch and chunk ids; never names, addresses or tokens. */

import { type DestinationStream, pino } from 'pino';

export type Log = Pick<import('pino').Logger, 'debug' | 'info' | 'warn' | 'error' | 'fatal'> & {
  child(bindings: Record<string, unknown>): Log;
};

export function openLog(
  level: string,
  destination: DestinationStream = pino.destination({ dest: 2, sync: true }),
): Log {
  return pino(
    {
      level,
      redact: { paths: ['*.authorization', '*.email', '*.name', '*.to', '*.token', '*.key'], censor: '[redacted]' },
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  ) as unknown as Log;
}
