import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { PageOf, PageQuery } from '../../platform/fields/page.js';
import type { SandboxSms } from './sandbox-sms.repository.js';

export class SandboxSmsQuery extends PageQuery {
  @ApiPropertyOptional({
    description: 'Only SMS to this number. Default: all SMS.',
    example: '+919876543210',
  })
  @IsOptional()
  @MaxLength(40, { message: 'mobile_number is too long.' })
  @IsString({ message: 'mobile_number must be one text.' })
  mobile_number?: string;
}

export class SandboxSmsDto {
  @ApiProperty({ format: 'uuid', example: '019a9d2e-5a1b-7c3d-8e4f-1a2b3c4d5e6f' })
  id!: string;

  @ApiProperty({ example: '+919876543210' })
  mobile_number!: string;

  @ApiProperty({ example: 'Your code is 123456. It works for 5 minutes. Do not share it.' })
  text!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-20T09:00:00.000Z' })
  created_at!: string;
}

export class SandboxSmsPage extends PageOf(SandboxSmsDto) {}

export const toSandboxSms = ({ id, mobileNumber, text, createdAt }: SandboxSms): SandboxSmsDto => ({
  id,
  mobile_number: mobileNumber,
  text,
  created_at: createdAt.toISOString(),
});
