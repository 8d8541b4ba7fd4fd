import { ChatClient } from '@chat-backend/client';
import { createRoot } from 'react-dom/client';
import { Chat } from './Chat.js';

const query = new URLSearchParams(location.search);
const chat = new ChatClient({ url: query.get('api') ?? 'http://127.0.0.1:3000', store: localStorage });

if (!(await chat.isSignedIn())) {
  const number = query.get('number') ?? prompt('Mobile number') ?? '';
  const sent = await chat.sendCode(number);
  await chat.verifyCode(number, sent, sent.otp ?? prompt('The code from the SMS') ?? '');
}
const room = (await chat.rooms()).data[0] ?? (await chat.createRoom());
const { data } = await chat.messages(room.id, null, 'path');
createRoot(document.getElementById('root')!).render(<Chat chat={chat} roomId={room.id} history={data} />);
