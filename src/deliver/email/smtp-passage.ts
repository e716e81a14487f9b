/** One mail on its way to the relay: what of it went out, and how long the other side may be silent where it stands. */

import { Readable } from 'node:stream';

/** Milliseconds. */
export interface PassageLimits {
  /** Without a byte. */
  timeout: number;
  /** Until the message must have been handed over in full. */
  deadline: number;
  /** From the final dot to its answer. */
  answer: number;
}

export interface Passage {
  readonly raw: Buffer;
  /** The last byte of the message went to the socket. */
  bodyEnded: boolean;
  /** Aborted when the relay was silent or slow for too long, or by `stop`. */
  readonly signal: AbortSignal;
  stop(reason: string): void;
  /** The message, to be read only while it is being sent, in slices, so that back-pressure from the socket holds the end back until nearly all of it is sent. */
  body(): Readable;
  /** The timers end. */
  end(): void;
}

/** RFC 5321 has the greeting, EHLO twice where TLS is used, AUTH, MAIL, RCPT and DATA answered one by one; together they get this much. */
export const preambleTimeouts = 3;

export function openPassage(raw: Buffer, { timeout, deadline, answer }: PassageLimits): Passage {
  const controller = new AbortController();
  const stop = (reason: string) => controller.abort(new Error(reason));
  const total = setTimeout(stop, deadline, 'the relay took too long');
  let silence: NodeJS.Timeout | undefined;
  const expect = (patience: number) => {
    clearTimeout(silence);
    silence = setTimeout(stop, patience, `the relay was silent for ${patience / 1_000} s`);
  };
  expect(timeout * preambleTimeouts);
  const passage: Passage = {
    raw,
    bodyEnded: false,
    signal: controller.signal,
    stop,
    body() {
      let at = 0;
      const body = new Readable({
        read(size) {
          expect(timeout);
          this.push(at < raw.length ? raw.subarray(at, at + size) : null);
          at += size;
        },
      });
      return body.once('end', () => {
        passage.bodyEnded = true;
        clearTimeout(total);
        expect(answer);
      });
    },
    end() {
      clearTimeout(total);
      clearTimeout(silence);
    },
  };
  return passage;
}
