/**
 * A certificate authority of the emulator's own, and a server certificate under it. Node has no certificate writer and
 * openssl is not on every machine, so the few structures of X.509 (RFC 5280) that are needed are encoded here. Every
 * emulator makes its own pair; no private key ever leaves the process.
 */
import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import type { KeyObject } from "node:crypto";

export interface Certificates {
  /** The authority's certificate, PEM: what clients must trust. */
  readonly ca: string;
  /** The server's certificate and key, PEM. */
  readonly certificate: string;
  readonly key: string;
}

export function createCertificates(): Certificates {
  const authority = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const server = generateKeyPairSync("ec", { namedCurve: "P-256" });
  // The suffix keeps authorities of several emulators apart where a client trusts all of them.
  const authorityName = `Azure cost exports emulator CA ${randomBytes(4).toString("hex")}`;
  const issuer = { name: authorityName, key: authority.privateKey, keyId: keyId(authority.publicKey) };
  const ca = certificate({
    subject: authorityName,
    publicKey: authority.publicKey,
    issuer,
    extensions: [
      extension(oids.basicConstraints, true, sequence(boolean(true), integer(Buffer.from([0])))),
      extension(oids.keyUsage, true, namedBits(keyUsage.keyCertSign, keyUsage.cRLSign)),
      extension(oids.subjectKeyIdentifier, false, octets(issuer.keyId)),
    ],
  });
  const leaf = certificate({
    subject: "localhost",
    publicKey: server.publicKey,
    issuer,
    extensions: [
      extension(oids.basicConstraints, true, sequence()),
      extension(oids.keyUsage, true, namedBits(keyUsage.digitalSignature)),
      extension(oids.extendedKeyUsage, false, sequence(objectId(oids.serverAuth))),
      extension(oids.subjectAlternativeName, false, sequence(...dnsNames.map(dnsName), ...addresses.map(addressName))),
      extension(oids.subjectKeyIdentifier, false, octets(keyId(server.publicKey))),
      extension(oids.authorityKeyIdentifier, false, sequence(tagged(0x80, issuer.keyId))),
    ],
  });
  return {
    ca: pem(ca),
    certificate: pem(leaf),
    key: server.privateKey.export({ type: "pkcs8", format: "pem" }) as string,
  };
}

interface CertificateContent {
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly issuer: { readonly name: string; readonly key: KeyObject };
  readonly extensions: readonly Buffer[];
}

function certificate({ subject, publicKey, issuer, extensions }: CertificateContent): Buffer {
  const algorithm = sequence(objectId(oids.ecdsaWithSha256));
  const content = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(serialNumber()),
    algorithm,
    distinguishedName(issuer.name),
    // A day back, for clients whose clock is behind; a year ahead, which every client accepts of a private authority.
    sequence(utcTime(Date.now() - day), utcTime(Date.now() + 365 * day)),
    distinguishedName(subject),
    publicKey.export({ type: "spki", format: "der" }),
    tagged(0xa3, sequence(...extensions)),
  );
  return sequence(content, algorithm, bits(sign("sha256", content, issuer.key)));
}

/** Positive, 15 random bytes under a first byte that needs no padding. */
function serialNumber(): Buffer {
  return Buffer.concat([Buffer.from([0x40]), randomBytes(15)]);
}

/** SHA-1 of the public point (RFC 5280, 4.2.1.2, method 1); the point is the last 65 bytes of a P-256 key. */
function keyId(key: KeyObject): Buffer {
  return createHash("sha1")
    .update(key.export({ type: "spki", format: "der" }).subarray(-65))
    .digest();
}

function pem(certificateBytes: Buffer): string {
  const lines = certificateBytes.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

const distinguishedName = (commonName: string): Buffer =>
  sequence(tagged(0x31, sequence(objectId(oids.commonName), tagged(0x0c, Buffer.from(commonName, "utf8")))));

const extension = (oid: readonly number[], critical: boolean, value: Buffer): Buffer =>
  critical ? sequence(objectId(oid), boolean(true), octets(value)) : sequence(objectId(oid), octets(value));

const dnsName = (name: string): Buffer => tagged(0x82, Buffer.from(name, "ascii"));
const addressName = (address: readonly number[]): Buffer => tagged(0x87, Buffer.from(address));

/** DER: one byte of tag, the length, the content. */
function tagged(tag: number, content: Uint8Array): Buffer {
  const { length } = content;
  const header =
    length < 0x80 ? [tag, length] : length < 0x100 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(header), content]);
}

const sequence = (...parts: readonly Uint8Array[]): Buffer => tagged(0x30, Buffer.concat(parts));
const integer = (bytes: Uint8Array): Buffer => tagged(0x02, bytes);
const boolean = (value: boolean): Buffer => tagged(0x01, Buffer.from([value ? 0xff : 0x00]));
const octets = (content: Uint8Array): Buffer => tagged(0x04, content);
const bits = (content: Uint8Array): Buffer => tagged(0x03, Buffer.concat([Buffer.from([0]), content]));
const utcTime = (time: number): Buffer =>
  tagged(
    0x17,
    Buffer.from(
      new Date(time)
        .toISOString()
        .replace(/^..|[-:T]|\..*/g, "")
        .concat("Z"),
      "ascii",
    ),
  );

/** A bit string of at most eight named bits; DER wants trailing zero bits left out. */
function namedBits(...positions: readonly number[]): Buffer {
  const byte = positions.reduce((sum, position) => sum | (0x80 >> position), 0);
  return tagged(0x03, Buffer.from([7 - Math.max(...positions), byte]));
}

function objectId([first = 0, second = 0, ...rest]: readonly number[]): Buffer {
  const base128 = (value: number): number[] => {
    const bytes = [value & 0x7f];
    for (let left = value >> 7; left > 0; left >>= 7) bytes.unshift((left & 0x7f) | 0x80);
    return bytes;
  };
  return tagged(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

const day = 86_400_000;
const dnsNames = ["localhost", "*.localhost"];
const addresses: readonly (readonly number[])[] = [
  [127, 0, 0, 1],
  [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
];
const keyUsage = { digitalSignature: 0, keyCertSign: 5, cRLSign: 6 } as const;
const oids = {
  commonName: [2, 5, 4, 3],
  subjectKeyIdentifier: [2, 5, 29, 14],
  keyUsage: [2, 5, 29, 15],
  subjectAlternativeName: [2, 5, 29, 17],
  basicConstraints: [2, 5, 29, 19],
  authorityKeyIdentifier: [2, 5, 29, 35],
  extendedKeyUsage: [2, 5, 29, 37],
  serverAuth: [1, 3, 6, 1, 5, 5, 7, 3, 1],
  ecdsaWithSha256: [1, 2, 840, 10045, 4, 3, 2],
} as const;
