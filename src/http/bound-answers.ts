/** Bounds for whoever reads an answer: one that is read too slowly, or for too long, loses its connection. What we are slow in making is not counted. */

import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { App } from '../app.ts';

export interface AnswerBounds {
  /** For one whole answer. */
  seconds: number;
  /** That must leave over each window in which bytes wait for the client; 0 for any number. */
  bytesPerSecond: number;
  /** Milliseconds. */
  window: number;
  /** Milliseconds: how often all answers under way are looked at. */
  check: number;
}

interface Answer {
  id: string;
  raw: ServerResponse;
  socket: Socket;
  /** When its head was first seen sent. */
  begunAt: number | undefined;
  /** Milliseconds of this window in which bytes were waiting, and how many had left when it began. */
  waited: number;
  left: number;
}

export function boundAnswers(server: FastifyInstance, { log }: Pick<App, 'log'>, bounds: AnswerBounds): void {
  const answers = new Set<Answer>();
  server.addHook('onRequest', async ({ id, raw: { socket } }, { raw }) => {
    const answer: Answer = { id, raw, socket, begunAt: undefined, waited: 0, left: 0 };
    answers.add(answer);
    raw.once('close', () => answers.delete(answer));
  });
  let lookedAt = performance.now();
  const look = () => {
    const now = performance.now();
    // While this process stood still, nobody could read.
    const passed = Math.min(now - lookedAt, 2 * bounds.check);
    for (const answer of answers) {
      const fault = faultOf(answer, bounds, now, passed);
      if (!fault) continue;
      log.info({ request: answer.id, left: bytesLeft(answer.socket) }, fault);
      // What the system still holds for such a reader is thrown away too; where the end was asked for already, Node cannot.
      if (answer.socket.writableEnded) answer.socket.destroy();
      else answer.socket.resetAndDestroy();
    }
    lookedAt = now;
  };
  const timer = setInterval(look, bounds.check);
  timer.unref();
  server.addHook('onClose', async () => clearInterval(timer));
}

function faultOf(answer: Answer, bounds: AnswerBounds, now: number, passed: number): string | undefined {
  const { raw, socket } = answer;
  if (!raw.headersSent || socket.destroyed) return undefined;
  if (answer.begunAt === undefined) {
    answer.begunAt = now;
    answer.left = bytesLeft(socket);
  }
  if (now - answer.begunAt > bounds.seconds * 1_000) return 'an answer took too long to be read';
  if (socket.writableLength === 0) return undefined;
  answer.waited += passed;
  if (answer.waited < bounds.window) return undefined;
  const left = bytesLeft(socket);
  if (left - answer.left < (bounds.bytesPerSecond * answer.waited) / 1_000) return 'an answer was read too slowly';
  answer.waited = 0;
  answer.left = left;
  return undefined;
}

/** Handed to the system: of one large write the part that it has taken. `bytesWritten` counts what only waits as well. */
function bytesLeft(socket: Socket): number {
  const inside = socket as unknown as { _bytesDispatched: number; _handle: { writeQueueSize: number } | null };
  return inside._bytesDispatched - (inside._handle?.writeQueueSize ?? 0);
}
