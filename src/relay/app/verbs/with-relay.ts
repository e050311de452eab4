import { chainReady } from '../../../wire/chain.ts';
import { type Opened, openRelay } from '../open-store.ts';
import type { Task } from './verb.ts';

/** Store and key, as the relay itself opens them; closed again however `work` ends. */
export async function withRelay<T>(task: Task, work: (opened: Opened) => Promise<T>): Promise<T> {
  await chainReady;
  const opened = await openRelay(task.config, task.log);
  try {
    return await work(opened);
  } finally {
    await opened.store.close();
  }
}
