import type { ProblemTexts } from './facts.ts';
import type { fleetioProblems } from './fleetio.ts';

/** Dutch, of Problems of a connection to Fleetio. */
export const fleetioProblemsNl: Readonly<Record<keyof typeof fleetioProblems, ProblemTexts>> = {
  'fleetio-unauthorized': {
    title: 'Fleetio weigert de tokens',
    meaning: 'Er kan niets uit Fleetio worden gelezen of daar worden geschreven.',
    advice: 'Maak in Fleetio een nieuwe API key (Settings, API keys), en wijzig die in de integratie.',
  },
  'fleetio-forbidden': {
    title: 'Fleetio verbiedt de gebruiker van de API key iets',
    meaning: 'De gebruiker van de API key mag het genoemde niet lezen of schrijven.',
    advice: 'Geef die gebruiker de genoemde rechten, in Fleetio (Settings, Users).',
  },
  'fleetio-not-found': {
    title: 'Fleetio kent zo’n record niet',
    meaning: 'Iets dat hier gekoppeld is, bestaat daar niet onder deze tokens.',
    advice: 'Test de integratie: het account token is misschien dat van een ander account.',
  },
  'fleetio-limited': {
    title: 'Fleetio wil minder aanroepen',
    meaning: 'Aanroepen wachten; toewijzingen worden later dan gewoonlijk boekingen.',
    advice:
      'Verlaag settings.callsPerMin van de integratie, of zoek wat er verder met dezelfde key aanroept.',
  },
  'fleetio-unreachable': {
    title: 'Fleetio is niet te bereiken',
    meaning: 'Nieuwe toewijzingen worden niet gezien en velden niet geschreven totdat het antwoordt.',
    advice:
      'Kijk naar het netwerk van de relay en naar de statuspagina van Fleetio; alles wordt vanzelf ingehaald.',
  },
  'fleetio-strange': {
    title: 'Fleetio antwoordt anders dan het documenteert',
    meaning: 'Een antwoord was niet te begrijpen, en er is niets mee gedaan.',
    advice: 'Test de integratie; blijft het, vertel de makers van SmartBox dan wat het detail zegt.',
  },
  'fleetio-too-large': {
    title: 'Fleetio antwoordt met meer dan gelezen kan worden',
    meaning: 'Een antwoord was groter dan de relay aanneemt.',
    advice: 'Kort in Fleetio in wat zo lang is: opmerkingen, of waarden van eigen velden.',
  },
  'fleetio-not-compared': {
    title: 'Niet alles kon met Fleetio worden vergeleken',
    meaning: 'Voor deze records zou een verloren webhook niet worden opgemerkt.',
    advice: 'Doe wat het detail zegt; de rest gaat door, en alles wordt vanzelf ingehaald.',
  },
  'fleetio-record-malformed': {
    title: 'Een record van Fleetio is onbruikbaar',
    meaning: 'Eén record mist iets waarzonder er geen boeking van te maken is.',
    advice:
      'Zet dat ene record in Fleetio recht; alle andere gaan door, en het wordt vanzelf opnieuw gelezen.',
  },
  'fields-rejected': {
    title: 'Fleetio neemt de velden van een toewijzing niet aan',
    meaning: 'Fleetio toont de stand van deze boeking niet.',
    advice:
      'Kijk bij de toewijzing in Fleetio naar wat het detail noemt; het wordt vanzelf opnieuw geprobeerd.',
  },
  'write-back-refused': {
    title: 'In Fleetio mag niets worden geschreven',
    meaning: 'Boekingen gaan door, maar Fleetio toont er niets van.',
    advice: 'Geef de gebruiker van de API key het recht om voertuigtoewijzingen te wijzigen.',
  },
  'fields-missing': {
    title: 'In Fleetio ontbreken eigen velden',
    meaning: 'Er is geen veld waarin de stand van boekingen kan worden geschreven.',
    advice:
      'Maak ze daar (Custom fields, record type Vehicle assignment, data type Text), en test dan de integratie.',
  },
  'webhook-disabled': {
    title: 'Fleetio heeft de webhook uitgezet',
    meaning: 'Toewijzingen worden alleen door vergelijken gevonden, enkele minuten na het maken.',
    advice: 'Zet hem daar aan (Webhooks). Tot dan worden wijzigingen enkele minuten te laat gezien.',
  },
  'webhook-silent': {
    title: 'Er komen geen webhooks',
    meaning: 'Fleetio heeft toewijzingen veranderd en er niets van gezegd.',
    advice:
      'Kijk in Fleetio (Webhooks) of hij aanstaat, hierheen leidt en alle drie de gebeurtenissen van voertuigtoewijzingen heeft.',
  },
  'fleetio-vehicles-unread': {
    title: 'De voertuigen konden niet worden gelezen',
    meaning: 'In de lijst met voertuigen kunnen nieuwe ontbreken.',
    advice: 'Test de integratie, en lees haar voertuigen opnieuw.',
  },
  'vehicle-without-key': {
    title: 'Een toegewezen voertuig heeft geen sleutel',
    meaning: 'Iemand kreeg een voertuig toegewezen, en er is geen sleutel voor te boeken.',
    advice: 'Koppel er een sleutel aan (Integraties, Voertuigen).',
  },
  'vehicle-unused': {
    title: 'Een verdwenen voertuig heeft nog een sleutel',
    meaning:
      'Het voertuig is in Fleetio gearchiveerd of gewist, en zijn sleutel is voor geen ander te boeken.',
    advice: 'Ontkoppel hem, of haal het voertuig terug in Fleetio.',
  },
  'not-booked': {
    title: 'Een toewijzing is niet geboekt',
    meaning: 'De bestuurder heeft in Fleetio een voertuig, en hier geen sleutel.',
    advice: 'Het detail zegt waarom; het wordt vanzelf opnieuw geprobeerd.',
  },
  'booking-to-confirm': {
    title: 'Een toewijzing wacht op u',
    meaning: 'Het voertuig vraagt eerst toestemming; er wordt niets geboekt totdat u het zegt.',
    advice: 'Controleer haar, en maak de boeking.',
  },
  'phone-shared': {
    title: 'Twee mensen hebben één telefoonnummer',
    meaning: 'Een nummer kan maar voor één persoon openen, en opent daarom voor geen van beiden.',
    advice: 'Geef hun in Fleetio elk een eigen nummer.',
  },
  'person-to-confirm': {
    title: 'Een contact is misschien een bestuurder die u al hebt',
    meaning: 'Voor dit contact wordt niets geboekt, omdat een code de verkeerde zou kunnen bereiken.',
    advice:
      'Zijn ze één persoon, haal dan bij één van beide nummer en adres weg; zo niet, geef elk eigen gegevens.',
  },
  'contact-archived': {
    title: 'Er is aan een gearchiveerd contact toegewezen',
    meaning: 'Een voertuig is toegewezen aan iemand die weg is.',
    advice: 'Haal het contact terug in Fleetio, of wijs aan iemand anders toe.',
  },
};
