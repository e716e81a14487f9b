import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { openTurnstile } from './turnstile.ts';

/** Comes, says so once inside, and leaves when told. */
function visitors(turnstile: ReturnType<typeof openTurnstile>) {
  const inside: string[] = [];
  const leave = new Map<string, (error?: Error) => void>();
  const come = (name: string) =>
    turnstile.pass(() => {
      inside.push(name);
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      leave.set(name, (error) => (error ? reject(error) : resolve(name)));
      return promise;
    });
  return { inside, leave, come };
}

test('so many are inside at a time, and the others come in the order in which they came', async () => {
  const { inside, leave, come } = visitors(openTurnstile(2));
  const all = ['a', 'b', 'c', 'd'].map(come);
  await nextTurn();
  assert.deepEqual(inside, ['a', 'b']);
  leave.get('b')?.();
  await nextTurn();
  assert.deepEqual(inside, ['a', 'b', 'c']);
  leave.get('a')?.();
  await nextTurn();
  for (const name of ['c', 'd']) leave.get(name)?.();
  assert.deepEqual(await Promise.all(all), ['a', 'b', 'c', 'd']);
});

test('whoever fails inside hands the place on and tells only the one that came', async () => {
  const { leave, come } = visitors(openTurnstile(1));
  const [first, second] = [come('first'), come('second')];
  await nextTurn();
  leave.get('first')?.(new Error('broken'));
  await assert.rejects(first, /broken/);
  await nextTurn();
  leave.get('second')?.();
  assert.equal(await second, 'second');
});

test('where the line is full the next is refused, until there is room in it', async () => {
  const turnstile = openTurnstile(1, { mostWaiting: 1, refuse: () => new Error('too many') });
  const { leave, come } = visitors(turnstile);
  const [inside, waiting] = [come('inside'), come('waiting')];
  await assert.rejects(come('refused'), /too many/);
  await nextTurn();
  leave.get('inside')?.();
  await inside;
  const later = come('later');
  await nextTurn();
  leave.get('waiting')?.();
  await waiting;
  await nextTurn();
  leave.get('later')?.();
  assert.equal(await later, 'later');
});
