/** Some releases of iOS refuse a longer value; expo-secure-store warns of it. */
const MAX_BYTES = 2048;
const KEY = /^[\w.-]+$/;

const nameOf = (key: string): string => {
  if (!KEY.test(key)) throw new Error(`expo-secure-store takes no such key: ${key}`);
  return `keychain/${key}`;
};

/** The keychain of a device, in the browser's storage. */
export const getItemAsync = async (key: string) => localStorage.getItem(nameOf(key));
export const deleteItemAsync = async (key: string) => localStorage.removeItem(nameOf(key));
export async function setItemAsync(key: string, value: string): Promise<void> {
  if (new TextEncoder().encode(value).length > MAX_BYTES) throw new Error(`too long for a keychain: ${key}`);
  localStorage.setItem(nameOf(key), value);
}
