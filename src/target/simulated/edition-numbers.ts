/**
 * `Win32_OperatingSystem.OperatingSystemSKU` by EditionID: the PRODUCT_ values of winnt.h. Sequences ask for them, MDT's
 * often for 4.
 */
import type { WindowsModel } from './model.js';

const NUMBERS: Readonly<Record<string, number>> = {
  ultimate: 1,
  homebasic: 2,
  homepremium: 3,
  enterprise: 4,
  business: 6,
  serverstandard: 7,
  serverdatacenter: 8,
  starter: 11,
  enterprisen: 27,
  professional: 48,
  professionaln: 49,
  coren: 98,
  corecountryspecific: 99,
  coresinglelanguage: 100,
  core: 101,
  education: 121,
  educationn: 122,
  enterprises: 125,
  enterprisesn: 126,
  professionalworkstation: 161,
  professionalworkstationn: 162,
  professionaleducation: 164,
  professionaleducationn: 165,
  iotenterprise: 188,
  iotenterprises: 191,
};

/** Without a desktop a server has a number of its own (U: of newer servers). */
const SERVER_CORE: Readonly<Record<number, number>> = { 7: 13, 8: 12 };

/** 0 is what Windows says of a product that is not defined. */
export function editionNumber({ edition, installationType }: WindowsModel): number {
  const number = NUMBERS[edition.toLowerCase()] ?? 0;
  return installationType === 'Server Core' ? (SERVER_CORE[number] ?? number) : number;
}
