import type { Words } from './words.ts';

export const nl: Words = {
  title: 'Uw sleutel',
  states: {
    waiting: {
      head: 'Uw sleutel is geboekt',
      text: 'De kast heeft uw code nog niet. U krijgt bericht zodra hij werkt.',
    },
    ready: { head: 'Uw sleutel ligt klaar', text: 'Hij wacht op u in de kast.' },
    early: {
      head: 'Uw sleutel ligt klaar, vanaf {start}',
      text: 'Hij wacht in de kast. Voor die tijd kan de kast zeggen dat u te vroeg bent.',
    },
    'key-away': {
      head: 'Uw sleutel is nog niet terug',
      text: 'Hij is voor u geboekt, maar nog niet terug in de kast.\nIemand anders heeft hem tot {end}.\nUw code werkt zodra hij terug is. U krijgt bericht.',
    },
    'key-late': {
      head: 'Uw sleutel komt te laat terug',
      text: 'Iemand anders heeft hem nog.\nHij had om {end} terug moeten zijn.\nUw code werkt zodra hij terug is. U krijgt bericht.',
    },
    taken: { head: 'U hebt de sleutel', text: 'Breng hem terug naar {box} met dezelfde code.' },
    due: {
      head: 'Breng de sleutel zo terug',
      text: 'Hij moet om {end} terug zijn. Toets bij {box} dezelfde code in.',
    },
    overdue: {
      head: 'Breng de sleutel terug',
      text: 'Hij had al terug moeten zijn. {box} neemt hem altijd aan, met dezelfde code.',
    },
    returned: { head: 'De sleutel is terug', text: 'Bedankt, en tot de volgende keer.' },
    ended: { head: 'Deze boeking is voorbij', text: 'De sleutel is niet opgehaald.' },
  },
  lookAgain: 'Opnieuw kijken',
  again: 'De code werkt zo vaak u de sleutel nodig hebt, tot uw boeking afloopt.',
  facts: { vehicle: 'Voertuig', box: 'Kast', site: 'Plaats', slot: 'Deur', window: 'Wanneer' },
  code: {
    show: 'Toon mijn code',
    label: 'Uw code',
    afterwards: 'dan #',
    not: 'De code is er op dit moment niet. Kijk over een minuut nog eens.',
  },
  steps: {
    head: 'De sleutel ophalen',
    take: [
      'Ga naar {box}.',
      'Toets uw code in, dan #.',
      'Deur {slot} gaat vanzelf open: neem de sleutel eruit.',
      'Duw de deur dicht.',
    ],
    bringHead: 'Terugbrengen',
    bring: [
      'Toets dezelfde code in, dan #.',
      'Leg de sleutel achter de deur die opengaat.',
      'Duw de deur dicht. Te laat mag ook.',
    ],
  },
  map: 'Kaart openen',
  call: 'Klopt er iets niet? Bel',
  phone: {
    head: 'Voortaan mijn telefoonnummer gebruiken',
    now: 'Met uw nummer {phone} opent u uw sleutels.',
    text: 'Dan hebt u niet elke keer een nieuwe code nodig: u toetst uw telefoonnummer in bij de kast, en uw pincode. We sturen een getal per sms om zeker te zijn dat het nummer van u is.',
    number: 'Telefoonnummer',
    send: 'Stuur mij het getal',
    sent: 'We hebben zes cijfers gestuurd naar {phone}. Ze zijn 10 minuten geldig.',
    check: 'Zes cijfers uit de sms',
    pin: 'Pincode naar keuze, 4 tot 8 cijfers',
    pinNeeded: 'U toetst hem bij de kast in na uw telefoonnummer.',
    pinMay: 'Laat leeg om alles te laten zoals het is.',
    old: 'U hebt al een ander nummer of een pincode. Daarom hebben we ook uw pincode tot nu toe nodig, of de zes cijfers die we naar het nummer tot nu toe hebben gestuurd.',
    oldField: 'Pincode tot nu toe, of zes cijfers op het nummer tot nu toe',
    confirm: 'Bevestigen',
    done: 'Klaar: voortaan opent {phone} uw sleutels.',
    noNumber: 'Dat is geen telefoonnummer. Schrijf het met landcode, zoals +31 6 12345678.',
    tooOften: 'We hebben er net een gestuurd. Wacht even met de volgende.',
    wrong:
      'Dat zijn niet de cijfers of niet de pincode. Kijk nog eens. Hebt u geen van beide, vraag het wie u het voertuig gaf.',
    over: 'Deze cijfers gelden niet meer. Vraag nieuwe aan.',
    badPin:
      'Een pincode heeft 4 tot 8 cijfers, is niet makkelijk te raden (geen 1212, geen 3456) en staat niet in uw telefoonnummer.',
  },
  ask: {
    text: 'Hebt u de sleutel nog eens nodig?',
    button: 'Opnieuw toegang vragen',
    done: 'We hebben het voor u gevraagd. U krijgt bericht zodra er antwoord is.',
  },
  gone: {
    head: 'Deze link is voorbij',
    text: 'Hij hoort bij een boeking die afgelopen of geannuleerd is, of nu van iemand anders. Kijk in uw nieuwste bericht, of vraag het aan wie u het voertuig gaf.',
  },
  busy: {
    head: 'Een ogenblik',
    text: 'Dat was veel tegelijk. Kijk over een minuut opnieuw. Uw code staat ook in uw bericht.',
  },
};
