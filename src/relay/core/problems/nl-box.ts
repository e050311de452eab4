import type { boxProblems } from './box.ts';
import type { ProblemTexts } from './facts.ts';

/** Dutch, of Problems of faults that boxes report. */
export const boxProblemsNl: Readonly<Record<keyof typeof boxProblems, ProblemTexts>> = {
  jammed: {
    title: 'Een slot gaat niet open',
    meaning: 'Het slot kreeg zijn puls, en de deur ging zichtbaar niet open.',
    advice:
      'Stuur een monteur: maak de schoot vrij, dan smartbox open SLOT --why. Totdat de deur een keer is opengegaan, of smartbox maintenance off SLOT, wordt haar sleutel niet uitgegeven.',
  },
  'door-forced': {
    title: 'Een deur is geopend zonder toestemming',
    meaning: 'Een deurcontact ging open terwijl de kast niets had geopend.',
    advice:
      'Zoek uit wie er was, kijk of de sleutel op zijn plaats hangt, en doe de deur dicht. Openen op afstand en uitgiften staan bij de gebeurtenissen.',
  },
  'door-held': {
    title: 'Een deur staat open',
    meaning: 'Een deur is terecht geopend, maar niet weer gesloten.',
    advice: 'Laat iemand haar sluiten: wie voorbijkomt, kan bij de sleutel.',
  },
  'sensor-suspect': {
    title: 'Een sensor wordt niet geloofd',
    meaning: 'Twee sensoren van één deur spreken elkaar tegen; de kast gaat daarom niet op ze af.',
    advice:
      'Stuur een monteur naar deurcontact, sleutelsensor en hun draden: smartbox test door SLOT toont wat ze zeggen. Daarna smartbox maintenance off SLOT.',
  },
  tamper: {
    title: 'De kast zelf is geopend',
    meaning: 'Het contact van het deksel over de elektronica staat open.',
    advice:
      'Iemand heeft het deksel van de elektronica open. Stuur iemand; is het verklaard, bevestig dan dit probleem.',
  },
  lockout: {
    title: 'Iemand probeert codes te raden',
    meaning: 'Er zijn zoveel foute codes ingetoetst dat de kast wacht tussen twee pogingen.',
    advice:
      'Terugbrengen gaat door, en geldige codes openen een halve minuut later. Vraag wie daar staat; het eindigt tien minuten na de laatste foute poging.',
  },
  'reader-lost': {
    title: 'Een toetsenbord, lezer of display is weg',
    meaning: 'Een apparaat waarmee bestuurders zich melden, antwoordt niet.',
    advice: 'Laat naar stekker, kabel en voeding kijken: smartbox doctor bij de kast noemt het apparaat.',
  },
  'power-low': {
    title: 'De spanning van een kast is te laag',
    meaning: 'De voeding is zo zwak dat een slot halverwege kan blijven steken.',
    advice:
      'Kijk naar voeding en accu. Er worden geen sleutels uitgegeven totdat het weer goed is; terugbrengen gaat door.',
  },
  'clock-untrusted': {
    title: 'De klok van een kast klopt niet',
    meaning: 'De kast kan niet zeggen of een periode begonnen of voorbij is.',
    advice:
      'Geef de kast haar netwerk terug, of voer smartbox clock set uit bij de kast. Tot dan worden sleutels alleen uitgegeven als de periode zeker is.',
  },
  'storage-degraded': {
    title: 'De schijf van een kast hapert',
    meaning: 'Wat er bij de kast gebeurt, kan daar niet worden opgeschreven.',
    advice:
      'Vervang de kaart of maak ruimte, na smartbox backup. Zolang ze niets kan schrijven, geeft ze geen sleutels uit; terugbrengen gaat door.',
  },
  'box-full': {
    title: 'Een sleutel kon niet terug',
    meaning: 'Een bestuurder stond er met een sleutel, en er ging geen deur voor open.',
    advice:
      'Van geen enkel vak is bekend dat het leeg is: bel de bestuurder, laat een monteur kijken wat er in de vakken ligt (smartbox audit), en haal eruit wat er niet hoort.',
  },
  'custody-mismatch': {
    title: 'Administratie en vakken van een kast verschillen',
    meaning: 'Een sensor of tag zegt iets anders dan de administratie van de kast.',
    advice:
      'Laat iemand in het vak kijken en zeggen wat er ligt: smartbox audit bij de kast. Is het verklaard, bevestig dan dit probleem.',
  },
  'key-missing': {
    title: 'Een sleutel is zoek',
    meaning: 'De volgende bestuurder van deze sleutel zou een leeg vak vinden.',
    advice:
      'Hij is niet waar hij was, en niemand nam hem met toestemming. Zoek hem; zodra hij weer in een vak hangt, of door smartbox audit is gevonden, is dit voorbij.',
  },
  overdue: {
    title: 'Een sleutel is te laat',
    meaning: 'De boeking is voorbij en de sleutel is niet teruggebracht.',
    advice: 'Bel de bestuurder, of verleng de boeking. De code opent nog een deur om terug te brengen.',
  },
  'box-restarted': {
    title: 'Een kast stopte zonder opdracht',
    meaning: 'Het programma van de kast is geëindigd zonder dat iemand het stopte.',
    advice:
      'Ze loopt weer en is niets kwijt. Gebeurt het vaak, kijk dan naar de voeding (power) of het log van smartboxd (crash).',
  },
  'box-lost': {
    title: 'Een kast is niet te bereiken',
    meaning: 'De relay heeft langer dan gewoonlijk niets van de kast gehoord.',
    advice:
      'Kijk naar stroom en netwerk van de kast. Ze werkt zelfstandig door met wat ze heeft; nieuws voor haar wacht, en haar gebeurtenissen ook.',
  },
};
