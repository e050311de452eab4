import type { ProblemTexts } from './facts.ts';
import type { linkProblems } from './link.ts';

/** Dutch, of Problems of the talk between a box and the relay. */
export const linkProblemsNl: Readonly<Record<keyof typeof linkProblems, ProblemTexts>> = {
  'journal-fork': {
    title: 'Twee geschiedenissen van één kast',
    meaning:
      'Het journaal van de kast gaat verder vanaf een andere gebeurtenis dan de laatste die de relay heeft.',
    advice:
      'Deze kast, of een kopie van haar kaart, heeft elders gedraaid. Zoek uit wie haar terugzette of kopieerde; was het niemand, neem de kast dan uit dienst en meld haar opnieuw aan.',
  },
  'journal-forged': {
    title: 'Gebeurtenissen die de kast niet kan hebben geschreven',
    meaning: 'De keten van het journaal klopt niet, alsof er regels zijn veranderd.',
    advice:
      'Iemand veranderde het journaal op de kast, of spreekt in haar naam. Bewaar de kaart voor een controleur, en meld de kast opnieuw aan.',
  },
  'journal-lost': {
    title: 'Gebeurtenissen van een kast zijn verloren',
    meaning: 'Er is een gat in het journaal dat niemand kan vullen.',
    advice:
      'De schijf faalde, of de kast is uit een back-up teruggezet: kijk naar de opslag van de kast (smartbox doctor), en vervang de kaart.',
  },
  'box-floods': {
    title: 'Een kast schrijft meer gebeurtenissen dan zou moeten',
    meaning: 'De relay neemt de gebeurtenissen van deze kast langzamer aan dan ze komen.',
    advice:
      'Een contact zit los, of iemand heeft haar inloggegevens. Haar gebeurtenissen worden voortaan langzaam aangenomen, en wachten bij de kast; kijk wat ze stuurt, herstel de lijn, of neem de kast uit dienst.',
  },
  'message-rejected': {
    title: 'Berichten in naam van een kast zijn geweigerd',
    meaning: 'Er kwam iets onder de naam van de kast dat niet met haar sleutels was ondertekend.',
    advice:
      'Iemand spreekt op het topic van deze kast, of de kast heeft sleutels van een eerdere aanmelding. Er is niets binnengelaten; blijft het, meld de kast dan opnieuw aan.',
  },
  'box-replaced': {
    title: 'Een andere computer is als kast aangemeld',
    meaning: 'Een andere computer heeft nu de plaats, de boekingen en de codes van deze kast.',
    advice:
      'Zette een van u hem daar, zeg dat dan door de kast opnieuw te benoemen (PATCH /boxes/ID). Zo niet, neem de kast meteen uit dienst: wie die computer heeft, heeft haar boekingen en codes.',
  },
  're-enrol': {
    title: 'Een kast moet opnieuw worden aangemeld',
    meaning: 'Er kan niets naar de kast worden gestuurd dat zij gelooft.',
    advice:
      'Haar sleutels en die van deze relay passen niet; het detail zegt welke. Zet na een herstel een latere back-up terug, van na smartbox-relay key rotate: dan komen alle kasten vanzelf terug. Maak anders een claim, en voer smartbox enroll uit op de kast; wat ze heeft, blijft werken.',
  },
  'authorities-untold': {
    title: 'Een kast kent de nieuwe autoriteit van de broker niet',
    meaning: 'De broker toont een certificaat dat deze kast niet hoeft te vertrouwen.',
    advice:
      'Ze kan niet verbinden, en werkt door met wat ze heeft. Gebruik een certificaat van de vorige autoriteit (mqtt.tls) totdat ze hier één keer is geweest, met beide autoriteiten in het bestand; of maak een claim en voer smartbox enroll uit op de kast.',
  },
  'box-twins': {
    title: 'Twee computers spreken als één kast',
    meaning: 'Twee computers met dezelfde sleutels gooien elkaar van de lijn.',
    advice:
      'Een kaart is gekopieerd, en beide kopieën draaien: ze gooien elkaar eruit, en bij geen van beide werken codes lang. Zoek de tweede en zet hem uit; heeft een vreemde hem, neem de kast dan uit dienst, en meld de juiste opnieuw aan.',
  },
  'relay-epoch-behind': {
    title: 'De relay is teruggezet zonder nieuwe tijdrekening',
    meaning: 'Kasten weten meer van deze relay dan zij zelf.',
    advice:
      'De database is op een andere manier gekopieerd dan met smartbox-relay restore: stop de relay, en zet haar met dat commando terug.',
  },
  'place-unknown': {
    title: 'Niemand heeft gezegd waar een kast staat',
    meaning: 'Tijden, telefoonnummers en het nummer om te bellen zijn voor deze kast een gok.',
    advice: 'Maak een locatie met tijdzone en telefoonnummer, en zet de kast daarin.',
  },
};
