import { Fault } from '../../base/fault.ts';
import { looksDialled, readAnywhere, readDialled, readPhone, readRegion } from '../../base/phone-number.ts';
import type { Phones } from '../ports.ts';

/** @throws Fault `region` where the library knows no such country */
export function openPhones(country: string): Phones {
  const region = readRegion(country);
  if (region === null) {
    throw new Fault(
      'region',
      `no numbering plan is known for region ${country}`,
      'Set box.region, such as NL.',
    );
  }
  return {
    written: text => readPhone(text, region),
    dialled: entry => readDialled(entry, region),
    anywhere: readAnywhere,
    isMeant: looksDialled,
  };
}
