import type { ProblemTexts } from './facts.ts';
import type { operatorProblems } from './operator.ts';

/** Dutch, of Problems of the relay itself. */
export const operatorProblemsNl: Readonly<Record<keyof typeof operatorProblems, ProblemTexts>> = {
  'proxy-untrusted': {
    title: 'Een proxy die de configuratie niet noemt',
    meaning: 'De relay gelooft de adressen niet die deze proxy van bezoekers noemt.',
    advice:
      'Is dit adres uw proxy, noem zijn netwerk dan in http.trustProxy van relay.yaml en start de relay opnieuw: tot dan delen allen die erdoor komen één limiet. Zo niet, dan probeert iemand zijn adres te kiezen, en hoeft u niets te doen.',
  },
  'mosquitto-not-told': {
    title: 'Mosquitto kent misschien niet alle kasten',
    meaning: 'De bestanden voor Mosquitto zijn veranderd, en niemand heeft het dat gezegd.',
    advice:
      'Laat Mosquitto zijn bestanden opnieuw lezen (systemctl reload mosquitto, of SIGHUP): tot dan wordt een nieuwe kast geweigerd, en een uitgeschreven kast toegelaten. Met broker.mosquitto.pidFile in relay.yaml doet de relay het zelf.',
  },
  'bounces-unread': {
    title: 'Teruggekomen mail wordt niet gelezen',
    meaning: 'De mailbox voor teruggekomen mail is niet te lezen.',
    advice:
      'Kijk naar mail.bounces van relay.yaml en naar de mailserver; smartbox-relay doctor probeert het. Tot dan hoort niemand dat een mail verloren is. Wat daar wacht, wordt gelezen zodra het werkt.',
  },
  'home-assistant-away': {
    title: 'De broker van Home Assistant is niet bereikbaar',
    meaning: 'Wat Home Assistant van de kasten toont, is zo oud als dit.',
    advice:
      'Kijk of de broker draait, en of homeAssistant in relay.yaml zijn adres, gebruiker en wachtwoord van nu noemt. De relay probeert het zelf opnieuw, en vertelt dan alles nog eens; kasten en bestuurders merken niets.',
  },
  'work-set-aside': {
    title: 'De relay kon iets niet doen dat moest gebeuren',
    meaning: 'Iets mislukte zo vaak dat de relay het niet meer probeert.',
    advice:
      'Zoek de reden in het log van de relay, en meld haar: dit hoort niet te gebeuren. Het wordt opnieuw geprobeerd als de relay opnieuw start, installeer dus de nieuwste versie; al het andere gaat door.',
  },
  'disk-low': {
    title: 'De schijf van de relay is bijna vol',
    meaning: 'De relay bewaart wat er over is voor boekingen, en neemt geen gebeurtenissen meer aan.',
    advice:
      'Maak ruimte, of geef de relay een grotere schijf. Boekingen gaan door; gebeurtenissen wachten bij de kasten totdat er weer ruimte is, en er gaat niets verloren.',
  },
  'certificate-ends': {
    title: 'Het certificaat van de broker eindigt binnen twee weken',
    meaning: 'Het certificaat waaraan kasten de broker herkennen, is niet lang meer geldig.',
    advice:
      'Laat het vernieuwen; kijk waarom dat niet vanzelf gebeurde (certbot renew, cert-manager). Het nieuwe wordt gebruikt zodra het in zijn bestand staat.',
  },
  'certificate-ends-now': {
    title: 'Het certificaat van de broker eindigt nu, of is voorbij',
    meaning: 'Kasten weigeren de broker zodra het certificaat is verlopen.',
    advice:
      'Vernieuw het nu, desnoods met de hand, en zet het in zijn bestand: het wordt meteen gebruikt. Zonder kan geen kast verbinden, en werkt elk door met wat ze heeft.',
  },
  'certificate-not-taken': {
    title: 'Een nieuw certificaat wordt niet gebruikt',
    meaning: 'Er is een nieuwer bestand dan wat wordt gebruikt, en het is onbruikbaar.',
    advice:
      'De bestanden bevatten iets dat kasten zouden weigeren, of dat niet bij elkaar past; wat er was, blijft tot zijn einde in gebruik. Zet recht wat het detail zegt; de bestanden worden vanzelf opnieuw gelezen.',
  },
  'certificate-untrusted': {
    title: 'Kasten geloven het certificaat van de broker niet',
    meaning: 'Kasten zouden de broker weigeren die dit certificaat toont.',
    advice:
      'Zet de autoriteit die het tekende in het bestand van autoriteiten (mqtt.caFile), naast de vorige, en laat beide staan totdat elke kast het weet; of gebruik een certificaat van de vorige autoriteit.',
  },
};
