/** The application with some parts exchanged. It is not copied: `masterKey` is looked up whenever it is asked for, and throws while the key is gone. */

import type { App } from '../app.ts';

export function appWith(app: App, parts: Partial<App>): App {
  return Object.create(app, Object.getOwnPropertyDescriptors(parts)) as App;
}
