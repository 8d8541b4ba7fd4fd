import { ApiProperty } from '@nestjs/swagger';
import { PageOf } from '../../platform/fields/page.js';
import type { Session } from './session.entity.js';

/** One sign-in on one device. */
export class SessionDto {
  @ApiProperty({ format: 'uuid', example: '019a9d2e-5a1b-7c3d-8e4f-1a2b3c4d5e6f' })
  id!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'User-Agent of the sign-in.',
    example: 'okhttp/4.12.0',
  })
  device!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Address of the last sign-in or refresh.',
    example: '203.0.113.7',
  })
  ip!: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-11-20T09:00:00.000Z' })
  created_at!: string;

  @ApiProperty({
    format: 'date-time',
    description: 'Accurate to the life of an access token.',
    example: '2026-11-20T09:00:00.000Z',
  })
  last_used_at!: string;

  @ApiProperty({ description: 'Whether this is the session of the request.', example: true })
  current!: boolean;
}

export class SessionPage extends PageOf(SessionDto) {}

export function toSession(session: Session, currentId: string): SessionDto {
  return {
    id: session.id,
    device: session.device,
    ip: session.ip,
    created_at: session.createdAt.toISOString(),
    last_used_at: session.lastUsedAt.toISOString(),
    current: session.id === currentId,
  };
}
