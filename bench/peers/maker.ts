/** A peer's process as the one who orders from it sees it. */

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Made, Order, Ready } from './maker-process.ts';

export interface Maker extends Ready {
  name: string;
  /** Rejects when a document cannot be made. */
  make(order: Order): Promise<Made>;
  end(): Promise<void>;
}

/** Rejects when the peer cannot be opened. */
export async function startMaker(name: string): Promise<Maker> {
  const child = fork(fileURLToPath(new URL('maker-process.ts', import.meta.url)), [name], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  const ready = await answer<Ready>(child);
  return {
    ...ready,
    name,
    make(order) {
      child.send(order);
      return answer<Made>(child);
    },
    async end() {
      const ended = once(child, 'exit');
      child.send('end');
      await ended;
    },
  };
}

function answer<Shape>(child: ChildProcess): Promise<Shape> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      child.off('message', told).off('exit', left);
      act();
    };
    const told = (message: { fault?: string }) =>
      settle(() => (message.fault ? reject(new Error(message.fault)) : resolve(message as Shape)));
    const left = (code: number | null) => settle(() => reject(new Error(`its process ended with ${code}`)));
    child.on('message', told).once('exit', left);
  });
}
