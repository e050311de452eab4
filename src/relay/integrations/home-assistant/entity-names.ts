/** Names of entities, in the language of the account: Home Assistant shows them as they come. */

const en = {
  model: 'Key box',
  link: 'Link',
  problems: 'Problems',
  takes: 'Gives keys out',
  returns: 'Takes keys back',
  door: (slot: number) => `Door ${slot}`,
  alarms: {
    tamper: 'Lid',
    'door-forced': 'Door forced',
    'door-held': 'Door held open',
    jammed: 'Lock',
    lockout: 'Codes guessed',
    'key-missing': 'Key missing',
    'reader-lost': 'Keypad and reader',
    'power-low': 'Power',
    'storage-degraded': 'Disk',
  },
};

const nl: typeof en = {
  model: 'Sleutelkast',
  link: 'Verbinding',
  problems: 'Problemen',
  takes: 'Geeft sleutels uit',
  returns: 'Neemt sleutels terug',
  door: slot => `Deur ${slot}`,
  alarms: {
    tamper: 'Deksel',
    'door-forced': 'Deur opengebroken',
    'door-held': 'Deur blijft open',
    jammed: 'Slot',
    lockout: 'Codes geraden',
    'key-missing': 'Sleutel vermist',
    'reader-lost': 'Toetsenbord en lezer',
    'power-low': 'Voeding',
    'storage-degraded': 'Schijf',
  },
};

export type Alarm = keyof typeof en.alarms;

/** English for an account whose language has no names of its own here. */
export const entityNames = (language: string): typeof en => (language === 'nl' ? nl : en);
