import { Post } from '@nestjs/common';
import { CurrentUser, type Principal } from '../../platform/http/principal.js';
import { HttpAnswer } from '../../platform/http/responses/http-answer.js';
import { AdminController, AdminOperation } from '../admin.decorators.js';
import { AdminPageSessionDto } from './page-session.dto.js';
import { PageSessions } from './page-sessions.service.js';

@AdminController('page-session')
export class PageSessionController {
  constructor(private readonly pages: PageSessions) {}

  @Post()
  @AdminOperation({
    summary: 'Open the operators’ panel',
    description:
      'Sets a cookie for 10 minutes with which a browser loads the files of the panel, `/admin/`. The cookie is good for nothing else: every route needs the bearer token. Without it everything under `/admin` is 404.',
    success: {
      status: 200,
      description: 'The panel can be loaded.',
      type: AdminPageSessionDto,
      headers: {
        'Set-Cookie': {
          description: 'The cookie: HttpOnly, SameSite=Strict, Path=/admin, Secure where APP_URL is https.',
          required: true,
          schema: {
            type: 'string',
            example: 'admin_pages=…; Path=/admin; Max-Age=600; HttpOnly; SameSite=Strict',
          },
        },
      },
    },
  })
  openPanel(@CurrentUser() admin: Principal): HttpAnswer<AdminPageSessionDto> {
    const { cookie, expiresAt } = this.pages.open(admin);
    return new HttpAnswer({ path: '/admin/', expires_at: expiresAt.toISOString() }, { 'Set-Cookie': cookie });
  }
}
