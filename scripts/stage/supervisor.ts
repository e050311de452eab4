import { setTimeout as pause } from 'node:timers/promises';
import type { Stage } from './stage.ts';

/** Long enough to see that it is dark. */
const darkMs = 2_500;
const lookMs = 200;

/**
 * The switch on the cabinet's page kills the daemon: here it is switched on again, as systemd does it elsewhere. Resolves when
 * the demo is over; `back` is called each time that the box is back.
 */
export async function supervise(stage: Stage, back: () => Promise<void>): Promise<void> {
  while (!stage.isOver) {
    const { rig } = stage;
    if (rig.daemon.running || stage.isOff || rig.daemon.child.signalCode !== 'SIGKILL') {
      await pause(lookMs);
      continue;
    }
    stage.powerWent();
    await pause(darkMs);
    if (stage.isOver) return;
    await stage.switchOn();
    await back();
  }
}
