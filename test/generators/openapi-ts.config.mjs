export default {
  input: '../../openapi.json',
  output: 'out/hey-api',
  plugins: ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk'],
};
