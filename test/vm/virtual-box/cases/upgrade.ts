import assert from 'node:assert/strict';
import type { Case } from '../case.ts';
import { codeOf } from '../configuration.ts';
import { goOn } from '../ready.ts';

/** Longer than nobody must have been at the box before it restarts (`pauseLimits.quietMs`). */
const longerThanQuiet = 10;

export const upgrade: Case = {
  name: 'upgrade',
  what: 'the next version of the package while a driver has a door open: it restarts after that driver, not before',
  minutes: 4,
  async run(stage) {
    const { box } = await goOn(await stage.ready(), stage.work);
    try {
      const { daemon } = await box.processes();
      await box.watch();
      await box.strike(1, codeOf(1), null);
      await box.door(1, 'open');
      await box.seesEvent('door-opened', 1, 1);
      await box.sh('apt-get install -y --no-install-recommends /opt/brought/next.deb', 1_200_000);
      assert.equal((await box.sh("dpkg-query -s smartbox | sed -n 's/^Version: //p'")).trim(), '1.1');
      await box.sh(`sleep ${longerThanQuiet}`);
      assert.equal((await box.processes()).daemon, daemon, 'it was restarted in mid-opening');
      // The driver changes their mind: after a take, it would wait a minute more for `0#` (rules.md 11).
      const shut = performance.now();
      await box.door(1, 'shut');
      await box.restarted(daemon);
      stage.figure(
        'restarted',
        `${((performance.now() - shut) / 1_000).toFixed(0)} s after the door was shut`,
      );
      assert.equal(
        (await box.sh('stat -Lc %i /proc/$(systemctl show -P MainPID smartboxd)/exe')).trim(),
        (await box.sh('stat -c %i /usr/lib/smartbox/node')).trim(),
      );
      await box.strike(1, codeOf(1), null);
      assert.ok(!(await box.events(1)).includes('door-forced'));
      await box.verifies();
    } finally {
      await box.off();
    }
  },
};
