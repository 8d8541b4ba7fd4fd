import { randomBytes } from 'node:crypto';
import { JwtService } from '@nestjs/jwt';
import { accessTokenOptions } from '../../src/auth/tokens/access-token.js';
import type { Config } from '../../src/platform/config/config.js';
import { Keys } from '../../src/platform/crypto/keys.js';

/** Secret of this run; the measured programs get it in their environment. */
export const JWT_SECRET = process.env['JWT_SECRET'] ?? randomBytes(48).toString('base64url');

/** The product's own key derivation. */
export const keys = new Keys({ auth: { secrets: [JWT_SECRET] } } as Config);
/** Signs and checks access tokens: jsonwebtoken, with the key as a KeyObject. */
export const jwt = new JwtService(accessTokenOptions(keys));
