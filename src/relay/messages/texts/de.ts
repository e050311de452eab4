import type { Catalogue } from '../kinds.ts';

const how = `Tippen Sie den Code am Schlüsselkasten ein und drücken Sie #.
Fach {slot} öffnet sich von selbst: Schlüssel entnehmen und die Tür zudrücken.
{again}
Zurück geht es genauso: Code, #, Schlüssel hinein, Tür zu. Das geht immer, auch verspätet.`;

const facts = `Fahrzeug: {vehicle}
Schlüsselkasten: {box}
Ort: {site}
Fach: {slot}
Wann: {window}`;

const end = `Ihre Schlüsselseite: {link}

Stimmt etwas nicht? Rufen Sie an: {phone}.`;

export const de: Catalogue = {
  locale: 'de-DE',
  words: {
    untilChanged: 'ab {start}, bis auf Weiteres',
    again: 'Der Code gilt, so oft Sie den Schlüssel brauchen, bis Ihre Buchung endet.',
    footer: 'SmartBox sendet dies für {account}, weil ein Schlüssel für Sie gebucht ist.',
    secret: 'Der Code ist nur für Sie: bitte geben Sie ihn nicht weiter.',
    footerAdmins: 'SmartBox sendet dies, weil Sie die Schlüssel von {account} verwalten.',
  },
  kinds: {
    access: {
      subject: 'Ihr Schlüssel für {vehicle}, {start}',
      text: `Hallo {driver},\n\nIhr Schlüssel liegt für Sie bereit.\n\n${facts}\n\n{code}\n\n${how}\n\n${end}`,
      sms: `Schlüssel von {vehicle}: Code {code}, dann #\n{box}, Fach {slot}\n{window}\n{link}\nHilfe: {phone}`,
    },
    moved: {
      subject: 'Neue Zeit für {vehicle}: {start}',
      text: `Hallo {driver},\n\nIhre Buchung hat sich geändert. So ist sie jetzt; haben Sie schon einen Code, bleibt er gleich.\n\n${facts}\n\n{code}\n\n${end}`,
      sms: `Neue Zeit für {vehicle}: {window}\n{box}, Fach {slot}\nCode {code}, dann #\n{link}\nHilfe: {phone}`,
    },
    cancelled: {
      subject: 'Ihre Buchung von {vehicle} ist storniert',
      text: `Hallo {driver},\n\nIhre Buchung wurde storniert. Der Code gibt den Schlüssel nicht mehr aus.\n\nFahrzeug: {vehicle}\nSchlüsselkasten: {box}\nWann: {window}\n\nHaben Sie den Schlüssel noch, bringen Sie ihn bitte zurück: der Kasten nimmt ihn mit Ihrem Code an.\n\nKommt das unerwartet? Rufen Sie an: {phone}.`,
      sms: `Storniert: {vehicle}, {window}. Haben Sie den Schlüssel noch, bringen Sie ihn bitte zurück: {box}.\nFragen: {phone}`,
    },
    reminder: {
      subject: 'Bald: Ihr Schlüssel für {vehicle}, {start}',
      text: `Hallo {driver},\n\nIhre Buchung beginnt bald. Hier liegt Ihr Schlüssel bereit.\n\n${facts}\n\n{code}\n\n${how}\n\n${end}`,
      sms: `Bald: Schlüssel von {vehicle}, {window}\nCode {code}, dann #\n{box}, Fach {slot}\n{link}\nHilfe: {phone}`,
    },
    waiting: {
      subject: 'Ihr Schlüssel für {vehicle}: der Code folgt',
      text: `Hallo {driver},\n\nein Schlüssel ist für Sie gebucht. Der Schlüsselkasten ist gerade nicht erreichbar und kennt Ihren Code noch nicht. Sie bekommen ihn, sobald er gilt; Sie müssen nichts tun.\n\n${facts}\n\n${end}`,
      sms: `{vehicle} ist für Sie gebucht, {window}. Der Schlüsselkasten ist noch nicht erreichbar; Ihr Code folgt, sobald er gilt.\n{link}\nHilfe: {phone}`,
    },
    'fresh-code': {
      subject: 'Ein neuer Code für {vehicle}',
      text: `Hallo {driver},\n\nhier ist ein neuer Code für Ihre Buchung. Der bisherige gibt den Schlüssel nicht mehr aus.\n\n${facts}\n\n{code}\n\n${how}\n\n${end}`,
      sms: `Neuer Code für {vehicle}: {code}, dann #\n{box}, Fach {slot}\n{window}\n{link}\nHilfe: {phone}`,
    },
    'key-away': {
      subject: 'Ihr Schlüssel für {vehicle}: bereit, sobald er zurück ist',
      text: `Hallo {driver},\n\nein Schlüssel ist für Sie gebucht, er ist aber noch nicht wieder im Schlüsselkasten. Er liegt bereit, sobald er zurück ist: Sie bekommen dann noch eine Nachricht. Ab dann gilt Ihr Code.\n\n${facts}\n\n{code}\n\n${how}\n\n${end}`,
      sms: `{vehicle}: Der Schlüssel ist noch nicht zurück; wir melden uns, sobald er da ist. Code {code}, dann #\n{box}, Fach {slot}\n{window}\n{link}\nHilfe: {phone}`,
    },
    'key-back': {
      subject: 'Der Schlüssel von {vehicle} ist zurück und liegt bereit',
      text: `Hallo {driver},\n\nder Schlüssel ist wieder im Schlüsselkasten und liegt für Sie bereit.\n\n${facts}\n\n{code}\n\n${how}\n\n${end}`,
      sms: `Der Schlüssel von {vehicle} ist zurück: Code {code}, dann #\n{box}, Fach {slot}\n{window}\n{link}\nHilfe: {phone}`,
    },
    overdue: {
      subject: 'Bitte bringen Sie den Schlüssel von {vehicle} zurück',
      text: `Hallo {driver},\n\nIhre Buchung ist vorbei, und der Schlüssel ist noch nicht zurück. Vielleicht wartet schon jemand darauf.\n\nFahrzeug: {vehicle}\nZurück nach: {box}\nOrt: {site}\nFällig war: {end}\n\nMit Ihrem Code geben Sie ihn weiterhin zurück: Code, #, Schlüssel hinein, Tür zu.\n\nBrauchen Sie ihn länger? Rufen Sie an: {phone}.`,
      sms: `Der Schlüssel von {vehicle} war fällig: {end}. Bitte bringen Sie ihn zurück ({box}); Ihr Code gilt dafür weiterhin.\nLänger nötig? {phone}`,
    },
    'verify-phone': {
      subject: 'Ihr Code für diese Telefonnummer',
      text: 'Geben Sie diese Zahl auf Ihrer Schlüsselseite ein. Sie gilt 10 Minuten.\n\n{check}\n\nNicht angefordert? Dann müssen Sie nichts tun.',
      sms: '{check} ist Ihr SmartBox-Code, um diese Nummer zu bestätigen. 10 Minuten gültig. Nicht angefordert? Bitte ignorieren.',
    },
    prompt: {
      subject: 'Zu bestätigen: {vehicle} für {driver}',
      text: 'Ein Fahrzeug wurde zugewiesen; sein Schlüssel wird erst gebucht, wenn Sie es sagen.\n\nFahrzeug: {vehicle}\nFahrer: {driver}\nWann: {window}\n\nPrüfen Sie Datum, Fahrer und Adresse, und legen Sie die Buchung an. Der Fahrer wird dann automatisch benachrichtigt.\n\nBuchung anlegen: {link}',
      sms: '{vehicle} ist {driver} zugewiesen, {window}. Bitte legen Sie die Buchung an.\n{link}',
    },
    'asked-again': {
      subject: '{driver} bittet erneut um den Schlüssel von {vehicle}',
      text: 'Ein Fahrer, dessen Buchung vorbei ist, bittet erneut um den Schlüssel. Ist das in Ordnung, legen Sie eine neue Buchung an, oder verlängern Sie die Zuweisung.\n\nFahrzeug: {vehicle}\nFahrer: {driver}\nGebucht: {window}\nSchlüsselkasten: {box}\n\nBuchung anlegen: {link}',
      sms: '{driver} bittet erneut um den Schlüssel von {vehicle}. Gebucht: {window}.\n{link}',
    },
    'box-faults': {
      subject: 'SmartBox: {fault}',
      text: 'An Ihren Boxen braucht etwas jemanden.\n\n{faults}\n\nDiese Mail fasst zusammen, was zugleich begann; was andauert, wird innerhalb einer Stunde nicht noch einmal gemeldet.\n\nAlle Probleme: {link}',
      sms: '{fault}\n{link}',
    },
    'person-invited': {
      subject: 'Einladung: die Schlüssel von {account}',
      text: 'Sie kümmern sich von nun an um die Schlüssel von {account}, oder dürfen sehen, was dort geschieht. Wählen Sie zuerst ein eigenes Passwort. Dieser Link gilt einmal, 72 Stunden lang.\n\nPasswort wählen: {link}\n\nSagt Ihnen {account} nichts? Dann brauchen Sie nichts zu tun.',
      sms: '{account} lädt Sie ein, sich um die Schlüssel zu kümmern. Wählen Sie binnen 72 Stunden ein Passwort: {link}',
    },
    'person-reset': {
      subject: 'Ein anderes Passwort für die Schlüssel von {account}',
      text: 'Jemand, der Ihre Mailadresse angab, hat das Passwort verloren. Dieser Link gilt einmal, eine Stunde lang; bis dahin bleibt Ihr Passwort, wie es ist.\n\nAnderes Passwort wählen: {link}\n\nWaren Sie es nicht? Dann brauchen Sie nichts zu tun.',
      sms: 'Wählen Sie binnen einer Stunde ein anderes Passwort für die Schlüssel von {account}: {link}',
    },
    'old-phone-check': {
      subject: 'Eine andere Telefonnummer für Ihre Schlüssel?',
      text: 'Jemand mit dem Link zu Ihrer Schlüsselseite möchte, dass eine andere Telefonnummer Ihre Schlüssel öffnet. Sind Sie das, geben Sie diese Zahl dort ein. Sie gilt 10 Minuten.\n\n{check}\n\nNicht Sie? Geben Sie sie niemandem, und sagen Sie es {account}.\nRufen Sie an: {phone}.',
      sms: '{check} ist Ihre SmartBox-Zahl, damit eine ANDERE Nummer Ihre Schlüssel öffnet. Nicht Sie? Geben Sie sie niemandem, und sagen Sie es {account}.',
    },
    'phone-changed': {
      subject: 'Was Ihre Schlüssel öffnet, wurde geändert',
      text: 'Hallo {driver},\n\nauf Ihrer Schlüsselseite wurde gerade die Telefonnummer oder die PIN geändert, die Ihre Schlüssel öffnet.\n\nWaren Sie das? Dann müssen Sie nichts tun.\n\nWaren Sie es nicht? Sagen Sie es sofort {account}: jemand anderes könnte Schlüssel in Ihrem Namen holen.\nRufen Sie an: {phone}.',
      sms: 'Die Nummer oder PIN, die Ihre Schlüssel öffnet, wurde geändert. Nicht von Ihnen? Sagen Sie es sofort {account}.\nAnrufen: {phone}',
    },
    'phone-void': {
      subject: 'Telefonnummer, Badge und PIN öffnen keine Schlüssel mehr',
      text: 'Hallo {driver},\n\nein Schlüsselkasten wurde gestohlen oder ging verloren, und Ihre PIN lässt sich aus seinem Inhalt herausfinden. Darum öffnen Ihre Telefonnummer, Ihr Badge und Ihre PIN keine Schlüssel von {account} mehr. Codes, die Sie bekommen, gelten wie bisher.\n\nBitte wählen Sie auf der Schlüsselseite Ihrer nächsten Buchung eine andere PIN.\nIhre Schlüsselseite: {link}\n\nBenutzen Sie die alte PIN auch anderswo? Ändern Sie sie dort ebenfalls.\n\nFragen? Rufen Sie an: {phone}.',
      sms: 'Ein Schlüsselkasten wurde gestohlen: Ihre Nummer, Badge und PIN öffnen keine Schlüssel von {account} mehr. Bitte wählen Sie auf Ihrer Schlüsselseite eine andere PIN.\n{link}\nHilfe: {phone}',
    },
  },
  fields: {
    waiting: 'Schlüssel gebucht; wartet auf Kasten {box}. Der Fahrer bekommt den Code, sobald er dort ist.',
    ready:
      'Schlüssel bereit in {box}, Fach {slot}: {window}. Code tippen, dann #; das Fach öffnet sich von selbst. Zurück genauso.\nHilfe: {phone}',
    'key-away':
      'Schlüssel gebucht, aber noch nicht zurück: {box}. Bereit, sobald er zurück ist, Fach {slot}: {window}. Der Fahrer erfährt es dann.\nHilfe: {phone}',
    taken:
      'Schlüssel entnommen {start}. Zurück nach {box}: gleicher Code, dann #, jederzeit.\nHilfe: {phone}',
    returned: 'Schlüssel zurück {end}, {box}, Fach {slot}.',
    overdue: 'Schlüssel überfällig seit {end}. Zurück nach {box}: gleicher Code, dann #.\nHilfe: {phone}',
    cancelled:
      'Buchung storniert; der Code gibt den Schlüssel nicht mehr aus. Ein entnommener Schlüssel kann noch zurück nach {box}.',
    ended: 'Buchung vorbei; der Schlüssel wurde nicht geholt.',
  },
};
