/** Findings of the API in Dutch, by their English sentence, as refusals are: what a test of Fleetio's tokens and a table of keys are told. */
export const checksNl: Readonly<Record<string, string>> = {
  // Fleetio's tokens
  'Fleetio has no vehicle assignments at this address, with or without a version in its paths':
    'Fleetio heeft op dit adres geen voertuigtoewijzingen, met of zonder versie in de paden',
  'Look at “baseUrl” and “version” of the integration.': 'Kijk naar ‘baseUrl’ en ‘version’ van de koppeling.',
  'was not tried': 'is niet geprobeerd',
  'Fleetio does not know this API key': 'Fleetio kent deze API-sleutel niet',
  'In Fleetio: account name, account settings, API keys: add a key and copy it whole.':
    'In Fleetio: accountnaam, account settings, API keys: voeg een sleutel toe en kopieer die in zijn geheel.',
  'Fleetio knows it; it may use {}': 'Fleetio kent hem; hij mag gebruiken: {}',
  'It stands beside the API keys in Fleetio, and in every address: secure.fleetio.com/TOKEN/…':
    'Het staat in Fleetio naast de API keys, en in elk adres: secure.fleetio.com/TOKEN/…',
  'it is not the token of an account that the API key may use ({})':
    'het is niet het token van een account dat de API-sleutel mag gebruiken ({})',
  'vehicle assignments can be read with it': 'er zijn voertuigtoewijzingen mee te lezen',
  'Fleetio does not accept this account token': 'Fleetio neemt dit accounttoken niet aan',
  'its user may not read vehicle assignments': 'de gebruiker ervan mag geen voertuigtoewijzingen lezen',
  'it is that of an account of the API key': 'het is dat van een account van de API-sleutel',
  // Its webhook
  'an event has come that was signed with it': 'er kwam een gebeurtenis die ermee was ondertekend',
  'the API key may not look at webhooks: the first event that comes will show whether it is right':
    'de API-sleutel mag webhooks niet bekijken: de eerste gebeurtenis die komt zal tonen of het klopt',
  'Change an assignment in Fleetio, and look again.': 'Wijzig een toewijzing in Fleetio, en kijk opnieuw.',
  'no secret key was given: changes are only found by comparing, every quarter of an hour':
    'er is geen geheime sleutel: wijzigingen worden alleen gevonden door elk kwartier te vergelijken',
  'In Fleetio, Webhooks: add {} with the three events of vehicle assignments; then View Secret Key in its row.':
    'In Fleetio, Webhooks: voeg {} toe met de drie gebeurtenissen van voertuigtoewijzingen; daarna View Secret Key in zijn rij.',
  'no webhook in Fleetio leads to {}': 'geen webhook in Fleetio leidt naar {}',
  'In Fleetio, Webhooks: add {} with the three events of vehicle assignments, and copy its secret key.':
    'In Fleetio, Webhooks: voeg {} toe met de drie gebeurtenissen van voertuigtoewijzingen, en kopieer de geheime sleutel.',
  'the webhook with this key leads elsewhere': 'de webhook met deze sleutel leidt ergens anders heen',
  'Change its URL in Fleetio to {}.': 'Wijzig zijn URL in Fleetio in {}.',
  'the webhook that leads here has another secret key':
    'de webhook die hierheen leidt heeft een andere geheime sleutel',
  'In Fleetio, Webhooks, row menu: View Secret Key, and copy it whole.':
    'In Fleetio, Webhooks, menu van de rij: View Secret Key, en kopieer die in zijn geheel.',
  'the webhook sends another Authorization value': 'de webhook stuurt een andere waarde van Authorization',
  'Put the same value in both places, or none.': 'Zet op beide plaatsen dezelfde waarde, of geen.',
  'it lacks events: {}': 'hij mist gebeurtenissen: {}',
  'Tick them in Fleetio, Webhooks.': 'Vink die aan in Fleetio, Webhooks.',
  'the webhook leads here, with this key, and has its three events':
    'de webhook leidt hierheen, met deze sleutel, en heeft zijn drie gebeurtenissen',
  'Enable it in Fleetio, Webhooks; what was missed is found by comparing.':
    'Zet hem in Fleetio aan, Webhooks; wat is gemist wordt gevonden door te vergelijken.',
  // Its answers
  'Make a new API key in Fleetio (Account settings, API keys), copy the account token from the same page, and put both in here.':
    'Maak een nieuwe API-sleutel in Fleetio (Account settings, API keys), kopieer het accounttoken van dezelfde pagina, en zet beide hier neer.',
  'Give the user of the API key “Manage vehicle assignments” and “View & update” of vehicles and contacts in Fleetio; the plan must be Professional or Premium.':
    'Geef de gebruiker van de API-sleutel in Fleetio ‘Manage vehicle assignments’ en ‘View & update’ van voertuigen en contacten; het abonnement moet Professional of Premium zijn.',
  'Look at “baseUrl”, “version” and “paths” of the integration.':
    'Kijk naar ‘baseUrl’, ‘version’ en ‘paths’ van de koppeling.',
  'Put right in Fleetio what it complains of.': 'Verbeter in Fleetio waar het over klaagt.',
  'Other programs use the same Fleetio account: lower “callsPerMin” here, or the use of the others.':
    'Andere programma’s gebruiken hetzelfde Fleetio-account: verlaag hier ‘callsPerMin’, of hun gebruik.',
  'Nothing is lost, and it is tried again. Look at status.fleetio.com and at this machine’s network.':
    'Er is niets verloren, en het wordt opnieuw geprobeerd. Kijk op status.fleetio.com en naar het netwerk van deze machine.',
  'Ask again in some minutes.': 'Vraag het over enkele minuten opnieuw.',
  'the user of the API key may not use {} in Fleetio':
    'de gebruiker van de API-sleutel mag {} in Fleetio niet gebruiken',
  'Fleetio takes no more calls for now': 'Fleetio neemt nu geen aanroepen meer aan',
  'Fleetio answers {} about {}': 'Fleetio antwoordt {} op een vraag naar {}',
  'create in Fleetio, Custom fields, record type Vehicle assignment, data type Text: {}':
    'maak in Fleetio, Custom fields, record type Vehicle assignment, data type Text: {}',
};
