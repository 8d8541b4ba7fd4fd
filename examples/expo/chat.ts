import AsyncStorage from '@react-native-async-storage/async-storage';
import { ChatClient, type KeyValueStore } from '@chat-backend/client';
import { fetch } from 'expo/fetch';
import * as SecureStore from 'expo-secure-store';

/**
 * Keeps the tokens in the keychain and unfinished messages in the app's storage: a keychain takes some 2 KB a value, and
 * a message may have 32,000 characters.
 */
export const store: KeyValueStore = {
  getItem: (key) => (isSecret(key) ? SecureStore.getItemAsync(key) : AsyncStorage.getItem(key)),
  setItem: (key, value) =>
    isSecret(key) ? SecureStore.setItemAsync(key, value) : AsyncStorage.setItem(key, value),
  removeItem: (key) => (isSecret(key) ? SecureStore.deleteItemAsync(key) : AsyncStorage.removeItem(key)),
};

const isSecret = (key: string): boolean => key === 'chat.tokens';

/** React Native's own fetch gives no body to read while it comes; that of Expo does. */
export const newChat = (onSignedOut: () => void): ChatClient =>
  new ChatClient({
    url: process.env.EXPO_PUBLIC_API_URL ?? 'http://127.0.0.1:3000',
    store,
    fetch: fetch as unknown as typeof globalThis.fetch,
    onSignedOut,
  });
