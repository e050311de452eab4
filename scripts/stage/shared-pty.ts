import { openPty, type Pty } from '../rig/pty.ts';

/** A pty with two hands at its other end: the demo's own, and whoever opens `PATH.front`, as the page of the cabinet does. */
export async function sharedPty(path: string): Promise<Pty> {
  const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
  let port: Pty | null = null;
  const front = await openPty(`${path}.front`, text => port?.write(bytes(text)));
  const opened = await openPty(path, text => front.write(bytes(text)));
  port = opened;
  return {
    ...{ path, write: opened.write, heard: opened.heard },
    close: async () => {
      await Promise.all([front.close(), opened.close()]);
    },
  };
}
