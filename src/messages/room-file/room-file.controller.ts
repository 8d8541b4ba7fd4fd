import { Controller, Get, Query, type StreamableFile } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiIdParam, IdParam } from '../../platform/fields/id.param.js';
import { CurrentUser, type Principal } from '../../platform/http/principal.js';
import { Produces } from '../../platform/http/responses/accept.js';
import { Operation } from '../../platform/openapi/operation.decorator.js';
import { RoomFileDto, RoomFileQuery } from './room-file.dto.js';
import { RoomFileService } from './room-file.service.js';

/** `GET /chatroom/:id/export`. */
@ApiTags('Chatroom')
@Controller('chatroom')
export class RoomFileController {
  constructor(private readonly files: RoomFileService) {}

  @Get(':id/export')
  @ApiIdParam('id', 'The room.')
  @Produces('text/markdown')
  @Operation({
    summary: 'Download a room as a file',
    description:
      'Streams the room as Markdown or JSON, oldest message first. In Markdown each text is a block quote, so that no text can be taken for another message.',
    success: {
      status: 200,
      description: 'The file.',
      type: RoomFileDto,
      text: {
        mediaType: 'text/markdown',
        example: '# Physics\n\n## You · 2026-11-20 09:00 UTC\n\n> Why is the sky blue?\n',
      },
      headers: {
        'Content-Disposition': {
          description: 'The suggested file name.',
          schema: {
            type: 'string',
            example: `attachment; filename="Physics-2026-11-20.md"; filename*=UTF-8''Physics-2026-11-20.md`,
          },
        },
      },
    },
    takesId: true,
    isExport: true,
  })
  exportChatroom(
    @CurrentUser() user: Principal,
    @IdParam('id') roomId: string,
    @Query() query: RoomFileQuery,
  ): Promise<StreamableFile> {
    return this.files.file(user.userId, roomId, query);
  }
}
