import type { Family } from './facts.ts';

/** Problems of the talk between a box and the relay; the subject is the id of the box. */
export const linkProblems = {
  'journal-fork': {
    title: 'Two histories of one box',
    meaning: 'The journal of the box goes on from another event than the one that the relay has last.',
    advice:
      'This box, or a copy of its card, has run elsewhere. Find out who restored or copied it; if nobody did, retire the box and enrol it anew.',
    severity: 'will-stop-people',
    hurts: 'owners',
    page: 'box',
  },
  'journal-forged': {
    title: 'Events that the box cannot have written',
    meaning: 'The chain of the journal does not fit, as if lines had been changed.',
    advice:
      'Somebody changed the journal on the box, or speaks in its name. Keep its card for an auditor, and enrol the box anew.',
    severity: 'will-stop-people',
    hurts: 'owners',
    page: 'box',
  },
  'journal-lost': {
    title: 'Events of a box are lost',
    meaning: 'There is a gap in the journal that nobody can fill.',
    advice:
      'Its disk failed, or it was restored from a backup: look at the storage of the box (smartbox doctor), and replace the card.',
    severity: 'will-stop-people',
    hurts: 'nobody',
    page: 'box',
  },
  'box-floods': {
    title: 'A box writes more events than any box should',
    meaning: 'The relay takes the events of this box more slowly than they come.',
    advice:
      'A contact is loose, or somebody has its credentials. Its events are taken slowly from now on, and wait at the box; look at what it sends, mend the line, or retire the box.',
    severity: 'will-stop-people',
    hurts: 'nobody',
    page: 'box',
  },
  'message-rejected': {
    title: 'Messages in the name of a box were refused',
    meaning: 'Something came under the name of the box that its keys had not signed.',
    advice:
      'Somebody speaks on the topic of this box, or the box has keys of an earlier enrolment. Nothing was let in; if it stays, enrol the box again.',
    severity: 'will-stop-people',
    hurts: 'owners',
    page: 'box',
  },
  'box-replaced': {
    title: 'Another computer was enrolled as a box',
    meaning: 'Another computer has the place, the bookings and the codes of this box now.',
    advice:
      'If one of you put it there, say so by naming the box again (PATCH /boxes/ID). If not, retire the box at once: whoever holds that computer has its bookings and codes.',
    severity: 'stops-people',
    hurts: 'owners',
    page: 'box',
  },
  're-enrol': {
    title: 'A box must be enrolled again',
    meaning: 'Nothing can be sent to the box that it would believe.',
    advice:
      'Its keys and those of this relay do not fit; the detail says which. After a restore, put a later backup back, made after smartbox-relay key rotate: all boxes then come back by themselves. Otherwise make a claim for it, and run smartbox enroll on the box; what it has goes on working.',
    severity: 'will-stop-people',
    hurts: 'drivers-ahead',
    page: 'box',
  },
  'authorities-untold': {
    title: 'A box does not know the broker’s new authority',
    meaning: 'The broker shows a certificate that this box has no reason to trust.',
    advice:
      'It cannot connect, and goes on by what it has. Serve a certificate of the authority of before (mqtt.tls) until it has been here once, with both authorities in the file of authorities; or make a claim for it and run smartbox enroll on the box.',
    severity: 'will-stop-people',
    hurts: 'drivers-ahead',
    page: 'box',
  },
  'box-twins': {
    title: 'Two computers speak as one box',
    meaning: 'Two computers with the same keys throw each other off the line.',
    advice:
      'A card was copied, and both copies run: each throws the other out, and codes work at neither for long. Find the second one and switch it off; if a stranger has it, retire the box, and enrol the right one anew.',
    severity: 'stops-people',
    hurts: 'drivers-there',
    page: 'box',
  },
  'relay-epoch-behind': {
    title: 'The relay was restored without a new epoch',
    meaning: 'Boxes know more of this relay than it knows itself.',
    advice:
      'The database was copied by other means than smartbox-relay restore: stop the relay, and restore it with that verb.',
    severity: 'will-stop-people',
    hurts: 'drivers-ahead',
    page: 'relay',
  },
  'place-unknown': {
    title: 'Nobody has said where a box stands',
    meaning: 'Times, phone numbers and the number to call are guesses for this box.',
    advice: 'Make a site with its time zone and a number to call, and put the box into it.',
    severity: 'will-stop-people',
    hurts: 'one-driver',
    page: 'sites',
  },
} as const satisfies Family;
