import { ApiProperty } from '@nestjs/swagger';
export class ChatroomDto {
  @ApiProperty() id!: string;
}
export const toRoom = (r: { id: string }): ChatroomDto => ({ id: r.id });
