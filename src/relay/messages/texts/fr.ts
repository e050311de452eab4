import type { Catalogue } from '../kinds.ts';

const how = `Tapez le code sur le clavier du boîtier, puis #.
La porte {slot} s’ouvre toute seule : prenez la clé et refermez la porte.
{again}
Pour la rendre, c’est pareil : code, #, clé à l’intérieur, porte fermée. C’est toujours possible, même en retard.`;

const facts = `Véhicule: {vehicle}
Boîtier: {box}
Lieu: {site}
Porte: {slot}
Quand: {window}`;

const end = `Votre page de clé: {link}

Un souci ? Appelez le {phone}.`;

export const fr: Catalogue = {
  locale: 'fr-FR',
  words: {
    untilChanged: 'à partir du {start}, jusqu’à nouvel ordre',
    again: 'Le code sert aussi souvent que vous avez besoin de la clé, jusqu’à la fin de votre réservation.',
    footer: 'SmartBox envoie ce message pour {account}, car une clé est réservée pour vous.',
    secret: 'Le code est à vous seul : ne le transmettez pas.',
    footerAdmins: 'SmartBox envoie ce message car vous gérez les clés de {account}.',
  },
  kinds: {
    access: {
      subject: 'Votre clé pour {vehicle}, {start}',
      text: `Bonjour {driver},\n\nVotre clé vous attend.\n\n${facts}\n\n{code}\n\n${how}\n\n${end}`,
      sms: `Clé de {vehicle} : code {code}, puis #\n{box}, porte {slot}\n{window}\n{link}\nAide : {phone}`,
    },
    moved: {
      subject: 'Nouvel horaire pour {vehicle} : {start}',
      text: `Bonjour {driver},\n\nVotre réservation a changé. Voici ce qui vaut maintenant ; si vous avez déjà un code, il reste le même.\n\n${facts}\n\n{code}\n\n${end}`,
      sms: `Nouvel horaire pour {vehicle} : {window}\n{box}, porte {slot}\nCode {code}, puis #\n{link}\nAide : {phone}`,
    },
    cancelled: {
      subject: 'Votre réservation de {vehicle} est annulée',
      text: `Bonjour {driver},\n\nVotre réservation est annulée. Le code ne donne plus la clé.\n\nVéhicule: {vehicle}\nBoîtier: {box}\nQuand: {window}\n\nSi vous avez encore la clé, rapportez-la : le boîtier la reprend avec le code que vous avez.\n\nCe n’est pas ce que vous attendiez ? Appelez le {phone}.`,
      sms: `Annulé : {vehicle}, {window}. Si vous avez encore la clé, rapportez-la à {box}.\nQuestions : {phone}`,
    },
    reminder: {
      subject: 'Bientôt : votre clé pour {vehicle}, {start}',
      text: `Bonjour {driver},\n\nVotre réservation commence bientôt. Votre clé vous attend ici.\n\n${facts}\n\n{code}\n\n${how}\n\n${end}`,
      sms: `Bientôt : clé de {vehicle}, {window}\nCode {code}, puis #\n{box}, porte {slot}\n{link}\nAide : {phone}`,
    },
    waiting: {
      subject: 'Votre clé pour {vehicle} : le code suit',
      text: `Bonjour {driver},\n\nUne clé est réservée pour vous. Le boîtier est injoignable pour l’instant et n’a pas encore votre code. Vous le recevrez dès qu’il fonctionne ; vous n’avez rien à faire.\n\n${facts}\n\n${end}`,
      sms: `{vehicle} est réservé pour vous, {window}. Le boîtier est encore injoignable ; votre code suit dès qu’il fonctionne.\n{link}\nAide : {phone}`,
    },
    'fresh-code': {
      subject: 'Un nouveau code pour {vehicle}',
      text: `Bonjour {driver},\n\nVoici un nouveau code pour votre réservation. Le précédent ne donne plus la clé.\n\n${facts}\n\n{code}\n\n${how}\n\n${end}`,
      sms: `Nouveau code pour {vehicle} : {code}, puis #\n{box}, porte {slot}\n{window}\n{link}\nAide : {phone}`,
    },
    'key-away': {
      subject: 'Votre clé pour {vehicle} : prête dès son retour',
      text: `Bonjour {driver},\n\nUne clé est réservée pour vous, mais elle n’est pas encore rentrée au boîtier. Elle sera prête dès son retour : vous recevrez alors un autre message. Votre code fonctionne à partir de ce moment.\n\n${facts}\n\n{code}\n\n${how}\n\n${end}`,
      sms: `{vehicle} : la clé n’est pas encore rentrée ; nous vous prévenons dès son retour. Code {code}, puis #\n{box}, porte {slot}\n{window}\n{link}\nAide : {phone}`,
    },
    'key-back': {
      subject: 'La clé de {vehicle} est rentrée : elle vous attend',
      text: `Bonjour {driver},\n\nLa clé est rentrée au boîtier. Elle vous attend.\n\n${facts}\n\n{code}\n\n${how}\n\n${end}`,
      sms: `La clé de {vehicle} est rentrée : code {code}, puis #\n{box}, porte {slot}\n{window}\n{link}\nAide : {phone}`,
    },
    overdue: {
      subject: 'Merci de rapporter la clé de {vehicle}',
      text: `Bonjour {driver},\n\nVotre réservation est terminée et la clé n’est pas encore rentrée. Quelqu’un l’attend peut-être.\n\nVéhicule: {vehicle}\nÀ rendre à: {box}\nLieu: {site}\nÉtait due: {end}\n\nVotre code sert toujours pour la rendre : code, #, clé à l’intérieur, porte fermée.\n\nBesoin de plus de temps ? Appelez le {phone}.`,
      sms: `La clé de {vehicle} était due {end}. Merci de la rapporter à {box} : votre code sert toujours pour cela.\nBesoin de plus de temps ? {phone}`,
    },
    'verify-phone': {
      subject: 'Votre code pour ce numéro de téléphone',
      text: 'Saisissez ce nombre sur votre page de clé. Il est valable 10 minutes.\n\n{check}\n\nVous ne l’avez pas demandé ? Alors vous n’avez rien à faire.',
      sms: '{check} est votre code SmartBox pour confirmer ce téléphone. Valable 10 minutes. Pas demandé ? Ignorez-le.',
    },
    prompt: {
      subject: 'À confirmer : {vehicle} pour {driver}',
      text: 'Un véhicule a été attribué ; sa clé n’est réservée que si vous le dites.\n\nVéhicule: {vehicle}\nConducteur: {driver}\nQuand: {window}\n\nVérifiez la date, le conducteur et son adresse, et créez la réservation. Le conducteur est alors prévenu automatiquement.\n\nCréer la réservation: {link}',
      sms: '{vehicle} est attribué à {driver}, {window}. Merci de créer la réservation.\n{link}',
    },
    'asked-again': {
      subject: '{driver} redemande la clé de {vehicle}',
      text: 'Un conducteur dont la réservation est terminée redemande la clé. Si c’est bien le cas, créez une nouvelle réservation ou prolongez l’attribution.\n\nVéhicule: {vehicle}\nConducteur: {driver}\nRéservé: {window}\nBoîtier: {box}\n\nCréer la réservation: {link}',
      sms: '{driver} redemande la clé de {vehicle}. Réservé : {window}.\n{link}',
    },
    'box-faults': {
      subject: 'SmartBox : {fault}',
      text: 'Quelque chose ne va pas sur vos boîtiers.\n\n{faults}\n\nCe message réunit ce qui a commencé ensemble ; ce qui dure n’est pas signalé à nouveau dans l’heure.\n\nTous les problèmes : {link}',
      sms: '{fault}\n{link}',
    },
    'person-invited': {
      subject: 'Invitation : les clés de {account}',
      text: 'Vous vous occupez désormais des clés de {account}, ou pouvez voir ce qui s’y fait. Choisissez d’abord un mot de passe. Ce lien marche une fois, pendant 72 heures.\n\nChoisir un mot de passe: {link}\n\n{account} ne vous dit rien ? Alors vous n’avez rien à faire.',
      sms: '{account} vous invite à vous occuper de ses clés. Choisissez un mot de passe sous 72 heures : {link}',
    },
    'person-reset': {
      subject: 'Un autre mot de passe pour les clés de {account}',
      text: 'Quelqu’un qui a donné votre adresse a perdu le mot de passe. Ce lien marche une fois, pendant une heure ; d’ici là, votre mot de passe reste ce qu’il est.\n\nChoisir un autre mot de passe: {link}\n\nCe n’était pas vous ? Alors vous n’avez rien à faire.',
      sms: 'Choisissez sous une heure un autre mot de passe pour les clés de {account} : {link}',
    },
    'old-phone-check': {
      subject: 'Un autre téléphone pour vos clés ?',
      text: 'Quelqu’un qui a le lien de votre page de clé veut qu’un autre numéro ouvre vos clés. Si c’est vous, saisissez-y ce nombre. Il est valable 10 minutes.\n\n{check}\n\nCe n’est pas vous ? Ne le donnez à personne, et prévenez {account}.\nAppelez le {phone}.',
      sms: '{check} est votre nombre SmartBox pour qu’un AUTRE numéro ouvre vos clés. Pas vous ? Ne le donnez à personne, et prévenez {account}.',
    },
    'phone-changed': {
      subject: 'Ce qui ouvre vos clés a changé',
      text: 'Bonjour {driver},\n\nSur votre page de clé, le numéro de téléphone ou le code PIN qui ouvre vos clés vient d’être changé.\n\nC’était vous ? Alors vous n’avez rien à faire.\n\nCe n’était pas vous ? Prévenez {account} tout de suite : quelqu’un d’autre pourrait prendre des clés à votre nom.\nAppelez le {phone}.',
      sms: 'Le numéro ou le code PIN qui ouvre vos clés a été changé. Pas par vous ? Prévenez {account} tout de suite.\nAppelez le {phone}',
    },
    'phone-void': {
      subject: 'Téléphone, badge et code PIN n’ouvrent plus de clés',
      text: 'Bonjour {driver},\n\nUne boîte à clés a été volée ou perdue, et votre code PIN peut être retrouvé dans ce qu’elle contenait. Votre numéro, votre badge et votre code PIN n’ouvrent donc plus aucune clé de {account}. Les codes que vous recevez marchent comme avant.\n\nChoisissez un autre code PIN sur la page de clé de votre prochaine réservation.\nVotre page de clé : {link}\n\nVous utilisez l’ancien code PIN ailleurs ? Changez-le là aussi.\n\nDes questions ? Appelez le {phone}.',
      sms: 'Une boîte à clés a été volée : votre numéro, badge et code PIN n’ouvrent plus les clés de {account}. Choisissez un autre code PIN sur votre page de clé.\n{link}\nAide : {phone}',
    },
  },
  fields: {
    waiting: 'Clé réservée ; en attente du boîtier {box}. Le conducteur reçoit le code dès qu’il y est.',
    ready:
      'Clé prête à {box}, porte {slot} : {window}. Tapez le code, puis # ; la porte s’ouvre seule. Retour pareil.\nAide : {phone}',
    'key-away':
      'Clé réservée, pas encore rentrée à {box} ; prête dès son retour, porte {slot} : {window}. Le conducteur sera prévenu.\nAide : {phone}',
    taken: 'Clé prise {start}. À rendre à {box} : même code, puis #, à toute heure.\nAide : {phone}',
    returned: 'Clé rendue {end} à {box}, porte {slot}.',
    overdue: 'Clé en retard depuis {end}. À rendre à {box} : même code, puis #.\nAide : {phone}',
    cancelled:
      'Réservation annulée ; le code ne donne plus la clé. Une clé sortie peut encore être rendue à {box}.',
    ended: 'Réservation terminée ; la clé n’a pas été prise.',
  },
};
