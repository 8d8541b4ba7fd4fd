/** The app's storage on a device, in the browser's. */
export default {
  getItem: async (key: string) => localStorage.getItem(`storage/${key}`),
  setItem: async (key: string, value: string) => localStorage.setItem(`storage/${key}`, value),
  removeItem: async (key: string) => localStorage.removeItem(`storage/${key}`),
};
