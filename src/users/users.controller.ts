import { Body, Controller, Get, Patch } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Operation } from '../platform/openapi/operation.decorator.js';
import { CurrentUser, type Principal } from '../platform/http/principal.js';
import { UpdateUserDto, UserDto } from './user.dto.js';
import { UsersService } from './users.service.js';

@ApiTags('User')
@Controller('user')
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Get('me')
  @Operation({
    summary: 'Get my account',
    description: 'The account that the access token belongs to.',
    success: { status: 200, description: 'The account.', type: UserDto },
  })
  getMe(@CurrentUser() principal: Principal): Promise<UserDto> {
    return this.users.me(principal.userId);
  }

  @Patch('me')
  @Operation({
    summary: 'Change my profile',
    description: 'Fields that are left out stay unchanged; null clears a field.',
    success: { status: 200, description: 'The account.', type: UserDto },
    takesBody: true,
  })
  updateMe(@CurrentUser() principal: Principal, @Body() body: UpdateUserDto): Promise<UserDto> {
    return this.users.updateMe(principal.userId, body);
  }
}
