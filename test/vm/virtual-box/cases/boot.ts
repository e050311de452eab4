import assert from 'node:assert/strict';
import type { Case } from '../case.ts';
import { startsText, timesNode } from '../ready.ts';

const seconds = (value: number): string => `${(value / 1_000).toFixed(1)} s`;

/** What a start may cost at the most, in starts of an empty Node on the same machine. */
const readyTimesMax = 6;
/** Pairs of a start and an empty Node, in turn. */
const pairs = 3;
/** As systemd counts, from 0 to 10. */
const exposureMax = 1.4;

export const boot: Case = {
  name: 'boot',
  what: 'a bare Debian 12: apt install, box.yaml, systemctl start, READY',
  minutes: null,
  async run({ prepareAnew, isJudged, figure, bar }) {
    const { bootMs, installMs, starts, exposure } = await prepareAnew(isJudged ? pairs : 1);
    figure('Debian takes commands', seconds(bootMs));
    figure('apt install', seconds(installMs));
    const times = timesNode(starts);
    bar(
      'systemctl start until READY',
      `${times.toFixed(1)} × node -e 0 (${startsText(starts)})`,
      times <= readyTimesMax,
    );
    figure('systemd-analyze security of the running unit', String(exposure));
    assert.ok(exposure <= exposureMax);
  },
};
