import { checksNl } from './checks-nl.ts';

/**
 * Refusals of the API that people at pages meet, in Dutch, by their English sentence: `{}` is what differs each time. A sentence that is not
 * here is shown as it is, marked as English. The test beside it fails when the English one is said otherwise.
 */
export const refusalsNl: Readonly<Record<string, string>> = {
  ...checksNl,
  // Bookings
  'the key is out': 'de sleutel is uitgegeven',
  'Make another booking for what comes after.': 'Maak een andere boeking voor wat daarna komt.',
  'Its code only brings the key back; make another booking for what comes after.':
    'De code brengt alleen de sleutel terug; maak een andere boeking voor wat daarna komt.',
  'Wait until it is back.': 'Wacht tot hij terug is.',
  'this booking was cancelled': 'deze boeking is geannuleerd',
  'this booking is used up': 'deze boeking is opgebruikt',
  'this booking is over': 'deze boeking is voorbij',
  'Make a new one.': 'Maak een nieuwe.',
  'There is nothing to cancel.': 'Er valt niets te annuleren.',
  'somebody has changed this booking since': 'iemand heeft deze boeking intussen gewijzigd',
  'Look at it again.': 'Bekijk haar opnieuw.',
  'lies in the past': 'ligt in het verleden',
  'must be later than start': 'moet na het begin liggen',
  'lies more than 366 days ahead': 'ligt meer dan 366 dagen vooruit',
  'lies more than 90 days ahead': 'ligt meer dan 90 dagen vooruit',
  'is over already': 'is al voorbij',
  'this driver was erased': 'deze bestuurder is gewist',
  'key {} is in no box': 'sleutel {} is in geen kast',
  'Give it a box and a slot first.': 'Geef hem eerst een kast en een vak.',
  'no code is free on box {}': 'bij kast {} is geen code meer vrij',
  'Cancel bookings of it that nobody needs.': 'Annuleer boekingen daar die niemand nodig heeft.',
  // Messages
  'this booking is of nobody who could be told': 'deze boeking is van niemand die bericht kan krijgen',
  'Name a driver first.': 'Noem eerst een bestuurder.',
  'the driver has the key': 'de bestuurder heeft de sleutel',
  'Late, they are asked to bring it back.': 'Is die te laat, dan komt de vraag hem terug te brengen.',
  'the box does not have this booking yet ({})': 'de kast heeft deze boeking nog niet',
  'The driver is told by itself as soon as it has.':
    'De bestuurder krijgt vanzelf bericht zodra ze die heeft.',
  'the driver has no such address': 'de bestuurder heeft zo’n adres niet',
  'Add one, then send again.': 'Voeg er een toe, en stuur dan opnieuw.',
  'the connection to Fleetio is switched off': 'de koppeling met Fleetio staat uit',
  'Switch it on first, then ask again.': 'Zet haar eerst aan, en vraag het dan opnieuw.',
  'the booking follows no assignment of Fleetio': 'de boeking volgt geen toewijzing van Fleetio',
  'It has no fields there.': 'Ze heeft daar geen velden.',
  'nothing of the booking waits to be written': 'van deze boeking wacht niets om te worden geschreven',
  'What Fleetio shows of it is as it stands.': 'Fleetio toont haar zoals ze is.',
  'the vehicle has no key': 'het voertuig heeft geen sleutel',
  'Link a key to it first.': 'Koppel er eerst een sleutel aan.',
  'key {} is linked to {} already': 'sleutel {} is al gekoppeld aan {}',
  'Unlink that one first.': 'Maak die eerst los.',
  'Choose a key that has a slot.': 'Kies een sleutel die een vak heeft.',
  'this account of Fleetio is connected already, as {} ({})':
    'dit account van Fleetio is al gekoppeld, als {} ({})',
  'Change that one; or delete it first.': 'Wijzig dat; of ontkoppel het eerst.',
  // Keys, tags, doors
  'slot {} of box {} is the home of {}': 'vak {} van kast {} is de plek van {}',
  'Choose another slot.': 'Kies een ander vak.',
  'box {} has a key named {} already': 'kast {} heeft al een sleutel met de naam {}',
  'Give this one another name.': 'Geef deze een andere naam.',
  'this tag is on key {} already': 'deze tag zit al aan sleutel {}',
  'Each key has its own tag.': 'Elke sleutel heeft een eigen tag.',
  'box {} has no slot {}': 'kast {} heeft geen vak {}',
  'key {} is out': 'sleutel {} is uitgegeven',
  'key {} has bookings': 'sleutel {} heeft boekingen',
  'Cancel them first.': 'Annuleer die eerst.',
  'key {} has been in a box under this name': 'sleutel {} heeft onder deze naam in een kast gehangen',
  'Make a new key instead.': 'Maak in plaats daarvan een nieuwe sleutel.',
  'must be a whole number from 1 to {}': 'moet een heel getal van 1 tot {} zijn',
  'must be the 10 hexadecimal digits of an EM4100 tag':
    'moet uit de 10 hexadecimale cijfers van een EM4100-tag bestaan',
  // Tables
  'has a column “{}”; there are {}': 'heeft een kolom ‘{}’; er zijn {}',
  'has the column “{}” twice': 'heeft de kolom ‘{}’ twee keer',
  'has {} cells where {} are named': 'heeft {} cellen waar er {} zijn genoemd',
  'has a quote in the middle of a cell, or one that is not closed':
    'heeft een aanhalingsteken midden in een cel, of een dat niet sluit',
  'has more than {} rows': 'heeft meer dan {} rijen',
  'names the same key of the same box as line {}': 'noemt dezelfde sleutel van dezelfde kast als regel {}',
  // Drivers, people
  'another driver has this phone': 'een andere bestuurder heeft deze telefoon',
  'It is driver {}; change that one.': 'Het is bestuurder {}; wijzig die.',
  'another driver has this badge': 'een andere bestuurder heeft deze badge',
  'It is driver {}.': 'Het is bestuurder {}.',
  'this driver has a key': 'deze bestuurder heeft een sleutel',
  'Erase the driver when it is back.': 'Wis de bestuurder als hij terug is.',
  'needs a phone': 'heeft een telefoon nodig',
  'is no phone number: it {}': 'is geen telefoonnummer',
  'Write it with its country code, such as +31612345678.': 'Schrijf het met landcode, zoals +31612345678.',
  'is no mail address': 'is geen mailadres',
  'Write one address, such as anna@example.org.': 'Schrijf één adres, zoals anna@example.org.',
  'is no number that people can dial': 'is geen nummer dat iemand kan bellen',
  'Write it as they dial it, such as +31 20 123 4567.':
    'Schrijf het zoals men het belt, zoals +31 20 123 4567.',
  'somebody in this account has this mail address': 'iemand in dit account heeft dit mailadres',
  'Change that person, or give another address.': 'Wijzig die persoon, of geef een ander adres.',
  'must be {} to {} digits': 'moet uit {} tot {} cijfers bestaan',
  // Texts and settings
  'is empty': 'is leeg',
  'has {} characters, at most {}': 'heeft {} tekens, hoogstens {}',
  'holds a control character': 'bevat een stuurteken',
  'holds {}, a character that is not seen; type the text anew':
    'bevat {}, een teken dat niet te zien is; typ de tekst opnieuw',
  'must be text on one line': 'moet tekst op één regel zijn',
  'must be one line': 'moet één regel zijn',
  'must be at most {}': 'mag hoogstens {} zijn',
  'must be a code such as nl': 'moet een code zijn zoals nl',
  'is no zone such as Europe/Amsterdam': 'is geen zone zoals Europe/Amsterdam',
  'box {} is in this site': 'kast {} is in deze locatie',
  'Move its boxes to another site first.': 'Breng haar kasten eerst naar een andere locatie.',
  'Correct it and ask again.': 'Verbeter het en probeer het opnieuw.',
};

/** Those that are put together from parts, here or in the library that reads requests. */
export const composedRefusalsNl: Readonly<Record<string, string>> = {
  '{} is linked to {} already. Unlink that one first.': '{} is al gekoppeld aan {}. Maak die eerst los.',
  'there is no box {}': 'er is geen kast {}',
  'line {}: tag is read as the decimal number that is printed on it, which leaves open whether it is that; 0x before it says that it is hexadecimal. {}':
    'regel {}: de tag is gelezen als het decimale getal dat erop is gedrukt, waarvan niet vaststaat of het dat is; 0x ervoor zegt dat het hexadecimaal is. Beter: tik hem aan; “smartbox keys learn” bij de kast leest de tag van een sleutel.',
  'the webhook is disabled in Fleetio: {}': 'de webhook is in Fleetio uitgeschakeld: {}',
  'the webhook is disabled in Fleetio': 'de webhook is in Fleetio uitgeschakeld',
  'Invalid length: Expected <={} but received {}': 'is te lang: hoogstens {} tekens, het zijn er {}',
  'Invalid length: Expected >={} but received {}': 'is te kort: minstens {} tekens, het zijn er {}',
  'Invalid value: Expected >={} but received {}': 'is te klein: minstens {}, het is {}',
  'Invalid value: Expected <={} but received {}': 'is te groot: hoogstens {}, het is {}',
};
