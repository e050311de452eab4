import type { Family } from './facts.ts';

/** Problems that a box itself reports (rules.md 16); each has a box, and a slot, key or device where it is that of one. */
export const boxProblems = {
  jammed: {
    title: 'A lock does not open',
    advice:
      'Send a technician: clear the bolt, then smartbox open SLOT --why. Until its door has opened once, or smartbox maintenance off SLOT, its key is not given out.',
    severity: 'urgent',
  },
  'door-forced': {
    title: 'A door was opened without a grant',
    advice:
      'Find out who was there, look whether the key is in its slot, and shut the door. Remote openings and takes are in the events.',
    severity: 'urgent',
  },
  'door-held': {
    title: 'A door stands open',
    advice: 'Have somebody shut it: whoever passes can reach the key.',
    severity: 'warning',
  },
  'sensor-suspect': {
    title: 'A sensor is not believed',
    advice:
      'Send a technician to door contact, presence sensor and their wires: smartbox test door SLOT shows what they say. Then smartbox maintenance off SLOT.',
    severity: 'warning',
  },
  tamper: {
    title: 'The cabinet was opened',
    advice:
      'Somebody has the lid of the electronics open. Send somebody; when it is explained, acknowledge this Problem.',
    severity: 'urgent',
  },
  lockout: {
    title: 'Somebody guesses codes',
    advice:
      'Returns go on, and valid codes open half a minute later. Ask who stands there; it ends ten minutes after the last wrong entry.',
    severity: 'warning',
  },
  'reader-lost': {
    title: 'A keypad, reader or display is away',
    advice: 'Have its plug, cable and supply looked at: smartbox doctor at the box names the device.',
    severity: 'urgent',
  },
  'power-low': {
    title: 'The power of a box is low',
    advice:
      'Look at its supply and its battery. No keys are given out until it is good again; returns go on.',
    severity: 'urgent',
  },
  'clock-untrusted': {
    title: 'The clock of a box is wrong',
    advice:
      'Give the box its network back, or run smartbox clock set at the box. Until then keys are given out only where the window is certain.',
    severity: 'urgent',
  },
  'storage-degraded': {
    title: 'The disk of a box fails',
    advice:
      'Replace the card or free space, after smartbox backup. While it takes no writes, no keys are given out; returns go on.',
    severity: 'urgent',
  },
  'box-full': {
    title: 'A key could not be returned',
    advice:
      'No slot is known to be empty: call the driver, have a technician look what is in the slots (smartbox audit), and take out what does not belong there.',
    severity: 'urgent',
  },
  'custody-mismatch': {
    title: 'The books of a box and its slots differ',
    advice:
      'Have somebody look into the slot and say what is there: smartbox audit at the box. If it is explained, acknowledge this Problem.',
    severity: 'warning',
  },
  'key-missing': {
    title: 'A key is missing',
    advice:
      'It is not where it was, and nobody took it by a grant. Look for it; once it is back in a slot, or found by smartbox audit, this ends.',
    severity: 'urgent',
  },
  overdue: {
    title: 'A key is late',
    advice: 'Call its driver, or prolong the booking. The code still opens a door for the return.',
    severity: 'warning',
  },
  'box-restarted': {
    title: 'A box stopped without being told to',
    advice:
      'It runs again and has lost nothing. If it happens often, look at its supply (power) or at the log of smartboxd (crash).',
    severity: 'notice',
  },
  'box-lost': {
    title: 'A box cannot be reached',
    advice:
      'Look at its power and its network. It goes on by itself with what it has; news for it waits, and so do its events.',
    severity: 'warning',
  },
} as const satisfies Family;

export type BoxProblem = keyof typeof boxProblems;
