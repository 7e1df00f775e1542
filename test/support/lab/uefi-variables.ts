/**
 * Keys for the firmware of the lab: a store of variables as OVMF keeps it, with Secure Boot's own in it. UEFI 32.4 (signature lists) and 8.2
 * (variables); the layout of the store is EDK2's (MdeModulePkg, Guid/VariableFormat.h).
 */

/** Certificates as DER. */
export interface SecureBootKeys {
  /** `db` */
  readonly trusted: readonly Buffer[];
  /** `dbx` */
  readonly forbidden?: readonly Buffer[];
}

const GLOBAL = '61dfe48bca93d211aa0d00e098032b8c';
const IMAGE_SECURITY = 'cbb219d73a3d9645a3bcdad00e67656f';
const X509_LIST = 'a159c0a5e494a74a87b5ab155c2bf072';
/** EFI_VARIABLE_NON_VOLATILE, BOOTSERVICE_ACCESS, RUNTIME_ACCESS, TIME_BASED_AUTHENTICATED_WRITE_ACCESS */
const ATTRIBUTES = 0x27;
/** EFI_TIME 2024-01-01 */
const TIME = 'e8070101000000000000000000000000';
/** bytes of a header; `StartId`, `State` VAR_ADDED */
const HEADER_BYTES = 60;
const START = 'aa553f00';

/**
 * An empty store with these keys. The first that is trusted is the platform key too, which is what turns Secure Boot on.
 * @param empty OVMF_VARS_4M.fd
 */
export function secureBootVariables(empty: Buffer, { trusted, forbidden = [] }: SecureBootKeys): Buffer {
  const owner = trusted.slice(0, 1);
  const variables = [
    variable('PK', GLOBAL, owner),
    variable('KEK', GLOBAL, owner),
    variable('db', IMAGE_SECURITY, trusted),
    ...(forbidden.length === 0 ? [] : [variable('dbx', IMAGE_SECURITY, forbidden)]),
  ];
  const store = Buffer.from(empty);
  // behind the headers of the volume and of the store
  let at = store.readUInt16LE(48) + 28;
  for (const bytes of variables) {
    if (store.readUInt16LE(at) !== 0xffff) throw new Error('The store of variables is not empty');
    bytes.copy(store, at);
    at += Math.ceil(bytes.length / 4) * 4;
  }
  return store;
}

function variable(name: string, vendor: string, certificates: readonly Buffer[]): Buffer {
  const text = Buffer.from(`${name}\0`, 'utf16le');
  const data = Buffer.concat(certificates.map(signatureList));
  const header = Buffer.alloc(HEADER_BYTES);
  header.write(START, 'hex');
  header.writeUInt32LE(ATTRIBUTES, 4);
  header.write(TIME, 16, 'hex');
  header.writeUInt32LE(text.length, 36);
  header.writeUInt32LE(data.length, 40);
  header.write(vendor, 44, 'hex');
  return Buffer.concat([header, text, data]);
}

/** EFI_SIGNATURE_LIST with one certificate, whose owner is nobody. */
function signatureList(certificate: Buffer): Buffer {
  const header = Buffer.alloc(28 + 16);
  header.write(X509_LIST, 'hex');
  header.writeUInt32LE(header.length + certificate.length, 16);
  header.writeUInt32LE(16 + certificate.length, 24);
  return Buffer.concat([header, certificate]);
}
