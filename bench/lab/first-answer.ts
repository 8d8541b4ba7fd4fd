/** The tour to the first answer: signs in with a code, creates a room, sends a message, reads the reply. */
export async function firstAnswer(url: string): Promise<void> {
  const mobile_number = '+14155550132';
  // The sandbox shows the code to any client on this machine.
  const { challenge_id, otp } = await post(`${url}/auth/send-otp`, { mobile_number });
  const { access_token } = await post(`${url}/auth/verify-otp`, { mobile_number, otp, challenge_id });
  const signedIn = { authorization: `Bearer ${access_token as string}` };
  const { id } = await post(`${url}/chatroom`, {}, signedIn);
  const exchange = await post(
    `${url}/chatroom/${id as string}/message`,
    { content: 'Why is the sky blue?' },
    { ...signedIn, prefer: 'wait=25' },
  );
  if ((exchange['reply'] as { status: string }).status !== 'completed')
    throw new Error('there was no answer');
}

async function post(
  url: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<Record<string, unknown>> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  if (!answer.ok)
    throw new Error(`${new URL(url).pathname} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Record<string, unknown>;
}
