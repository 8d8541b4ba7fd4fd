import { ApiProperty } from '@nestjs/swagger';

/** The tokens of a session. */
export class TokensDto {
  @ApiProperty({
    description: 'Send it as `Authorization: Bearer …`.',
    example: 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6Im…',
  })
  access_token!: string;

  @ApiProperty({ enum: ['Bearer'], example: 'Bearer' })
  token_type!: 'Bearer';

  @ApiProperty({ type: 'integer', description: 'Seconds until the access token expires.', example: 900 })
  expires_in!: number;

  @ApiProperty({
    description: 'For POST /auth/refresh. Each token is used once: keep only the newest.',
    example: 'AZqdLlobfD2OTxorPE1ebwAAAAFq3v…',
  })
  refresh_token!: string;

  @ApiProperty({
    type: 'integer',
    description: 'Seconds until the session ends, unless it is refreshed.',
    example: 2592000,
  })
  refresh_expires_in!: number;
}
