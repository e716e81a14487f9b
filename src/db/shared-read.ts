/** Reads that many ask for at the same time are made once; whoever asks gets an answer that was read after asking. */

interface Turn<T> {
  running: Promise<T>;
  /** Begins when the running one has ended; joined by all who ask meanwhile. */
  next: Promise<T> | undefined;
}

/** At most one read for each key at a time, and one waiting for it: a thousand askers cost two reads. */
export function sharedRead<T>(): (key: string, read: () => Promise<T>) => Promise<T> {
  const turns = new Map<string, Turn<T>>();
  const begin = (key: string, read: () => Promise<T>): Promise<T> => {
    const turn: Turn<T> = { running: read(), next: undefined };
    turns.set(key, turn);
    const end = () => {
      if (turn.next === undefined) turns.delete(key);
    };
    turn.running.then(end, end);
    return turn.running;
  };
  return (key, read) => {
    const turn = turns.get(key);
    if (!turn) return begin(key, read);
    turn.next ??= turn.running.then(
      () => begin(key, read),
      () => begin(key, read),
    );
    return turn.next;
  };
}
