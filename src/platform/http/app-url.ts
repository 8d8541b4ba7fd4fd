import type { AddressInfo } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { CONFIG, type Config } from '../config/config.js';

/** The public address of this API: APP_URL, else the address that the process listens on. */
@Injectable()
export class AppUrl {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly adapter: HttpAdapterHost,
  ) {}

  /** Without a trailing slash. @throws Error before the process listens, when there is no APP_URL */
  get value(): string {
    return this.config.http.appUrl ?? listeningUrl(this.adapter.httpAdapter.getHttpServer().address());
  }
}

/** Written as a browser on this machine would write it. */
export function listeningUrl(address: AddressInfo | string | null): string {
  if (address === null || typeof address === 'string') throw new Error('the process does not listen');
  const isLocal = ['::1', '::', '0.0.0.0'].includes(address.address);
  const host = isLocal ? 'localhost' : address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}
