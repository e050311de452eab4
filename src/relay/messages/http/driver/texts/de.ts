import type { Words } from './words.ts';

export const de: Words = {
  title: 'Ihr Schlüssel',
  states: {
    waiting: {
      head: 'Ihr Schlüssel ist gebucht',
      text: 'Der Schlüsselkasten hat Ihren Code noch nicht. Sie bekommen eine Nachricht, sobald er gilt.',
    },
    ready: { head: 'Ihr Schlüssel liegt bereit', text: 'Er wartet im Schlüsselkasten auf Sie.' },
    early: {
      head: 'Ihr Schlüssel liegt bereit, ab {start}',
      text: 'Er wartet im Schlüsselkasten. Vor dieser Zeit sagt der Kasten vielleicht noch, dass Sie zu früh sind.',
    },
    'key-away': {
      head: 'Ihr Schlüssel ist noch nicht zurück',
      text: 'Er ist für Sie gebucht, aber noch nicht wieder im Schlüsselkasten.\nJemand anderes hat ihn bis {end}.\nIhr Code gilt, sobald er zurück ist. Sie bekommen eine Nachricht.',
    },
    'key-late': {
      head: 'Ihr Schlüssel kommt verspätet zurück',
      text: 'Jemand anderes hat ihn noch.\nEr war fällig: {end}.\nIhr Code gilt, sobald er zurück ist. Sie bekommen eine Nachricht.',
    },
    taken: { head: 'Sie haben den Schlüssel', text: 'Bringen Sie ihn mit demselben Code zurück: {box}.' },
    due: {
      head: 'Bitte bringen Sie den Schlüssel bald zurück',
      text: 'Er ist um {end} fällig. Tippen Sie denselben Code ein: {box}.',
    },
    overdue: {
      head: 'Bitte bringen Sie den Schlüssel zurück',
      text: 'Er war schon fällig. {box} nimmt ihn jederzeit an, mit demselben Code.',
    },
    returned: { head: 'Der Schlüssel ist zurück', text: 'Danke, und bis zum nächsten Mal.' },
    ended: { head: 'Diese Buchung ist vorbei', text: 'Der Schlüssel wurde nicht geholt.' },
  },
  lookAgain: 'Wieder nachsehen',
  again: 'Der Code gilt, so oft Sie den Schlüssel brauchen, bis Ihre Buchung endet.',
  facts: { vehicle: 'Fahrzeug', box: 'Schlüsselkasten', site: 'Ort', slot: 'Fach', window: 'Wann' },
  code: {
    show: 'Meinen Code zeigen',
    label: 'Ihr Code',
    afterwards: 'dann #',
    not: 'Der Code ist gerade nicht da. Bitte sehen Sie in einer Minute noch einmal nach.',
  },
  steps: {
    head: 'Schlüssel holen',
    take: [
      'Gehen Sie zu {box}.',
      'Tippen Sie Ihren Code ein, dann #.',
      'Fach {slot} öffnet sich von selbst: Schlüssel entnehmen.',
      'Drücken Sie die Tür zu.',
    ],
    bringHead: 'Zurückbringen',
    bring: [
      'Tippen Sie denselben Code ein, dann #.',
      'Legen Sie den Schlüssel in das Fach, das sich öffnet.',
      'Drücken Sie die Tür zu. Auch verspätet.',
    ],
  },
  map: 'Karte öffnen',
  call: 'Stimmt etwas nicht? Rufen Sie an:',
  phone: {
    head: 'Künftig meine Telefonnummer benutzen',
    now: 'Ihre Nummer {phone} öffnet Ihre Schlüssel.',
    text: 'Dann brauchen Sie nicht jedes Mal einen neuen Code: Sie tippen am Kasten Ihre Telefonnummer ein, und Ihre PIN. Wir schicken eine Zahl per SMS, damit sicher ist, dass die Nummer Ihre ist.',
    number: 'Telefonnummer',
    send: 'Zahl schicken',
    sent: 'Wir haben sechs Ziffern an {phone} geschickt. Sie gelten 10 Minuten.',
    check: 'Sechs Ziffern aus der SMS',
    pin: 'PIN Ihrer Wahl, 4 bis 8 Ziffern',
    pinNeeded: 'Sie tippen sie am Kasten nach Ihrer Telefonnummer ein.',
    pinMay: 'Lassen Sie das Feld leer, bleibt alles, wie es ist.',
    old: 'Sie haben schon eine andere Nummer oder eine PIN. Darum brauchen wir auch Ihre bisherige PIN oder die sechs Ziffern, die wir an die bisherige Nummer geschickt haben.',
    oldField: 'Bisherige PIN, oder sechs Ziffern an die bisherige Nummer',
    confirm: 'Bestätigen',
    done: 'Fertig: künftig öffnet {phone} Ihre Schlüssel.',
    noNumber: 'Das ist keine Telefonnummer. Schreiben Sie sie mit Ländervorwahl, etwa +49 151 12345678.',
    tooOften: 'Wir haben gerade erst eine geschickt. Bitte warten Sie etwas.',
    wrong:
      'Das sind nicht die Ziffern oder nicht die PIN. Bitte sehen Sie noch einmal nach. Haben Sie keins von beiden, fragen Sie, wer Ihnen das Fahrzeug gab.',
    over: 'Diese Ziffern gelten nicht mehr. Fordern Sie neue an.',
    badPin:
      'Eine PIN hat 4 bis 8 Ziffern, ist nicht leicht zu erraten (kein 1212, kein 3456) und steht nicht in Ihrer Telefonnummer.',
  },
  ask: {
    text: 'Brauchen Sie den Schlüssel noch einmal?',
    button: 'Erneut um Zugang bitten',
    done: 'Wir haben für Sie gefragt. Sie bekommen eine Nachricht, sobald es eine Antwort gibt.',
  },
  gone: {
    head: 'Dieser Link gilt nicht mehr',
    text: 'Er gehört zu einer Buchung, die vorbei oder storniert ist, oder die jetzt jemand anderem gehört. Sehen Sie in Ihre neueste Nachricht, oder fragen Sie, wer Ihnen das Fahrzeug gegeben hat.',
  },
  busy: {
    head: 'Einen Moment, bitte',
    text: 'Das war viel auf einmal. Bitte sehen Sie in einer Minute noch einmal nach. Ihr Code steht auch in Ihrer Nachricht.',
  },
};
