/**
 * Loaded into a program before itself (`--import`): keeps the longest turn of its event loop, and tells it to whoever connects to
 * the socket of `SMARTBOX_TURNS`. A turn is counted as processor time of the loop's own thread: a machine that others keep busy
 * makes no turn longer, and what other threads of the program compute keeps nobody waiting.
 */
import { rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { isMainThread } from 'node:worker_threads';

/** How often the loop is looked at, milliseconds: a turn is told too long by less than this. */
const lookEveryMs = 1;

const spentMs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
};

function watch(path: string): void {
  let last = spentMs();
  let longest = 0;
  const look = (): void => {
    const now = spentMs();
    longest = Math.max(longest, now - last);
    last = now;
  };
  setInterval(look, lookEveryMs).unref();
  rmSync(path, { force: true });
  const server = createServer(socket => {
    socket.on('error', () => {});
    look();
    socket.end(String(longest));
    longest = 0;
  });
  server.listen(path).unref();
}

const { SMARTBOX_TURNS: path, SMARTBOX_TURNS_OF: watched = String(process.pid) } = process.env;
// Programs that this one starts have loops of their own; it may become another image of itself, which has its number.
if (isMainThread && path !== undefined && watched === String(process.pid)) {
  process.env.SMARTBOX_TURNS_OF = watched;
  watch(path);
}
