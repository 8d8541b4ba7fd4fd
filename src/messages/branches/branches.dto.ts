import { ApiProperty } from '@nestjs/swagger';
import { IsUUID } from 'class-validator';

export class ChooseMessageDto {
  @ApiProperty({
    format: 'uuid',
    description: 'A message or reply of the room: the conversation goes on from the newest message below it.',
    example: '019a9d30-0c44-7a10-9b52-6d7e8f901234',
  })
  @IsUUID(undefined, { message: 'message_id must be the id of a message.' })
  message_id!: string;
}
