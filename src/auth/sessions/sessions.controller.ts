import { Controller, Delete, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiIdParam, IdParam } from '../../platform/fields/id.param.js';
import { Operation } from '../../platform/openapi/operation.decorator.js';
import { PageQuery, type Page } from '../../platform/fields/page.js';
import { CurrentUser, type Principal } from '../../platform/http/principal.js';
import { OwnTokensOnly } from '../tokens/own-tokens-only.decorator.js';
import { SessionPage, type SessionDto } from './session.dto.js';
import { SessionsService } from './sessions.service.js';

@ApiTags('Auth')
@OwnTokensOnly()
@Controller('auth/sessions')
export class SessionsController {
  constructor(private readonly sessions: SessionsService) {}

  @Get()
  @Operation({
    summary: 'List my sessions',
    description: 'Open sessions, newest first.',
    success: { status: 200, description: 'A page of sessions.', type: SessionPage },
  })
  listSessions(@CurrentUser() principal: Principal, @Query() query: PageQuery): Promise<Page<SessionDto>> {
    return this.sessions.list(principal, query);
  }

  @Delete(':id')
  @ApiIdParam('id', 'The session.')
  @Operation({
    summary: 'End one of my sessions',
    description: 'Its tokens are refused on every process within two seconds.',
    success: { status: 204, description: 'Ended.' },
    takesId: true,
  })
  endSession(@CurrentUser() principal: Principal, @IdParam('id') id: string): Promise<void> {
    return this.sessions.end(principal.userId, id);
  }

  @Delete()
  @Operation({
    summary: 'End all my other sessions',
    description: 'Signs out every other device. The session of this token stays open.',
    success: { status: 204, description: 'All other sessions are ended.' },
  })
  endOtherSessions(@CurrentUser() principal: Principal): Promise<void> {
    return this.sessions.endAll(principal.userId, principal.sessionId);
  }
}
