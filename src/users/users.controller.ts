import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Operation } from '../platform/http/operation.decorator.js';
import { CurrentUser, type Principal } from '../platform/http/principal.js';
import { UserDto } from './user.dto.js';
import { UsersService } from './users.service.js';

@ApiTags('User')
@Controller('user')
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Get('me')
  @Operation({
    summary: 'Who am I?',
    success: { status: 200, description: 'The signed-in person.', type: UserDto },
  })
  getMe(@CurrentUser() principal: Principal): Promise<UserDto> {
    return this.users.me(principal.userId);
  }
}
