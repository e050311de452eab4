import type { ProblemTexts } from './facts.ts';
import type { messageProblems } from './messages.ts';

/** Dutch, of Problems of messages to drivers. */
export const messageProblemsNl: Readonly<Record<keyof typeof messageProblems, ProblemTexts>> = {
  'message-refused': {
    title: 'Een bericht is geweigerd',
    meaning: 'De aanbieder of mailserver bezorgt niet op dat adres.',
    advice: 'Verbeter het mailadres of telefoonnummer van de bestuurder, en stuur het opnieuw.',
  },
  'message-undelivered': {
    title: 'Een bericht is niet aangekomen',
    meaning: 'Het is verstuurd, en kwam terug of werd nooit bevestigd.',
    advice: 'Vraag de bestuurder of mailadres of telefoonnummer klopt, en stuur het opnieuw.',
  },
  'message-blocked': {
    title: 'Een mail kwam terug: de server weigert deze relay',
    meaning: 'De mailserver van de ontvanger gelooft niet dat deze relay voor haar domein mag verzenden.',
    advice:
      'Met het adres van de bestuurder is niets mis: wie de mailserver van mail.from beheert, ziet waarom (SPF, DKIM, blokkeerlijsten). Stuur het daarna opnieuw.',
  },
  'message-opted-out': {
    title: 'Een bestuurder wil geen sms',
    meaning: 'Naar dit nummer gaat geen sms meer.',
    advice: 'De bestuurder antwoordde STOP: gebruik mail, of vraag om START naar hetzelfde nummer.',
  },
  'message-failed': {
    title: 'Een bericht kon niet worden verstuurd',
    meaning: 'Het is zo vaak geprobeerd als zinvol is, en opgegeven.',
    advice: 'Kijk naar de sectie mail of sms van relay.yaml, en stuur het opnieuw.',
  },
  'message-cap': {
    title: 'Te veel berichten op één dag',
    meaning: 'Berichten wachten of vervallen, omdat er meer nodig waren dan het account toestaat.',
    advice: 'Verhoog notify.perDay of notify.perPhoneDay in de instellingen, als zo veel juist is.',
  },
  'mail-down': {
    title: 'Er kan geen mail worden verstuurd',
    meaning: 'Geen bestuurder hoort iets per mail totdat dit weer werkt.',
    advice:
      'Kijk naar de sectie mail van relay.yaml en naar de mailserver. Wat wacht, gaat vanzelf uit zodra het werkt.',
  },
  'sms-down': {
    title: 'Er kan geen sms worden verstuurd',
    meaning: 'Geen bestuurder hoort iets per sms totdat dit weer werkt.',
    advice:
      'Kijk naar de sectie sms van relay.yaml en naar het account bij de aanbieder. Wat wacht, gaat vanzelf uit zodra het werkt.',
  },
  'no-address': {
    title: 'Een bestuurder heeft geen adres',
    meaning: 'De boeking staat, maar niemand kon het de bestuurder vertellen.',
    advice: 'Geef de bestuurder een mailadres of telefoonnummer, en stuur het bericht opnieuw.',
  },
  'phone-region': {
    title: 'Een telefoonnummer is gelezen zonder gekozen land',
    meaning: 'Het nummer kan van een vreemde in een ander land zijn.',
    advice:
      'Er gaat geen sms heen tot dan: kies de regio van het account (instellingen), geef de kast een locatie, of schrijf het nummer met landcode.',
  },
  'phone-unread': {
    title: 'Een telefoonnummer is niet te lezen',
    meaning: 'De tekst in dat veld is geen nummer van de plaats waarvoor het geldt.',
    advice: 'Schrijf het met landcode, zoals +31612345678, daar waar het vandaan komt.',
  },
  'access-asked': {
    title: 'Een bestuurder vraagt opnieuw om een sleutel',
    meaning: 'Een bestuurder drukte op “opnieuw vragen” op de pagina van een boeking die voorbij is.',
    advice: 'Maak een nieuwe boeking, of vertel de bestuurder waarom niet.',
  },
};
