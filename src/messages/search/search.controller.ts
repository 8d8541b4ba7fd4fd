import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Page } from '../../platform/fields/page.js';
import { CurrentUser, type Principal } from '../../platform/http/principal.js';
import { Limit } from '../../platform/limits/limit.decorator.js';
import { Operation } from '../../platform/openapi/operation.decorator.js';
import { SearchQuery, SearchResultPage, type SearchResultDto } from './search.dto.js';
import { SearchService } from './search.service.js';

/** `GET /search`. */
@ApiTags('Chatroom')
@Controller('search')
export class SearchController {
  constructor(private readonly service: SearchService) {}

  @Get()
  // A person who types searches about once a second; a page costs up to 0.1 s of processor.
  @Limit({ name: 'search', max: 60, per: 'minute', by: 'user' })
  @Operation({
    summary: 'Search rooms and messages',
    description:
      'Searches the names of the user’s rooms and the texts of their messages, newest first. With `chatroom_id` or `role`, only messages. A page may have fewer results than `limit`, or none, and still a `next_cursor`: a page reads a bounded amount of text.',
    success: { status: 200, description: 'A page of results.', type: SearchResultPage },
  })
  search(@CurrentUser() user: Principal, @Query() query: SearchQuery): Promise<Page<SearchResultDto>> {
    return this.service.search(user.userId, query);
  }
}
