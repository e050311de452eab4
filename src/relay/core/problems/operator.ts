import type { Family } from './facts.ts';

/** Problems of the relay itself, for whoever runs it; they stand in the first account. The subject is the part of it that has one. */
export const operatorProblems = {
  'proxy-untrusted': {
    title: 'A proxy that the configuration does not name',
    meaning: 'The relay does not believe the addresses of callers that this proxy names.',
    advice:
      'If this address is your proxy, name its network in http.trustProxy of relay.yaml and start the relay again: until then all who come through it share one limit. If it is not, somebody tries to choose his address, and nothing need be done.',
    severity: 'will-stop-people',
    hurts: 'administrators',
    page: 'relay',
  },
  'mosquitto-not-told': {
    title: 'Mosquitto may not know all boxes',
    meaning: 'The files for Mosquitto have changed, and nobody told it.',
    advice:
      'Have Mosquitto read its files again (systemctl reload mosquitto, or SIGHUP): until then a new box is refused, and a retired one is let in. broker.mosquitto.pidFile of relay.yaml lets the relay do it.',
    severity: 'will-stop-people',
    hurts: 'drivers-ahead',
    page: 'relay',
  },
  'bounces-unread': {
    title: 'Mail that comes back is not read',
    meaning: 'The mailbox for returned mail cannot be read.',
    advice:
      'See to mail.bounces of relay.yaml and to its mail server; smartbox-relay doctor tries it. Until then nobody learns that a mail was lost. What waits there is read once it works.',
    severity: 'will-stop-people',
    hurts: 'one-driver',
    page: 'relay',
  },
  'home-assistant-away': {
    title: 'Home Assistant’s broker is not reached',
    meaning: 'What Home Assistant shows of the boxes is as old as this.',
    advice:
      'See whether the broker runs, and whether homeAssistant in relay.yaml names its address, user and password as they are now. The relay tries again by itself, and tells all of it anew; boxes and drivers do not notice.',
    severity: 'tidy-up',
    hurts: 'administrators',
    page: 'relay',
  },
  'work-set-aside': {
    title: 'The relay could not do something that was due',
    meaning: 'Something failed so often that the relay has stopped trying it.',
    advice:
      'Look into the log of the relay for the reason, and report it: this should not happen. It is tried again when the relay is started anew, so install the newest version; everything else goes on.',
    severity: 'will-stop-people',
    hurts: 'administrators',
    page: 'relay',
  },
  'disk-low': {
    title: 'The disk of the relay is nearly full',
    meaning: 'The relay keeps what is left for bookings, and takes no more events.',
    advice:
      'Make room, or give the relay a larger disk. Bookings go on; events wait at the boxes until there is room again, and none is lost.',
    severity: 'stops-people',
    hurts: 'everybody',
    page: 'relay',
  },
  'certificate-ends': {
    title: 'The certificate of the broker ends within two weeks',
    meaning: 'The certificate by which boxes know the broker will not be valid much longer.',
    advice:
      'Have it renewed; see why that did not happen by itself (certbot renew, cert-manager). The new one is served as soon as it is in its file.',
    severity: 'will-stop-people',
    hurts: 'everybody',
    page: 'relay',
  },
  'certificate-ends-now': {
    title: 'The broker’s certificate ends within two days, or has ended',
    meaning: 'Boxes refuse the broker as soon as its certificate has ended.',
    advice:
      'Renew it now, by hand if need be, and put it into its file: it is served at once. Without it no box can connect, and each goes on by what it has.',
    severity: 'stops-people',
    hurts: 'everybody',
    page: 'relay',
  },
  'certificate-not-taken': {
    title: 'A new certificate is not served',
    meaning: 'There is a newer file than the one that is served, and it cannot be used.',
    advice:
      'The files hold something that boxes would refuse, or that does not fit together; what was served before goes on until it ends. Put right what the detail says; the files are read again by themselves.',
    severity: 'will-stop-people',
    hurts: 'administrators',
    page: 'relay',
  },
  'certificate-untrusted': {
    title: 'Boxes do not believe the certificate of the broker',
    meaning: 'Boxes would refuse the broker that shows this certificate.',
    advice:
      'Put the authority that signed it into the file of authorities (mqtt.caFile), beside the one of before, and leave both there until every box has been told; or serve a certificate of the authority of before.',
    severity: 'stops-people',
    hurts: 'everybody',
    page: 'relay',
  },
} as const satisfies Family;
