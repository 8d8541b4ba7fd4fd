import { choice, head, usage, type RecordedShape } from './shape-parts.support.js';

/**
 * Ollama: thoughts in `reasoning` beside an empty content, the reason alone, the counts in a chunk without choices. Until
 * 2026 the role stood in every delta, and an empty content beside the reason.
 * github.com/ollama/ollama, openai/openai.go (ToStreamChunks, FinishChunk, ToUsage) and middleware/openai.go
 */
export function ollama(): RecordedShape[] {
  const qwen = head('qwen3:8b', { system_fingerprint: 'fp_ollama' });
  const counts = { prompt_tokens: 26, completion_tokens: 298, total_tokens: 324 };
  return [
    {
      name: 'Ollama, thinking',
      events: [
        { ...qwen, choices: choice({ role: 'assistant', content: '', reasoning: 'Okay' }) },
        { ...qwen, choices: choice({ reasoning: '.' }) },
        { ...qwen, choices: choice({ content: 'Blue' }) },
        { ...qwen, choices: choice({ content: '.' }) },
        { ...qwen, choices: choice({}, 'stop') },
        { ...qwen, choices: [], usage: counts },
        '[DONE]',
      ],
      text: 'Blue.',
      end: { finish: 'stop', usage: usage(26, 298) },
    },
    {
      name: 'Ollama, before 2026',
      events: [
        { ...qwen, choices: choice({ role: 'assistant', content: 'Blue' }) },
        { ...qwen, choices: choice({ role: 'assistant', content: '.' }) },
        { ...qwen, choices: choice({ role: 'assistant', content: '' }, 'length') },
        { ...qwen, choices: [], usage: counts },
        '[DONE]',
      ],
      text: 'Blue.',
      end: { finish: 'length', usage: usage(26, 298) },
    },
  ];
}

/**
 * vLLM: fields that were not set are left out, the reason comes with the last text, `stop_reason` beside it; thoughts
 * are in `reasoning` (until 0.11 in `reasoning_content`), and counted within the completion.
 * github.com/vllm-project/vllm, vllm/entrypoints/openai/chat_completion/serving.py (chat_completion_stream_generator)
 */
export function vllm(): RecordedShape[] {
  const qwen = head('Qwen/Qwen3-8B');
  const counts = {
    prompt_tokens: 18,
    total_tokens: 118,
    completion_tokens: 100,
    prompt_tokens_details: { cached_tokens: 16 },
    completion_tokens_details: { reasoning_tokens: 90 },
  };
  const shape = (thoughts: string): RecordedShape => ({
    name: `vLLM, thoughts in ${thoughts}`,
    events: [
      { ...qwen, choices: choice({ role: 'assistant', content: '' }, null, { logprobs: null }) },
      { ...qwen, choices: choice({ [thoughts]: 'Okay' }, null, { logprobs: null }) },
      { ...qwen, choices: choice({ content: 'Blue' }, null, { logprobs: null }) },
      { ...qwen, choices: choice({ content: '.' }, 'stop', { logprobs: null, stop_reason: null }) },
      { ...qwen, choices: [], usage: counts, system_fingerprint: 'vllm-0.20' },
      '[DONE]',
    ],
    text: 'Blue.',
    end: { finish: 'stop', usage: usage(18, 10, 90, 16) },
  });
  return [shape('reasoning'), shape('reasoning_content')];
}

/**
 * llama.cpp: the first content is null, later deltas have no role, the last one has nothing; milliseconds beside the
 * counts.
 * github.com/ggml-org/llama.cpp, tools/server/server-task.cpp (to_json_oaicompat_chat_stream) and
 * tools/server/tests/unit/test_chat_completion.py
 */
export function llamaCpp(): RecordedShape[] {
  const chunk = head('gpt-oss:20b', { system_fingerprint: 'b6097-9515c613' });
  const counts = { completion_tokens: 247, prompt_tokens: 1085, total_tokens: 1332 };
  const timings = { cache_n: 0, prompt_n: 1085, prompt_ms: 203.378, predicted_n: 247, predicted_ms: 933.63 };
  return [
    {
      name: 'llama.cpp',
      events: [
        { ...chunk, choices: choice({ role: 'assistant', content: null }) },
        { ...chunk, choices: choice({ reasoning_content: 'Okay' }) },
        { ...chunk, choices: choice({ content: 'Blue' }) },
        { ...chunk, choices: choice({ content: '.' }) },
        { ...chunk, choices: choice({}, 'length') },
        { ...chunk, choices: [], usage: counts, timings },
        '[DONE]',
      ],
      text: 'Blue.',
      end: { finish: 'length', usage: usage(1085, 247) },
    },
  ];
}
