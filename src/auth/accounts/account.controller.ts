import { Body, Controller, Delete, Get, type StreamableFile } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { NoBodyDto } from '../../platform/fields/no-body.dto.js';
import { Operation } from '../../platform/openapi/operation.decorator.js';
import { CurrentUser, type Principal } from '../../platform/http/principal.js';
import { AccountService } from './account.service.js';
import { ExportDto } from './export.dto.js';

@ApiTags('User')
@Controller('user/me')
export class AccountController {
  constructor(private readonly accounts: AccountService) {}

  @Get('export')
  @Operation({
    summary: 'Take everything along',
    description:
      'Everything that deleting the account erases, and who has read it, as one JSON document that is written while it is read. Needs a fresh session.',
    success: {
      status: 200,
      description: 'A list for each kind of thing.',
      type: ExportDto,
      headers: {
        'Content-Disposition': {
          description: 'A name for the file.',
          schema: { type: 'string', example: 'attachment; filename="export-2026-11-20.json"' },
        },
      },
    },
    errors: ['step_up_required'],
    isExport: true,
  })
  exportMe(@CurrentUser() principal: Principal): Promise<StreamableFile> {
    return this.accounts.export(principal);
  }

  @Delete()
  @Operation({
    summary: 'Delete my account',
    description:
      'At once and for good: sessions end, running replies stop, profile, rooms and messages go; a subscription is cancelled. Needs a fresh session. The day’s count stays with the number, under a keyed hash.',
    success: { status: 204, description: 'The account is gone.' },
    errors: ['step_up_required'],
    takesBody: true,
  })
  deleteMe(@Body() _: NoBodyDto, @CurrentUser() principal: Principal): Promise<void> {
    return this.accounts.delete(principal);
  }
}
