import { EXCHANGE, importInto, MESSAGES, newSource, oneRoom, onlyRoom, ROOMS } from '../support/importing.js';
import { newMobile } from '../support/people.js';
import { sharedProduct, type Product } from '../support/product.js';

let product: Product;
beforeAll(async () => {
  product = await sharedProduct();
});
afterAll(() => product.close());

describe('import files', () => {
  it('may have other column names, BOM, CRLF, quotes, line breaks, tabs, backslashes and emoji', async () => {
    const mobile = newMobile();
    const text = 'He said "hi",\r\nthen:\t\\N \\. 👩‍👩‍👧 नमस्ते';
    const csv = {
      users: `\ufeffUser_ID,phone,name\r\na-1,${mobile},"Asha ""A"" Rao"\r\n`,
      rooms: `id,userId,system_prompt\r\nr/1,a-1,Be brief.\r\n`,
      messages: `\ufeffmessageId,chatroomId,role,message,timestamp\r\n\r\nm1,r/1,human,"${text.replaceAll('"', '""')}",1714557600\r\nm2,r/1,Assistant, kept as it is ,1714557600123\r\n`,
    };
    const { code, output } = await importInto(product, csv, newSource());
    expect([code, output]).toEqual([0, expect.stringContaining('2 new')]);
    const { user, room, messages } = await onlyRoom(product, mobile);
    expect(user.name).toBe('Asha "A" Rao');
    expect(room).toMatchObject({ name: 'He said "hi",', name_source: 'message', system_prompt: 'Be brief.' });
    expect(messages).toMatchObject([
      { content: text, created_at: '2024-05-01T10:00:00.000Z' },
      { content: ' kept as it is ', created_at: '2024-05-01T10:00:00.123Z' },
    ]);
  });

  it('may hold COPY’s special characters in any column, and they are imported unchanged', async () => {
    const mobile = newMobile();
    const odd = 'a\\.\t\\N\\\n\\.\r\n\\x41\u0008\v|\u2028z\\';
    const csv = {
      users: `id,mobile,name\n"u${odd}",${mobile},"${odd}"\n`,
      rooms: `id,user_id,title,system_prompt\n"r${odd}","u${odd}","${odd}","${odd}"\n`,
      messages: `id,room_id,role,content,in_reply_to\n"m${odd}","r${odd}",user,"${odd}",\nn,"r${odd}",user,more,\no,"r${odd}",model,"${odd}","m${odd}"\n`,
    };
    const { code, output } = await importInto(product, csv, newSource());
    expect([code, output]).toEqual([0, expect.stringContaining('3 new')]);
    const { user, room, messages } = await onlyRoom(product, mobile);
    expect([user.name, room.name, room.system_prompt]).toEqual([odd, odd, odd]);
    expect(messages).toMatchObject([{ content: odd }, {}, { content: odd, in_reply_to: messages[0].id }]);
  });

  it('with NUL in any column are rejected by row', async () => {
    const csv = {
      users: 'id,mobile,name\n1\0,x,\n2,\0,\n3,x,\0\n',
      rooms: 'id,user_id,title,system_prompt\n\0,1,,\n1,\0,,\n1,1,\0,\n1,1,,\0\n',
      messages: 'id,room_id,role,content,in_reply_to\n\0,1,user,x,\n1,\0,user,x,\n1,1,model,x,\0\n',
    };
    const { rejected } = await importInto(product, csv, newSource());
    const reasons = Object.values(rejected).flatMap((report) => report!.split('\n').slice(1, -1));
    expect(reasons).toHaveLength(10);
    expect(reasons.filter((reason) => !reason.endsWith(',"the row contains NUL"'))).toEqual([]);
  });

  it('may be in any order: rows are sorted by time, to the microsecond', async () => {
    const mobile = newMobile();
    const rows = `2,7,gemini,second,2024-05-01 10:00:00.000002+00\n1,7,user,first,2024-05-01T12:00:00.000001+02:00\n`;
    await importInto(product, oneRoom(mobile, rows), newSource());
    expect((await onlyRoom(product, mobile)).messages).toMatchObject([
      { content: 'first' },
      { content: 'second' },
    ]);
  });

  it('without times keep the order of their rows', async () => {
    const mobile = newMobile();
    const rows = `b,7,me,one\na,7,bot,two\nc,7,me,three\n`;
    const { output } = await importInto(
      product,
      oneRoom(mobile, rows, 'id,room_id,role,content\n'),
      newSource(),
    );
    expect(output).toContain('3 × without a time');
    const { messages } = await onlyRoom(product, mobile);
    expect(messages.map(({ content }: { content: string }) => content)).toEqual(['one', 'two', 'three']);
  });

  it('have bad rows reported with line and reason, and the others are imported', async () => {
    const mobile = newMobile();
    const csv = {
      users: `id,mobile\n1,${mobile}\n2,12\n3\n1,${newMobile()}\n`,
      rooms: `id,user_id,title\n7,1,"A\nB"\n8,2,Of the invalid one\n9,unknown,Lost\n`,
      messages: [
        'id,room_id,role,content,created_at',
        '0,7,model,Hello!,2024-05-01',
        '1,7,user,"two',
        'lines",2024-05-02',
        '2,7,wizard,x,2024-05-02',
        '3,7,user,  ,2024-05-02',
        '4,8,user,x,2024-05-02',
        '5,7,user,x,2024-02-30',
        '6,7,user,nul\0,2024-05-02',
        `7,7,user,${'x'.repeat(32_001)},2024-05-02`,
        '1,7,user,again,2024-05-03',
        '8,7,user,x,2124-05-02',
        '9,7,model,fine,2024-05-02T00:00:01Z',
        ',7,user,x,2024-05-02',
        '',
      ].join('\n'),
    };
    const { code, rejected, output } = await importInto(product, csv, newSource());
    expect(code).toBe(1);
    expect(linesOf(rejected.users)).toEqual([3, 4, 5]);
    expect(rejected.users).toContain('4,"the row has 1 columns, the header has 2"');
    expect(linesOf(rejected.rooms)).toEqual([4, 5]);
    expect(linesOf(rejected.messages)).toEqual([2, 5, 6, 7, 8, 9, 10, 11, 12, 14]);
    expect(rejected.messages).toContain('5,"role must be one of user, human');
    expect(output).toContain('messages.csv, line 10: content is longer than 32000 characters');
    const { messages } = await onlyRoom(product, mobile);
    expect(messages).toMatchObject([{ content: 'two\nlines' }, { content: 'fine' }]);
  });

  it.each([
    [
      'a wrong header',
      'id,chatroom_id,sender,created_at\n',
      65,
      'the header has no column content, or text, or message',
    ],
    [
      'semicolons',
      'id;room_id;role;content\n1;7;user;x\n',
      65,
      'the header is one column: separate fields by commas',
    ],
    ['tabs', 'id\troom_id\trole\tcontent\n', 65, 'the header is one column'],
    [
      'rooms in their place',
      ROOMS,
      65,
      'the header has no column room_id, or chatroom_id (the order is users, rooms, messages)',
    ],
    ['a column twice', 'id,room_id,role,content,text\n', 65, 'two columns are content'],
    ['no header', '', 65, 'is empty'],
    [
      'a quote that is not closed',
      `${MESSAGES}1,7,user,"x,2024\n2,7,user,y,2024\n`,
      65,
      'the row that begins on line 2',
    ],
    [
      'a quote in the wrong place',
      `${MESSAGES}1,7,user,"a\r\nb",\n2,7,user,a "b",\n`,
      65,
      'begins on line 4',
    ],
    ['Latin-1', Buffer.from(`${MESSAGES}1,7,user,caf\xe9,\n`, 'latin1'), 65, 'is not UTF-8'],
  ])('with %s are left alone: nothing is written', async (_, messages, exitCode, says) => {
    const mobile = newMobile();
    const csv = { ...oneRoom(mobile, ''), messages } as never;
    const { code, output } = await importInto(product, csv, newSource());
    expect([code, output]).toEqual([exitCode, expect.stringContaining(says)]);
    expect(output).toContain('Nothing was imported.');
    expect(await product.rows('select from users where mobile_number = $1', [mobile])).toEqual([]);
  });

  it('are only checked in a dry run, with the same findings', async () => {
    const mobile = newMobile();
    const csv = oneRoom(mobile, `${EXCHANGE}3,8,user,lost,\n`);
    const { code, output, rejected } = await importInto(product, csv, newSource(), '--dry-run');
    expect([code, linesOf(rejected.messages)]).toEqual([1, [4]]);
    expect(output).toContain('2 would be new');
    expect(await product.rows('select from users where mobile_number = $1', [mobile])).toEqual([]);
  });

  it('leave none of their contents in the output', async () => {
    const [mobile, secret] = [newMobile(), 'A-very-private-thing'];
    const csv = {
      users: `id,mobile,name,email\n1,${mobile},${secret},${secret}\n2,${secret},,\n`,
      rooms: `id,user_id,name\n7,1,${secret}\n${secret},2,x\n`,
      messages: `id,room_id,role,content\n1,7,user,${secret}\n2,7,${secret},x\n${secret},7,user,\n3,${secret},user,x\n`,
    };
    const { code, output, rejected } = await importInto(product, csv, newSource());
    expect(code).toBe(1);
    expect(output + JSON.stringify(rejected)).not.toMatch(new RegExp(`${secret}|${mobile.slice(1)}`));
  });
});

/** Line numbers of a report, in its order. */
const linesOf = (report: string | null): number[] =>
  (report ?? '')
    .split('\n')
    .slice(1, -1)
    .map((line) => Number(line.split(',')[0]));
