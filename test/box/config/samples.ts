import type { Parsed, ProtocolNames } from '../../../src/box/config/box-config.ts';
import { parseConfig, sentenceOf } from '../../../src/box/config/box-config.ts';

export const names: ProtocolNames = { keypads: ['ascii', 'line'], readers: ['em4100-ascii'] };

/** A configuration that uses every section. */
export const full = `
box:      { id: depot-a, name: Depot A, timezone: Europe/Amsterdam, language: nl, region: NL, phone: "+31201234567" }
data:     /var/lib/smartbox
control:  /run/smartbox/control.sock
keypad:   { path: /dev/smartbox-keypad, baud: 9600, protocol: ascii }
readers:  [ { name: front, path: /dev/smartbox-rfid, baud: 9600, protocol: em4100-ascii } ]
gpio:     { driver: sim, dir: /run/smartbox/gpio }
slots:
  - id: 1
    lock:     { chip: pinctrl-bcm2711, line: 17, activeLevel: 1 }
    door:     { chip: pinctrl-bcm2711, line: 27, closedLevel: 0 }
    presence: { chip: pinctrl-bcm2711, line: 22, presentLevel: 0 }
  - id: 2
    lock:     { chip: mcp23017, line: 0, pulseMs: 500 }
    door:     { chip: mcp23017, line: 8 }
indicators: { green: { chip: mcp23017, line: 1 }, red: { chip: mcp23017, line: 2 }, buzzer: { chip: mcp23017, line: 3 } }
inputs:   { tamper: { chip: mcp23017, line: 9, activeLevel: 0 }, powerLow: { chip: mcp23017, line: 10 } }
display:  { path: /dev/smartbox-display, baud: 9600, columns: 20, rows: 4 }
rules:    { leadMin: 15, openWithinS: 20, doorHeldS: 60, dueSoonMin: 15, overdueGraceMin: 0, maxSyncAgeH: null, badgeNeedsPin: true }
cabinet:  { listen: 127.0.0.1:8090 }
uplink:   { url: mqtts://relay.example:8883 }
`;

/** The least that is a configuration. */
export const least = `
box: { id: a, timezone: UTC, region: NL }
keypad: { path: /dev/ttyUSB0 }
gpio: { driver: onoff }
slots:
  - { id: 7, lock: { chip: c, line: 0 }, door: { chip: c, line: 1 } }
`;

export const parse = (text: string): Parsed => parseConfig(text, names, '/etc/smartbox');

/** The problems of a text, one sentence each; empty for a good one. */
export const problemsOf = (text: string): readonly string[] => {
  const parsed = parse(text);
  return 'problems' in parsed ? parsed.problems.map(sentenceOf) : [];
};
