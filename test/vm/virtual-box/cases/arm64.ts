import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import type { Case } from '../case.ts';
import { bareBox, bring, gather, install, startsText, timesNode } from '../ready.ts';
import { story } from './codes.ts';

const seconds = (value: number): string => `${(value / 1_000).toFixed(1)} s`;

/** What no other case shows: the package for a Raspberry Pi on a whole system of its processor. Its kernel is Debian's, not the Pi's. */
export const arm64: Case = {
  name: 'arm64',
  what: 'a bare Debian 12 for arm64: apt install of the arm64 package, READY, a code for a take and a return',
  minutes: 8,
  async run(stage) {
    const parts = await gather(stage.work, 'arm64');
    const begun = performance.now();
    const { box, run } = await bareBox(parts);
    try {
      assert.equal((await box.sh('uname -m')).trim(), 'aarch64');
      const { bootMs, installMs, starts, exposure } = await install(box, performance.now() - begun, 1);
      stage.figure('Debian takes commands', seconds(bootMs));
      stage.figure('apt install', seconds(installMs));
      stage.figure(
        'systemctl start until READY',
        `${timesNode(starts).toFixed(1)} × node -e 0 (${startsText(starts)})`,
      );
      stage.figure('systemd-analyze security of the running unit', String(exposure));
      await bring(box);
      assert.match(await box.sh('smartbox doctor || true'), /driver cdev, chosen by auto/);
      await story(box, stage, 'cdev');
      await box.verifies();
    } finally {
      await box.off();
      rmSync(run.folder, { recursive: true, force: true });
    }
  },
};
