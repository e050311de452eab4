import type { Family } from './facts.ts';

/** Problems that a box itself reports (rules.md 16); each has a box, and a slot, key or device where it is that of one. */
export const boxProblems = {
  jammed: {
    title: 'A lock does not open',
    meaning: 'The lock was given its pulse, and the door was not seen to open.',
    advice:
      'Send a technician: clear the bolt, then smartbox open SLOT --why. Until its door has opened once, or smartbox maintenance off SLOT, its key is not given out.',
    severity: 'stops-people',
    hurts: 'drivers-there',
    page: 'box',
  },
  'door-forced': {
    title: 'A door was opened without a grant',
    meaning: 'A door contact opened although the box had opened nothing.',
    advice:
      'Find out who was there, look whether the key is in its slot, and shut the door. Remote openings and takes are in the events.',
    severity: 'stops-people',
    hurts: 'owners',
    page: 'box',
  },
  'door-held': {
    title: 'A door stands open',
    meaning: 'A door was opened rightly, and was not shut again.',
    advice: 'Have somebody shut it: whoever passes can reach the key.',
    severity: 'will-stop-people',
    hurts: 'owners',
    page: 'box',
  },
  'sensor-suspect': {
    title: 'A sensor is not believed',
    meaning: 'Two sensors of one door contradict each other, so the box does not go by them.',
    advice:
      'Send a technician to door contact, presence sensor and their wires: smartbox test door SLOT shows what they say. Then smartbox maintenance off SLOT.',
    severity: 'will-stop-people',
    hurts: 'next-driver',
    page: 'box',
  },
  tamper: {
    title: 'The cabinet was opened',
    meaning: 'The contact of the lid over the electronics is open.',
    advice:
      'Somebody has the lid of the electronics open. Send somebody; when it is explained, acknowledge this Problem.',
    severity: 'stops-people',
    hurts: 'owners',
    page: 'box',
  },
  lockout: {
    title: 'Somebody guesses codes',
    meaning: 'So many wrong codes were typed that the box waits between entries.',
    advice:
      'Returns go on, and valid codes open half a minute later. Ask who stands there; it ends ten minutes after the last wrong entry.',
    severity: 'will-stop-people',
    hurts: 'drivers-there',
    page: 'box',
  },
  'reader-lost': {
    title: 'A keypad, reader or display is away',
    meaning: 'A device with which drivers identify themselves does not answer.',
    advice: 'Have its plug, cable and supply looked at: smartbox doctor at the box names the device.',
    severity: 'stops-people',
    hurts: 'drivers-there',
    page: 'box',
  },
  'power-low': {
    title: 'The power of a box is low',
    meaning: 'The supply is so low that a lock might not move through.',
    advice:
      'Look at its supply and its battery. No keys are given out until it is good again; returns go on.',
    severity: 'stops-people',
    hurts: 'drivers-there',
    page: 'box',
  },
  'clock-untrusted': {
    title: 'The clock of a box is wrong',
    meaning: 'The box cannot tell whether a window has begun or ended.',
    advice:
      'Give the box its network back, or run smartbox clock set at the box. Until then keys are given out only where the window is certain.',
    severity: 'stops-people',
    hurts: 'drivers-there',
    page: 'box',
  },
  'storage-degraded': {
    title: 'The disk of a box fails',
    meaning: 'What happens at the box cannot be written down there.',
    advice:
      'Replace the card or free space, after smartbox backup. While it takes no writes, no keys are given out; returns go on.',
    severity: 'stops-people',
    hurts: 'drivers-there',
    page: 'box',
  },
  'box-full': {
    title: 'A key could not be returned',
    meaning: 'A driver stood there with a key and no door opened for it.',
    advice:
      'No slot is known to be empty: call the driver, have a technician look what is in the slots (smartbox audit), and take out what does not belong there.',
    severity: 'stops-people',
    hurts: 'drivers-there',
    page: 'box',
  },
  'custody-mismatch': {
    title: 'The books of a box and its slots differ',
    meaning: 'A sensor or a tag says something else than the books of the box.',
    advice:
      'Have somebody look into the slot and say what is there: smartbox audit at the box. If it is explained, acknowledge this Problem.',
    severity: 'will-stop-people',
    hurts: 'next-driver',
    page: 'box',
  },
  'key-missing': {
    title: 'A key is missing',
    meaning: 'The next driver of this key would find an empty door.',
    advice:
      'It is not where it was, and nobody took it by a grant. Look for it; once it is back in a slot, or found by smartbox audit, this ends.',
    severity: 'stops-people',
    hurts: 'next-driver',
    page: 'key',
  },
  overdue: {
    title: 'A key is late',
    meaning: 'The booking is over and its key was not brought back.',
    advice: 'Call its driver, or prolong the booking. The code still opens a door for the return.',
    severity: 'will-stop-people',
    hurts: 'next-driver',
    page: 'booking',
  },
  'box-restarted': {
    title: 'A box stopped without being told to',
    meaning: 'The program of the box ended without anybody having stopped it.',
    advice:
      'It runs again and has lost nothing. If it happens often, look at its supply (power) or at the log of smartboxd (crash).',
    severity: 'tidy-up',
    hurts: 'nobody',
    page: 'box',
  },
  'box-lost': {
    title: 'A box cannot be reached',
    meaning: 'The relay has heard nothing of the box for longer than is usual.',
    advice:
      'Look at its power and its network. It goes on by itself with what it has; news for it waits, and so do its events.',
    severity: 'will-stop-people',
    hurts: 'drivers-ahead',
    page: 'box',
  },
} as const satisfies Family;

export type BoxProblem = keyof typeof boxProblems;
