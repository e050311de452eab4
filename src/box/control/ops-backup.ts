import { randomBytes } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../../base/fault.ts';
import { operation } from './args.ts';
import type { Call, Operation } from './call.ts';
import { obeyed } from './ops-command.ts';

const chunkBytes = 192 * 1024;

/** A copy of the live database, sent to the client: the daemon's own folder is no place that a technician can read. */
const backup = operation({}, async (_args, call, box) => {
  if (box.state().health.storage === 'degraded') {
    throw new Fault(
      'storage-degraded',
      'the disk takes no writes, and a copy is first made on it',
      `Free space; from a read-only disk copy the files of ${box.site.data} as they are.`,
    );
  }
  // First, so that the copy itself holds it.
  await obeyed(call, box, { verb: 'access', what: 'backup', device: null });
  const path = join(box.site.data, `.backup-${randomBytes(6).toString('hex')}`);
  try {
    await box.store.backup(path);
    return { bytes: await send(path, call) };
  } finally {
    await rm(path, { force: true });
  }
});

async function send(path: string, call: Call): Promise<number> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(chunkBytes);
    let sent = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, chunkBytes, null);
      if (bytesRead === 0) return sent;
      await call.item(buffer.toString('base64', 0, bytesRead));
      sent += bytesRead;
    }
  } finally {
    await file.close();
  }
}

export const backupOperations: readonly (readonly [string, Operation])[] = [['backup', backup]];
