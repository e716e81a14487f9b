import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChanceryError } from '../../errors.ts';
import { openPictureDesk } from './picture-desk.ts';

const png = (text: string) => Buffer.from(text);

test('a picture is drawn once, however many ask for it, and then kept', async () => {
  const desk = openPictureDesk();
  let drawn = 0;
  const draw = () =>
    desk.draw('a', async () => {
      drawn++;
      return png('A');
    });
  assert.deepEqual(await Promise.all([draw(), draw(), draw()]), [png('A'), png('A'), png('A')]);
  assert.deepEqual(await draw(), png('A'));
  assert.equal(drawn, 1);
});

test('never more at once than allowed, and who comes when the queue is full is sent away', async () => {
  const desk = openPictureDesk({ atOnce: 2, waiting: 3, bytes: 1_000 });
  let inside = 0;
  let most = 0;
  const doors: (() => void)[] = [];
  const work = async () => {
    most = Math.max(most, ++inside);
    await new Promise<void>((open) => doors.push(open));
    inside--;
    return png('x');
  };
  const asked = Array.from({ length: 7 }, (_, at) => desk.draw(`${at}`, work));
  const settled = Promise.allSettled(asked);
  for (let done = 0; done < 5; done++) {
    while (doors.length === 0) await new Promise((turn) => setImmediate(turn));
    doors.shift()?.();
  }
  const answers = await settled;
  assert.deepEqual(
    answers.map(({ status }) => status),
    [...Array(5).fill('fulfilled'), 'rejected', 'rejected'],
  );
  for (const answer of answers.slice(5))
    assert.ok(
      answer.status === 'rejected' && answer.reason instanceof ChanceryError && answer.reason.code === 'not_ready',
    );
  assert.equal(most, 2);
});

test('what could not be drawn is tried again by the next who asks, and holds no place', async () => {
  const desk = openPictureDesk({ atOnce: 1, waiting: 1, bytes: 1_000 });
  for (let time = 0; time < 3; time++)
    await assert.rejects(
      desk.draw('a', () => Promise.reject(new Error('torn'))),
      /torn/,
    );
  assert.deepEqual(await desk.draw('a', async () => png('A')), png('A'));
});

test('the pictures used last are kept, as many as there is room for', async () => {
  const desk = openPictureDesk({ atOnce: 1, waiting: 1, bytes: 10 });
  const drawn: string[] = [];
  const draw = (key: string) =>
    desk.draw(key, async () => {
      drawn.push(key);
      return png('12345');
    });
  for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) await draw(key);
  assert.deepEqual(drawn, ['a', 'b', 'c', 'b']);
});
