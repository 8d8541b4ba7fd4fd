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
    summary: 'Who am I?',
    description: 'The account behind the token.',
    success: { status: 200, description: 'The signed-in person.', type: UserDto },
  })
  getMe(@CurrentUser() principal: Principal): Promise<UserDto> {
    return this.users.me(principal.userId);
  }

  @Patch('me')
  @Operation({
    summary: 'Change my profile',
    description: 'What is left out stays; null clears.',
    success: { status: 200, description: 'The signed-in person.', type: UserDto },
    takesBody: true,
  })
  updateMe(@CurrentUser() principal: Principal, @Body() body: UpdateUserDto): Promise<UserDto> {
    return this.users.updateMe(principal.userId, body);
  }
}
