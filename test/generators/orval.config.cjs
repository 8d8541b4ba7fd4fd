module.exports = {
  chat: {
    input: '../../openapi.json',
    output: {
      target: 'out/orval/client.ts',
      client: 'fetch',
      override: { mutator: { path: 'clients/orval-fetch.ts', name: 'callApi' } },
    },
  },
};
