import { constants, createHmac, generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Algorithm = 'RS256' | 'PS256' | 'ES256' | 'EdDSA';

/** A key pair of an issuer. node:crypto signs its tokens, not the library that verifies them. */
export interface IssuerKey {
  kid: string;
  alg: Algorithm;
  privateKey: KeyObject;
  publicKey: KeyObject;
}

/** Failure of the key server. */
export type Trouble = 'hangs' | 'fails' | 'talks nonsense' | 'sends elsewhere';

/** The default audience of tokens. */
export const AUDIENCE = 'chat';

const nowSeconds = () => Math.floor(Date.now() / 1000);
const b64 = (value: string | object) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

export function newKey(alg: Algorithm = 'ES256', kid: string = randomUUID()): IssuerKey {
  const pair = {
    RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
    PS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
    ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    EdDSA: () => generateKeyPairSync('ed25519'),
  }[alg]();
  return { kid, alg, ...pair };
}

/** Signs any texts or objects as header and claims. */
export function signedBy(key: IssuerKey, header: string | object, claims: string | object): string {
  const body = `${b64(header)}.${b64(claims)}`;
  const data = Buffer.from(body);
  const signature = {
    RS256: () => sign('sha256', data, { key: key.privateKey, padding: constants.RSA_PKCS1_PADDING }),
    PS256: () =>
      sign('sha256', data, {
        key: key.privateKey,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
      }),
    ES256: () => sign('sha256', data, { key: key.privateKey, dsaEncoding: 'ieee-p1363' }),
    EdDSA: () => sign(null, data, key.privateKey),
  }[key.alg]();
  return `${body}.${signature.toString('base64url')}`;
}

/** An HS256 token whose key is the public key: a verifier that accepts the wrong algorithm would accept it. */
export function macedWith(secret: string | Buffer | KeyObject, header: object, claims: object): string {
  const body = `${b64(header)}.${b64(claims)}`;
  return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`;
}

/** A token without a signature. */
export const unsigned = (header: object, claims: object): string => `${b64(header)}.${b64(claims)}.`;

/** An app that signs in its own users, with a server of its public keys. */
export class TokenIssuer {
  /** The served keys; the first one signs. */
  keys: IssuerKey[];
  /** Number of requests to the server. */
  asked = 0;
  trouble: Trouble | null = null;
  private readonly waiting: ServerResponse[] = [];

  private constructor(
    private readonly server: Server,
    private readonly port: number,
    alg: Algorithm,
  ) {
    this.keys = [newKey(alg)];
  }

  static async start(alg: Algorithm = 'ES256'): Promise<TokenIssuer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const issuer = new TokenIssuer(server, (server.address() as AddressInfo).port, alg);
    server.on('request', (_request, response) => issuer.answer(response));
    return issuer;
  }

  /** `iss`. */
  get name(): string {
    return `https://issuer-${this.port}.test/`;
  }

  /** The entry of AUTH_TRUSTED_ISSUERS. */
  get setting(): string {
    return `${this.name}|${AUDIENCE}|http://127.0.0.1:${this.port}/jwks`;
  }

  /** Claims of a valid token, for ten minutes. */
  claims(more: object = {}): Record<string, unknown> {
    const iat = nowSeconds();
    return { iss: this.name, aud: AUDIENCE, sub: randomUUID(), iat, exp: iat + 600, ...more };
  }

  header(more: object = {}): Record<string, unknown> {
    const { alg, kid } = this.keys[0]!;
    return { alg, kid, typ: 'JWT', ...more };
  }

  /** A token signed with the newest key. */
  token(claims: object = {}, header: object = {}): string {
    return signedBy(this.keys[0]!, this.header(header), this.claims(claims));
  }

  /** Signs with a new key from now on; with `keep` the old keys are still served. */
  rotate({ keep = true } = {}): void {
    this.keys = [newKey(this.keys[0]!.alg), ...(keep ? this.keys : [])];
  }

  /** Responds to the requests that hang. */
  relent(): void {
    this.trouble = null;
    for (const response of this.waiting.splice(0)) this.show(response);
  }

  /** Stops listening. */
  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private answer(response: ServerResponse): void {
    this.asked += 1;
    switch (this.trouble) {
      case 'hangs':
        this.waiting.push(response);
        return;
      case 'fails':
        response.writeHead(500).end('{}');
        return;
      case 'talks nonsense':
        response.writeHead(200, { 'content-type': 'application/json' }).end('<html>Welcome</html>');
        return;
      case 'sends elsewhere':
        response.writeHead(302, { location: `http://127.0.0.1:${this.port}/elsewhere` }).end();
        return;
      case null:
        this.show(response);
    }
  }

  private show(response: ServerResponse): void {
    // Without `alg`, which is optional: the verifier decides about the algorithm.
    const keys = this.keys.map(({ kid, publicKey }) => ({
      ...publicKey.export({ format: 'jwk' }),
      kid,
      use: 'sig',
    }));
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys }));
  }
}
