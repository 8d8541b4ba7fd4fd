import type { ChatClient } from '@chat-backend/client';
import { useEffect, useMemo, useState } from 'react';
import { Button, FlatList, SafeAreaView, StyleSheet, Text, TextInput, View } from 'react-native';
import { newChat } from './chat';
import { useRoom } from './use-room';

type Screen = { at: 'loading' } | { at: 'sign-in' } | { at: 'room'; id: string };

export default function App() {
  const [screen, setScreen] = useState<Screen>({ at: 'loading' });
  const chat = useMemo(() => newChat(() => setScreen({ at: 'sign-in' })), []);

  const enter = async () => {
    if (!(await chat.isSignedIn())) return setScreen({ at: 'sign-in' });
    const { id } = (await chat.rooms()).data[0] ?? (await chat.createRoom());
    setScreen({ at: 'room', id });
  };
  useEffect(() => void enter().catch(() => setScreen({ at: 'sign-in' })), [chat]);

  return (
    <SafeAreaView style={styles.screen}>
      {screen.at === 'sign-in' && <SignIn chat={chat} onDone={enter} />}
      {screen.at === 'room' && <Room chat={chat} id={screen.id} />}
    </SafeAreaView>
  );
}

function SignIn({ chat, onDone }: { chat: ChatClient; onDone: () => Promise<void> }) {
  const [number, setNumber] = useState('');
  const [challenge, setChallenge] = useState<{ challenge_id: string } | null>(null);
  const [code, setCode] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const attempt = (task: () => Promise<unknown>) => () => {
    setProblem(null);
    task().catch((error: Error) => setProblem(error.message));
  };
  const askForCode = attempt(async () => {
    const sent = await chat.sendCode(number);
    // A sandbox tells the code; from a real phone it comes as a text message.
    setCode(sent.otp ?? '');
    setChallenge(sent);
  });
  const signIn = attempt(async () => {
    await chat.verifyCode(number, challenge!, code);
    await onDone();
  });
  return (
    <View style={styles.form}>
      <TextInput
        accessibilityLabel="Mobile number"
        autoComplete="tel"
        keyboardType="phone-pad"
        onChangeText={setNumber}
        placeholder="+91 98765 43210"
        style={styles.input}
        value={number}
      />
      {challenge && (
        <TextInput
          accessibilityLabel="Code"
          autoComplete="sms-otp"
          keyboardType="number-pad"
          onChangeText={setCode}
          style={styles.input}
          value={code}
        />
      )}
      <Button title={challenge ? 'Sign in' : 'Send code'} onPress={challenge ? signIn : askForCode} />
      {problem !== null && <Text accessibilityRole="alert">{problem}</Text>}
    </View>
  );
}

function Room({ chat, id }: { chat: ChatClient; id: string }) {
  const { messages, live, problem, send, stop } = useRoom(chat, id);
  const [draft, setDraft] = useState('');
  const sent = live?.message;
  const shown = [
    ...messages,
    ...(sent && !messages.some((message) => message.id === sent.id) ? [sent] : []),
    ...(live ? [{ id: live.replyId ?? 'live', role: 'model', content: live.text }] : []),
  ];
  return (
    <View style={styles.screen}>
      <FlatList
        data={shown}
        keyExtractor={(message) => message.id}
        renderItem={({ item: { role, content } }) => (
          <Text testID={role} style={[styles.message, role === 'user' && styles.own]}>
            {content}
          </Text>
        )}
      />
      {problem !== null && <Text accessibilityRole="alert">{problem}</Text>}
      <View style={styles.row}>
        <TextInput
          accessibilityLabel="Message"
          multiline
          onChangeText={setDraft}
          style={[styles.input, styles.grows]}
          value={draft}
        />
        {live ? (
          <Button title="Stop" onPress={stop} />
        ) : (
          <Button
            title="Send"
            disabled={draft.trim() === ''}
            onPress={() => {
              setDraft('');
              send(draft, (refused) =>
                setDraft((typed) => (typed === '' ? refused : `${refused}\n${typed}`)),
              );
            }}
          />
        )}
      </View>
    </View>
  );
}

const styles = StyleSheet.create({
  screen: { flex: 1 },
  form: { flex: 1, justifyContent: 'center', padding: 16, gap: 12 },
  row: { flexDirection: 'row', alignItems: 'flex-end', padding: 8, gap: 8 },
  input: { borderWidth: 1, borderColor: '#888', borderRadius: 8, padding: 10, fontSize: 16 },
  grows: { flex: 1 },
  message: { margin: 8, padding: 10, borderRadius: 8, backgroundColor: '#eee', fontSize: 16 },
  own: { alignSelf: 'flex-end', backgroundColor: '#d6e4ff' },
});
