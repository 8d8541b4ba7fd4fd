import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/database.js';
@Injectable()
export class ChatroomRepository {
  constructor(private readonly d: Database) {}
  async findOwned(u: string, r: string): Promise<{ id: string } | null> {
    return (
      (
        await this.d.run<{ id: string }>(
          { name: 'x', text: 'select id from chatrooms where id=$2 and user_id=$1' },
          [u, r],
        )
      )[0] ?? null
    );
  }
}
