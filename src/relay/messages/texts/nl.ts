import type { Catalogue } from '../kinds.ts';

const how = `Toets de code in op de kast en druk op #.
Deur {slot} gaat vanzelf open: neem de sleutel eruit en duw de deur dicht.
{again}
Terugbrengen gaat net zo: code, #, sleutel erin, deur dicht. Dat kan altijd, ook te laat.`;

const facts = `Voertuig: {vehicle}
Kast: {box}
Plaats: {site}
Deur: {slot}
Wanneer: {window}`;

const end = `Uw sleutelpagina: {link}

Klopt er iets niet? Bel {phone}.`;

export const nl: Catalogue = {
  locale: 'nl-NL',
  words: {
    untilChanged: 'vanaf {start}, tot nader bericht',
    again: 'De code werkt zo vaak u de sleutel nodig hebt, tot uw boeking afloopt.',
    footer: 'SmartBox stuurt dit voor {account}, omdat er een sleutel voor u is geboekt.',
    secret: 'De code is alleen voor u: geef hem niet door.',
    footerAdmins: 'SmartBox stuurt dit omdat u de sleutels van {account} beheert.',
  },
  kinds: {
    access: {
      subject: 'Uw sleutel voor {vehicle}, {start}',
      text: `Hallo {driver},\n\nUw sleutel ligt klaar.\n\n${facts}\n\n{code}\n\n${how}\n\n${end}`,
      sms: `Sleutel van {vehicle}: code {code}, dan #\n{box}, deur {slot}\n{window}\n{link}\nHulp: {phone}`,
    },
    moved: {
      subject: 'Nieuwe tijd voor {vehicle}: {start}',
      text: `Hallo {driver},\n\nUw boeking is gewijzigd. Zo is het nu; hebt u al een code, dan blijft die gelijk.\n\n${facts}\n\n{code}\n\n${end}`,
      sms: `Nieuwe tijd voor {vehicle}: {window}\n{box}, deur {slot}\nCode {code}, dan #\n{link}\nHulp: {phone}`,
    },
    cancelled: {
      subject: 'Uw boeking van {vehicle} is geannuleerd',
      text: `Hallo {driver},\n\nUw boeking is geannuleerd. Met de code krijgt u de sleutel niet meer.\n\nVoertuig: {vehicle}\nKast: {box}\nWanneer: {window}\n\nHebt u de sleutel nog, breng hem dan terug: de kast neemt hem aan met de code die u hebt.\n\nHad u dit niet verwacht? Bel {phone}.`,
      sms: `Geannuleerd: {vehicle}, {window}. Hebt u de sleutel nog, breng hem dan terug naar {box}.\nVragen: {phone}`,
    },
    reminder: {
      subject: 'Straks: uw sleutel voor {vehicle}, {start}',
      text: `Hallo {driver},\n\nUw boeking begint straks. Uw sleutel ligt hier klaar.\n\n${facts}\n\n{code}\n\n${how}\n\n${end}`,
      sms: `Straks: sleutel van {vehicle}, {window}\nCode {code}, dan #\n{box}, deur {slot}\n{link}\nHulp: {phone}`,
    },
    waiting: {
      subject: 'Uw sleutel voor {vehicle}: de code volgt',
      text: `Hallo {driver},\n\nEr is een sleutel voor u geboekt. De kast is nu niet bereikbaar, dus uw code is er nog niet. U krijgt hem zodra hij werkt; u hoeft niets te doen.\n\n${facts}\n\n${end}`,
      sms: `{vehicle} is voor u geboekt, {window}. De kast is nog niet bereikbaar; uw code volgt zodra hij werkt.\n{link}\nHulp: {phone}`,
    },
    'fresh-code': {
      subject: 'Een nieuwe code voor {vehicle}',
      text: `Hallo {driver},\n\nHier is een nieuwe code voor uw boeking. Met de vorige krijgt u de sleutel niet meer.\n\n${facts}\n\n{code}\n\n${how}\n\n${end}`,
      sms: `Nieuwe code voor {vehicle}: {code}, dan #\n{box}, deur {slot}\n{window}\n{link}\nHulp: {phone}`,
    },
    'key-away': {
      subject: 'Uw sleutel voor {vehicle}: klaar zodra hij terug is',
      text: `Hallo {driver},\n\nEr is een sleutel voor u geboekt, maar hij is nog niet terug in de kast. Hij ligt klaar zodra hij terug is: u krijgt dan weer bericht. Vanaf dat moment werkt uw code.\n\n${facts}\n\n{code}\n\n${how}\n\n${end}`,
      sms: `{vehicle}: de sleutel is nog niet terug; u hoort het zodra hij er is. Code {code}, dan #\n{box}, deur {slot}\n{window}\n{link}\nHulp: {phone}`,
    },
    'key-back': {
      subject: 'De sleutel van {vehicle} is terug en ligt klaar',
      text: `Hallo {driver},\n\nDe sleutel is terug in de kast en ligt voor u klaar.\n\n${facts}\n\n{code}\n\n${how}\n\n${end}`,
      sms: `De sleutel van {vehicle} is terug: code {code}, dan #\n{box}, deur {slot}\n{window}\n{link}\nHulp: {phone}`,
    },
    overdue: {
      subject: 'Breng de sleutel van {vehicle} terug',
      text: `Hallo {driver},\n\nUw boeking is afgelopen en de sleutel is nog niet terug. Misschien wacht er iemand op.\n\nVoertuig: {vehicle}\nTerug naar: {box}\nPlaats: {site}\nUiterlijk: {end}\n\nMet uw code kunt u hem nog steeds terugbrengen: code, #, sleutel erin, deur dicht.\n\nLanger nodig? Bel {phone}.`,
      sms: `De sleutel van {vehicle} had {end} terug moeten zijn. Breng hem naar {box}: met uw code kan dat nog steeds.\nLanger nodig? {phone}`,
    },
    'verify-phone': {
      subject: 'Uw code voor dit telefoonnummer',
      text: 'Vul dit getal in op uw sleutelpagina. Het is 10 minuten geldig.\n\n{check}\n\nNiet zelf gevraagd? Dan hoeft u niets te doen.',
      sms: '{check} is uw SmartBox-code om dit nummer te bevestigen. 10 minuten geldig. Niet gevraagd? Negeer dit.',
    },
    prompt: {
      subject: 'Te bevestigen: {vehicle} voor {driver}',
      text: 'Er is een voertuig toegewezen; de sleutel wordt pas geboekt als u dat zegt.\n\nVoertuig: {vehicle}\nBestuurder: {driver}\nWanneer: {window}\n\nControleer datum, bestuurder en adres, en maak de boeking. De bestuurder krijgt dan automatisch bericht.\n\nBoeking maken: {link}',
      sms: '{vehicle} is toegewezen aan {driver}, {window}. Maak de boeking.\n{link}',
    },
    'asked-again': {
      subject: '{driver} vraagt opnieuw om de sleutel van {vehicle}',
      text: 'Een bestuurder van wie de boeking voorbij is, vraagt opnieuw om de sleutel. Klopt dat, maak dan een nieuwe boeking of verleng de toewijzing.\n\nVoertuig: {vehicle}\nBestuurder: {driver}\nGeboekt: {window}\nKast: {box}\n\nBoeking maken: {link}',
      sms: '{driver} vraagt opnieuw om de sleutel van {vehicle}. Geboekt: {window}.\n{link}',
    },
    'box-faults': {
      subject: 'SmartBox: {fault}',
      text: 'Er is iets aan de hand bij uw boxen.\n\n{faults}\n\nDeze mail bundelt wat tegelijk begon; wat aanhoudt, wordt binnen een uur niet opnieuw gemeld.\n\nAlle problemen: {link}',
      sms: '{fault}\n{link}',
    },
    'person-invited': {
      subject: 'U bent uitgenodigd voor de sleutels van {account}',
      text: 'U zorgt voortaan voor de sleutels van {account}, of mag zien wat daar gebeurt. Kies eerst een eigen wachtwoord. Deze link werkt één keer, 72 uur lang.\n\nWachtwoord kiezen: {link}\n\nZegt {account} u niets? Dan hoeft u niets te doen.',
      sms: '{account} nodigt u uit om voor zijn sleutels te zorgen. Kies binnen 72 uur een wachtwoord: {link}',
    },
    'person-reset': {
      subject: 'Een ander wachtwoord voor de sleutels van {account}',
      text: 'Iemand die uw mailadres opgaf, is het wachtwoord kwijt. Deze link werkt één keer, een uur lang; tot dan blijft uw wachtwoord zoals het is.\n\nAnder wachtwoord kiezen: {link}\n\nWas u dat niet? Dan hoeft u niets te doen.',
      sms: 'Kies binnen een uur een ander wachtwoord voor de sleutels van {account}: {link}',
    },
    'old-phone-check': {
      subject: 'Een ander telefoonnummer voor uw sleutels?',
      text: 'Iemand met de link naar uw sleutelpagina wil dat een ander telefoonnummer uw sleutels opent. Bent u dat, vul dit getal daar dan in. Het is 10 minuten geldig.\n\n{check}\n\nNiet u? Geef het aan niemand, en zeg het tegen {account}.\nBel {phone}.',
      sms: '{check} is uw SmartBox-getal om een ANDER nummer uw sleutels te laten openen. Niet u? Geef het aan niemand, en zeg het tegen {account}.',
    },
    'phone-changed': {
      subject: 'Wat uw sleutels opent, is veranderd',
      text: 'Hallo {driver},\n\nOp uw sleutelpagina is zojuist het telefoonnummer of de pincode veranderd die uw sleutels opent.\n\nWas u dat? Dan hoeft u niets te doen.\n\nWas u het niet? Zeg het meteen tegen {account}: iemand anders kan sleutels op uw naam ophalen.\nBel {phone}.',
      sms: 'Het nummer of de pincode die uw sleutels opent, is veranderd. Niet door u? Zeg het meteen tegen {account}.\nBel {phone}',
    },
    'phone-void': {
      subject: 'Telefoonnummer, badge en pincode openen geen sleutels meer',
      text: 'Hallo {driver},\n\nEen sleutelkast is gestolen of zoek, en uw pincode is te vinden uit wat erin stond. Daarom openen uw telefoonnummer, badge en pincode geen sleutels van {account} meer. Codes die u krijgt, werken zoals altijd.\n\nKies een andere pincode op de sleutelpagina van uw volgende boeking.\nUw sleutelpagina: {link}\n\nGebruikt u de oude pincode ook elders? Verander hem daar ook.\n\nVragen? Bel {phone}.',
      sms: 'Een sleutelkast is gestolen: uw nummer, badge en pincode openen geen sleutels van {account} meer. Kies een andere pincode op uw sleutelpagina.\n{link}\nHulp: {phone}',
    },
  },
  fields: {
    waiting: 'Sleutel geboekt; wacht op kast {box}. De bestuurder krijgt de code zodra die er is.',
    ready:
      'Sleutel klaar in {box}, deur {slot}: {window}. Toets de code, dan #; de deur gaat vanzelf open. Terug gaat net zo.\nHulp: {phone}',
    'key-away':
      'Sleutel geboekt, maar nog niet terug in {box}; klaar zodra hij terug is, deur {slot}: {window}. De bestuurder hoort het dan.\nHulp: {phone}',
    taken: 'Sleutel opgehaald {start}. Terug naar {box}: zelfde code, dan #, altijd.\nHulp: {phone}',
    returned: 'Sleutel terug {end} in {box}, deur {slot}.',
    overdue: 'Sleutel te laat sinds {end}. Terug naar {box}: zelfde code, dan #.\nHulp: {phone}',
    cancelled:
      'Boeking geannuleerd; de code geeft de sleutel niet meer. Een sleutel die weg is kan nog terug naar {box}.',
    ended: 'Boeking voorbij; de sleutel is niet opgehaald.',
  },
};
