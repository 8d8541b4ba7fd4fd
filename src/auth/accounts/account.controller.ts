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
    summary: 'Export my data',
    description:
      'Returns everything that deleting the account erases, and the operators who have read rooms, as one streamed JSON document. Requires a fresh session (POST /auth/step-up).',
    success: {
      status: 200,
      description: 'A JSON object with a list for each section.',
      type: ExportDto,
      headers: {
        'Content-Disposition': {
          description: 'The suggested file name.',
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
      'Deletes the account at once; this cannot be undone. Sessions end, running replies stop, profile, rooms and messages are deleted, and a subscription is cancelled. Only the day’s message count remains, under a keyed hash of the number. Requires a fresh session (POST /auth/step-up).',
    success: { status: 204, description: 'The account is deleted.' },
    errors: ['step_up_required'],
    takesBody: true,
  })
  deleteMe(@Body() _: NoBodyDto, @CurrentUser() principal: Principal): Promise<void> {
    return this.accounts.delete(principal);
  }
}
