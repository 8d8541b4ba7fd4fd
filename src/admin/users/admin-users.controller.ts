import { Body, Delete, Get, Post, Query } from '@nestjs/common';
import { ApiIdParam, IdParam } from '../../platform/fields/id.param.js';
import type { Page } from '../../platform/fields/page.js';
import { AdminController, AdminListOperation, AdminOperation } from '../admin.decorators.js';
import { CurrentOperator, type Operator } from '../operator.js';
import { AdminUserDto, AdminUserPage } from './admin-user.dto.js';
import { FindUsersQuery, GrantDto, ReasonDto, ReplaceNumberDto } from './admin-users.input.js';
import { AdminUsersService } from './admin-users.service.js';
import { GrantsService } from './grants.service.js';
import { UserActions } from './user-actions.service.js';

const USER = { status: 200, description: 'The account as it is now.', type: AdminUserDto };

@AdminController('users')
export class AdminUsersController {
  constructor(
    private readonly users: AdminUsersService,
    private readonly acts: UserActions,
    private readonly grants: GrantsService,
  ) {}

  @Get()
  @AdminListOperation({
    item: AdminUserDto,
    summary: 'Find accounts',
    description:
      'All accounts, newest first; or the account with a number, or with an issuer and a subject. Unknown parameters are refused.',
    shown: 'A page of accounts.',
    page: AdminUserPage,
  })
  findUsers(
    @CurrentOperator() operator: Operator,
    @Query() query: FindUsersQuery,
  ): Promise<Page<AdminUserDto>> {
    return this.users.list(operator, query);
  }

  @Get(':id')
  @ApiIdParam('id', 'The account.')
  @AdminOperation({
    summary: 'Get an account',
    description: 'Profile, tier, identities and counts, without texts of messages.',
    success: USER,
  })
  getUser(@IdParam('id') id: string): Promise<AdminUserDto> {
    return this.users.get(id);
  }

  @Post(':id/ban')
  @ApiIdParam('id', 'The account.')
  @AdminOperation({
    summary: 'Suspend an account',
    description:
      'Ends its sessions and closes its streams within two seconds. Signing in with a correct code is then answered 403 `account_suspended`. Running replies continue. Not for an admin’s account.',
    success: USER,
    fresh: true,
    takesBody: true,
  })
  async banUser(
    @CurrentOperator() operator: Operator,
    @IdParam('id') id: string,
    @Body() body: ReasonDto,
  ): Promise<AdminUserDto> {
    await this.acts.ban(operator, id, body);
    return this.users.get(id);
  }

  @Post(':id/unban')
  @ApiIdParam('id', 'The account.')
  @AdminOperation({
    summary: 'Lift a suspension',
    description: 'The user can sign in again. Sessions that the suspension ended stay ended.',
    success: USER,
    takesBody: true,
  })
  async unbanUser(
    @CurrentOperator() operator: Operator,
    @IdParam('id') id: string,
    @Body() body: ReasonDto,
  ): Promise<AdminUserDto> {
    await this.acts.unban(operator, id, body);
    return this.users.get(id);
  }

  @Post(':id/grants')
  @ApiIdParam('id', 'The account.')
  @AdminOperation({
    summary: 'Grant Pro until a date',
    description: 'Independent of Stripe. Null ends the grant; a paid subscription is not affected.',
    success: USER,
    fresh: true,
    takesBody: true,
  })
  async grantPro(
    @CurrentOperator() operator: Operator,
    @IdParam('id') id: string,
    @Body() body: GrantDto,
  ): Promise<AdminUserDto> {
    await this.grants.grant(operator, id, body);
    return this.users.get(id);
  }

  @Post(':id/mobile-number')
  @ApiIdParam('id', 'The account.')
  @AdminOperation({
    summary: 'Replace an account’s mobile number',
    description:
      'For a user who has lost the number; verify their identity first. Ends all sessions, deletes codes to the old number and clears the password: the user signs in with a code to the new number. Not for an admin’s account.',
    success: USER,
    errors: ['mobile_number_taken'],
    fresh: true,
    takesBody: true,
  })
  async replaceNumber(
    @CurrentOperator() operator: Operator,
    @IdParam('id') id: string,
    @Body() body: ReplaceNumberDto,
  ): Promise<AdminUserDto> {
    await this.acts.replaceNumber(operator, id, body);
    return this.users.get(id);
  }

  @Post(':id/sessions/revoke')
  @ApiIdParam('id', 'The account.')
  @AdminOperation({
    summary: 'End all sessions of an account',
    description:
      'Ends every session of the account, on every process within two seconds. The user can sign in again.',
    success: { status: 204, description: 'Every session has ended.' },
    takesBody: true,
  })
  revokeSessions(
    @CurrentOperator() operator: Operator,
    @IdParam('id') id: string,
    @Body() body: ReasonDto,
  ): Promise<void> {
    return this.acts.revokeSessions(operator, id, body);
  }

  @Delete(':id')
  @ApiIdParam('id', 'The account.')
  @AdminOperation({
    summary: 'Delete an account',
    description:
      'Deletes the account with all its data; this cannot be undone. A subscription is cancelled. Entries of the audit log remain. Not for an admin’s account.',
    success: { status: 204, description: 'The account is deleted.' },
    fresh: true,
    takesBody: true,
  })
  deleteUser(
    @CurrentOperator() operator: Operator,
    @IdParam('id') id: string,
    @Body() body: ReasonDto,
  ): Promise<void> {
    return this.acts.delete(operator, id, body);
  }
}
