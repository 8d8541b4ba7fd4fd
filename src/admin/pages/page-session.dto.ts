import { ApiProperty } from '@nestjs/swagger';

/** The right to load the panel's files. */
export class AdminPageSessionDto {
  @ApiProperty({ description: 'The address of the panel.', example: '/admin/' })
  path!: string;

  @ApiProperty({
    format: 'date-time',
    description: 'Until then the cookie loads the panel’s files. Ask for another before.',
  })
  expires_at!: string;
}
