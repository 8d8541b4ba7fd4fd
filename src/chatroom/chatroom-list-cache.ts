import { Injectable } from '@nestjs/common';
@Injectable()
export class ChatroomListCache {
  async invalidate(_u: string): Promise<void> {}
}
