/** A client that knocks at doors in turn while something happens to the server, and keeps every answer. */

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Question {
  /** Names it in failures. */
  name: string;
  url: string;
  init?: () => RequestInit;
}

export interface Answer {
  name: string;
  status: number;
  retryAfter: string | null;
  text: string;
}

export async function ask({ name, url, init }: Question): Promise<Answer> {
  const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(60_000), ...init?.() });
  return {
    name,
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    text: await response.text(),
  };
}

/** Asks in turn until stopped; a request that gets no answer at all rejects `stop`. */
export function startPolling(questions: readonly Question[]): { answers: Answer[]; stop(): Promise<Answer[]> } {
  const answers: Answer[] = [];
  let stopped = false;
  const polling = (async () => {
    for (let at = 0; !stopped; at++) {
      answers.push(await ask(questions[at % questions.length] as Question));
      // What it watches needs the machine too.
      await sleep(15);
    }
  })();
  // Heard by whoever stops it.
  polling.catch(() => {});
  return {
    answers,
    async stop() {
      stopped = true;
      await polling;
      return answers;
    },
  };
}

/** An answer is the usual one, or says that nothing can be said now, when to ask again, and nothing of the inside. */
export function assertPatient(answer: Answer, usual: readonly number[]): void {
  const { name, status, retryAfter, text } = answer;
  const said = `${name} answered ${status}: ${text.slice(0, 300)}`;
  if (usual.includes(status)) return;
  assert.equal(status, 503, said);
  assert.match(retryAfter ?? '', /^[1-9]\d*$/, `${said} (Retry-After)`);
  assert.doesNotMatch(text, /\n\s+at |node_modules|\.ts:\d|ECONN|postgres|select |password|\/tmp\//i, said);
}
