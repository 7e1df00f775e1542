/**
 * PKCS#7 SignedData of an Authenticode signature (RFC 2315; "Windows Authenticode Portable Executable Signature Format"): what it says the
 * digest of the file is, whether the signer really said so, and the certificates from the signer up. PKIjs reads the ASN.1.
 */
import { createHash, verify, X509Certificate } from 'node:crypto';
import { type BaseBlock, Null, ObjectIdentifier, OctetString, Sequence } from 'asn1js';
import { type Attribute, ContentInfo, IssuerAndSerialNumber, SignedData, type SignerInfo } from 'pkijs';
import { corrupt } from '../../bytes/corrupt.js';
import type { Place } from '../../errors.js';

const OID = {
  signedData: '1.2.840.113549.1.7.2',
  /** SpcIndirectDataContent */
  indirectData: '1.3.6.1.4.1.311.2.1.4',
  messageDigest: '1.2.840.113549.1.9.4',
  /** unsigned attribute with further signatures: szOID_NESTED_SIGNATURE */
  nested: '1.3.6.1.4.1.311.2.4.1',
} as const;

/** Digest algorithms by OID, as node:crypto names them. */
const DIGESTS: Readonly<Record<string, string>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

/** Certificates in a chain that are followed; real ones have three. */
const LONGEST_CHAIN = 8;

export interface SignerCertificate {
  /** common name, else the whole name */
  readonly subject: string;
  readonly issuer: string;
  /** SHA-1 of the certificate, lower-case hex: what Windows calls its thumbprint */
  readonly thumbprint: string;
  readonly notAfter: Date;
}

export interface SignedDigest {
  readonly digestAlgorithm: string;
  /** of the file, lower-case hex */
  readonly digest: string;
  /** what is wrong with the signature itself; undefined when the signer's key made it */
  readonly problem: string | undefined;
  /** the signer, who issued its certificate, and so on, as far as the signature has them; each has signed the one before */
  readonly chain: readonly SignerCertificate[];
  /** further signatures inside this one, DER */
  readonly nested: readonly Uint8Array[];
}

/** Reads one signature. @throws InplaceError SOURCE_CORRUPT */
export function readSignedData(der: Uint8Array, where: Place): SignedDigest {
  try {
    return parse(der);
  } catch (error) {
    // PKIjs and node:crypto throw errors of many kinds for what they cannot read
    const reason = error instanceof Error ? error.message : String(error);
    throw corrupt(`The signature cannot be read: ${reason}`, { ...where, field: 'PKCS7' }, error);
  }
}

function parse(der: Uint8Array): SignedDigest {
  const info = ContentInfo.fromBER(Uint8Array.from(der));
  if (info.contentType !== OID.signedData) throw new Error(`content type ${info.contentType}, expected SignedData`);
  const signed = new SignedData({ schema: info.content });
  const { eContentType, eContent } = signed.encapContentInfo;
  if (eContentType !== OID.indirectData || eContent === undefined) {
    throw new Error(`signed content ${eContentType}, expected SpcIndirectDataContent`);
  }
  const [signer] = signed.signerInfos;
  if (signer === undefined || signed.signerInfos.length > 1) {
    throw new Error(`${signed.signerInfos.length} signers, expected one`);
  }
  const certificates = (signed.certificates ?? []).flatMap((each) =>
    'tbsView' in each ? [new X509Certificate(Buffer.from(each.toSchema().toBER()))] : [],
  );
  const chain = chainOf(signer, certificates);
  return {
    ...indirectDigest(eContent),
    problem: problemOf(signer, eContent, chain[0]),
    chain: chain.map(factsOf),
    nested: attributeValues(signer.unsignedAttrs?.attributes, OID.nested).map((value) => new Uint8Array(value.toBER())),
  };
}

/** SpcIndirectDataContent: data, then DigestInfo, which is an algorithm and the digest. */
function indirectDigest(content: BaseBlock): { digestAlgorithm: string; digest: string } {
  const digestInfo = sequence(content)[1];
  const [algorithm, digest] = digestInfo === undefined ? [] : sequence(digestInfo);
  const [oid, parameters] = algorithm === undefined ? [] : sequence(algorithm);
  if (!(oid instanceof ObjectIdentifier) || !(digest instanceof OctetString)) throw new Error('no digest of the file');
  if (parameters !== undefined && !(parameters instanceof Null)) throw new Error('a digest with parameters');
  const digestAlgorithm = DIGESTS[oid.getValue()];
  if (digestAlgorithm === undefined) throw new Error(`digest algorithm ${oid.getValue()}`);
  return { digestAlgorithm, digest: Buffer.from(digest.getValue()).toString('hex') };
}

function sequence(block: BaseBlock): BaseBlock[] {
  if (!(block instanceof Sequence)) throw new Error('a SEQUENCE was expected');
  return block.valueBlock.value;
}

function attributeValues(attributes: readonly Attribute[] | undefined, oid: string): BaseBlock[] {
  return (attributes ?? []).filter(({ type }) => type === oid).flatMap(({ values }) => values as BaseBlock[]);
}

/** RFC 2315 9.3 and 9.4: the signed attributes hold the digest of the content, and the signature is over them. */
function problemOf(
  signer: SignerInfo,
  content: BaseBlock,
  certificate: X509Certificate | undefined,
): string | undefined {
  if (certificate === undefined) return 'the certificate of the signer is not in the signature';
  const algorithm = DIGESTS[signer.digestAlgorithm.algorithmId];
  if (algorithm === undefined) return `digest algorithm ${signer.digestAlgorithm.algorithmId} is not known`;
  if (signer.signedAttrs === undefined) return 'there are no signed attributes';
  const [digest] = attributeValues(signer.signedAttrs.attributes, OID.messageDigest);
  // the digest is of the content without its tag and length
  const expected = createHash(algorithm)
    .update(elementValue(new Uint8Array(content.toBER())))
    .digest();
  if (!(digest instanceof OctetString) || !expected.equals(Buffer.from(digest.getValue()))) {
    return 'the signer signed other content';
  }
  const attributes = Buffer.from(signer.signedAttrs.encodedValue);
  const signature = Buffer.from(signer.signature.getValue());
  if (verify(algorithm, attributes, certificate.publicKey, signature)) return undefined;
  return 'the signature was not made with the key of its certificate';
}

/** The value of a DER element. */
function elementValue(der: Uint8Array): Uint8Array {
  const length = der[1] ?? 0;
  return der.subarray(length < 0x80 ? 2 : 2 + (length & 0x7f));
}

/** The signer's certificate, then the one that issued it, and so on. */
function chainOf(signer: SignerInfo, certificates: readonly X509Certificate[]): X509Certificate[] {
  if (!(signer.sid instanceof IssuerAndSerialNumber)) return [];
  const serial = Buffer.from(signer.sid.serialNumber.valueBlock.valueHexView).toString('hex').replace(/^0+/, '');
  let next = certificates.find(({ serialNumber }) => serialNumber.toLowerCase().replace(/^0+/, '') === serial);
  const chain: X509Certificate[] = [];
  while (next !== undefined && chain.length < LONGEST_CHAIN) {
    chain.push(next);
    const current = next;
    next = certificates.find(
      (each) => !chain.includes(each) && current.checkIssued(each) && current.verify(each.publicKey),
    );
  }
  return chain;
}

function factsOf(certificate: X509Certificate): SignerCertificate {
  return {
    subject: commonName(certificate.subject),
    issuer: commonName(certificate.issuer),
    thumbprint: createHash('sha1').update(certificate.raw).digest('hex'),
    notAfter: new Date(certificate.validTo),
  };
}

/** node:crypto gives a name as lines of `key=value`. */
function commonName(name: string): string {
  return /^CN=(.*)$/m.exec(name)?.[1] ?? name.replaceAll('\n', ', ');
}
