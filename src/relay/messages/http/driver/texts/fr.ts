import type { Words } from './words.ts';

export const fr: Words = {
  title: 'Votre clé',
  states: {
    waiting: {
      head: 'Votre clé est réservée',
      text: 'Le boîtier n’a pas encore votre code. Vous recevrez un message dès qu’il fonctionne.',
    },
    ready: { head: 'Votre clé est prête', text: 'Elle vous attend dans le boîtier.' },
    early: {
      head: 'Votre clé est prête, à partir de : {start}',
      text: 'Elle vous attend dans le boîtier. Avant cette heure, il peut encore dire que vous êtes en avance.',
    },
    'key-away': {
      head: 'Votre clé n’est pas encore rentrée',
      text: 'Elle est réservée pour vous, mais n’est pas encore rentrée au boîtier.\nQuelqu’un d’autre l’a jusqu’à : {end}.\nVotre code fonctionne dès son retour. Vous recevrez un message.',
    },
    'key-late': {
      head: 'Votre clé rentre en retard',
      text: 'Quelqu’un d’autre l’a encore.\nElle était attendue : {end}.\nVotre code fonctionne dès son retour. Vous recevrez un message.',
    },
    taken: { head: 'Vous avez la clé', text: 'Rapportez-la à {box} avec le même code.' },
    due: { head: 'Rapportez bientôt la clé', text: 'Elle est attendue à {end}. Tapez le même code : {box}.' },
    overdue: {
      head: 'Merci de rapporter la clé',
      text: 'Elle aurait déjà dû être rendue. {box} la reprend à toute heure, avec le même code.',
    },
    returned: { head: 'La clé est rendue', text: 'Merci, et à la prochaine fois.' },
    ended: { head: 'Cette réservation est terminée', text: 'La clé n’a pas été prise.' },
  },
  lookAgain: 'Regarder à nouveau',
  again: 'Le code sert aussi souvent que vous avez besoin de la clé, jusqu’à la fin de votre réservation.',
  facts: { vehicle: 'Véhicule', box: 'Boîtier', site: 'Lieu', slot: 'Porte', window: 'Quand' },
  code: {
    show: 'Afficher mon code',
    label: 'Votre code',
    afterwards: 'puis #',
    not: 'Le code n’est pas disponible pour l’instant. Regardez à nouveau dans une minute.',
  },
  steps: {
    head: 'Prendre la clé',
    take: [
      'Allez à {box}.',
      'Tapez votre code, puis #.',
      'La porte {slot} s’ouvre toute seule : prenez la clé.',
      'Refermez la porte.',
    ],
    bringHead: 'La rapporter',
    bring: [
      'Tapez le même code, puis #.',
      'Mettez la clé derrière la porte qui s’ouvre.',
      'Refermez la porte. Même en retard.',
    ],
  },
  map: 'Ouvrir la carte',
  call: 'Un souci ? Appelez le',
  phone: {
    head: 'Utiliser désormais mon numéro de téléphone',
    now: 'Votre numéro {phone} ouvre vos clés.',
    text: 'Ainsi, pas besoin d’un nouveau code à chaque fois : au boîtier, vous tapez votre numéro de téléphone, puis votre code PIN. Nous envoyons un nombre par SMS pour vérifier que le numéro est le vôtre.',
    number: 'Numéro de téléphone',
    send: 'M’envoyer le nombre',
    sent: 'Nous avons envoyé six chiffres au {phone}. Ils sont valables 10 minutes.',
    check: 'Six chiffres du SMS',
    pin: 'Code PIN de votre choix, 4 à 8 chiffres',
    pinNeeded: 'Vous le tapez au boîtier après votre numéro de téléphone.',
    pinMay: 'Laissez vide pour ne rien changer.',
    old: 'Vous avez déjà un autre numéro ou un code PIN. Il nous faut donc aussi votre code PIN actuel, ou les six chiffres envoyés au numéro actuel.',
    oldField: 'Code PIN actuel, ou six chiffres envoyés au numéro actuel',
    confirm: 'Confirmer',
    done: 'C’est fait : désormais, {phone} ouvre vos clés.',
    noNumber:
      'Ce n’est pas un numéro de téléphone. Écrivez-le avec l’indicatif du pays, comme +33 6 12 34 56 78.',
    tooOften: 'Nous venons d’en envoyer un. Patientez un peu avant le suivant.',
    wrong:
      'Ce ne sont pas les bons chiffres ou le bon code PIN. Vérifiez encore. Si vous n’avez ni l’un ni l’autre, demandez à qui vous a confié le véhicule.',
    over: 'Ces chiffres ne sont plus valables. Demandez-en d’autres.',
    badPin:
      'Un code PIN a 4 à 8 chiffres, ne se devine pas facilement (ni 1212, ni 3456) et ne fait pas partie de votre numéro de téléphone.',
  },
  ask: {
    text: 'Avez-vous encore besoin de la clé ?',
    button: 'Redemander l’accès',
    done: 'Nous avons demandé pour vous. Vous recevrez un message dès qu’il y a une réponse.',
  },
  gone: {
    head: 'Ce lien n’est plus valable',
    text: 'Il appartient à une réservation terminée, annulée, ou qui est maintenant à quelqu’un d’autre. Regardez votre message le plus récent, ou demandez à la personne qui vous a confié le véhicule.',
  },
  busy: {
    head: 'Un instant',
    text: 'C’était beaucoup d’un coup. Regardez à nouveau dans une minute. Votre code est aussi dans votre message.',
  },
};
