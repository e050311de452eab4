import type { Family } from './facts.ts';

/** Problems of the talk between a box and the relay; the subject is the id of the box. */
export const linkProblems = {
  'journal-fork': {
    title: 'Two histories of one box',
    advice:
      'This box, or a copy of its card, has run elsewhere. Find out who restored or copied it; if nobody did, retire the box and enrol it anew.',
    severity: 'warning',
  },
  'journal-forged': {
    title: 'Events that the box cannot have written',
    advice:
      'Somebody changed the journal on the box, or speaks in its name. Keep its card for an auditor, and enrol the box anew.',
    severity: 'warning',
  },
  'journal-lost': {
    title: 'Events of a box are lost',
    advice:
      'Its disk failed, or it was restored from a backup: look at the storage of the box (smartbox doctor), and replace the card.',
    severity: 'warning',
  },
  'box-floods': {
    title: 'A box writes more events than any box should',
    advice:
      'A contact is loose, or somebody has its credentials. Its events are taken slowly from now on, and wait at the box; look at what it sends, mend the line, or retire the box.',
    severity: 'warning',
  },
  'message-rejected': {
    title: 'Messages in the name of a box were refused',
    advice:
      'Somebody speaks on the topic of this box, or the box has keys of an earlier enrolment. Nothing was let in; if it stays, enrol the box again.',
    severity: 'warning',
  },
  'box-replaced': {
    title: 'Another computer was enrolled as a box',
    advice:
      'If one of you put it there, say so by naming the box again (PATCH /boxes/ID). If not, retire the box at once: whoever holds that computer has its bookings and codes.',
    severity: 'urgent',
  },
  're-enrol': {
    title: 'A box must be enrolled again',
    advice:
      'Its keys and those of this relay do not fit; the detail says which. After a restore, put a later backup back, made after smartbox-relay key rotate: all boxes then come back by themselves. Otherwise make a claim for it, and run smartbox enroll on the box; what it has goes on working.',
    severity: 'warning',
  },
  'authorities-untold': {
    title: 'A box does not know the broker’s new authority',
    advice:
      'It cannot connect, and goes on by what it has. Serve a certificate of the authority of before (mqtt.tls) until it has been here once, with both authorities in the file of authorities; or make a claim for it and run smartbox enroll on the box.',
    severity: 'warning',
  },
  'box-twins': {
    title: 'Two computers speak as one box',
    advice:
      'A card was copied, and both copies run: each throws the other out, and codes work at neither for long. Find the second one and switch it off; if a stranger has it, retire the box, and enrol the right one anew.',
    severity: 'urgent',
  },
  'relay-epoch-behind': {
    title: 'The relay was restored without a new epoch',
    advice:
      'The database was copied by other means than smartbox-relay restore: stop the relay, and restore it with that verb.',
    severity: 'warning',
  },
  'place-unknown': {
    title: 'Nobody has said where a box stands',
    advice: 'Make a site with its time zone and a number to call, and put the box into it.',
    severity: 'warning',
  },
} as const satisfies Family;
