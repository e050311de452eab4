import type { bookingProblems } from './bookings.ts';
import type { ProblemTexts } from './facts.ts';

/** Dutch, of Problems of bookings, keys and boxes as an administrator plans with them. */
export const bookingProblemsNl: Readonly<Record<keyof typeof bookingProblems, ProblemTexts>> = {
  'phone-replaced': {
    title: 'Een bestuurder heeft nu een andere telefoon',
    meaning:
      'Wie de link van een boeking heeft, heeft een ander nummer ingesteld, en dat nummer opent vanaf nu.',
    advice:
      'Het is ingesteld op de pagina van een boeking, met de pincode of met het nummer van voorheen. Was het de bestuurder, zeg dat dan door de telefoon opnieuw in te stellen (PATCH /drivers/ID met phoneOpens: true); zo niet, stel de juiste in, en een nieuwe pincode.',
  },
  'bookings-overlap': {
    title: 'Twee bestuurders hebben tegelijk dezelfde sleutel',
    meaning: 'Beide codes zijn geldig, maar wie als tweede komt, vindt niets achter de deur.',
    advice: 'Verplaats of annuleer een van de twee boekingen.',
  },
  'key-never-stocked': {
    title: 'Een geboekte sleutel is nooit in de kast gehangen',
    meaning: 'De boeking geeft toegang, maar achter die deur is nog nooit een sleutel gezien.',
    advice: 'Hang hem erin (bij de kast: smartbox keys learn).',
  },
  'box-dark': {
    title: 'Een kast bevestigt haar boekingen niet',
    meaning:
      'Van nieuwe boekingen is niet bewezen dat de kast ze heeft; hun codes worden daarom niet verstrekt.',
    advice:
      'Kijk naar stroom en netwerk van de kast. Wat ze heeft, blijft werken; codes van nieuwe boekingen gaan uit zodra ze terug is.',
  },
};
