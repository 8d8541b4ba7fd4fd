import { choice, head, usage, type RecordedShape } from './shape-parts.support.js';

/**
 * Groq, text and reasoning: the counts come twice, with fractions of seconds beside them.
 * github.com/vercel/ai, packages/groq/src/__fixtures__/groq-text.chunks.txt and groq-reasoning.chunks.txt (recordings)
 */
export function groq(): RecordedShape[] {
  const llama = head('llama-3.3-70b-versatile', { system_fingerprint: 'fp_f8b414701e' });
  const qwen = head('qwen/qwen3-32b', { system_fingerprint: 'fp_78ac7f3229' });
  const nothing = { logprobs: null };
  const counts = {
    queue_time: 0.041905864,
    prompt_tokens: 45,
    prompt_time: 0.003940145,
    completion_tokens: 662,
  };
  const textCounts = { ...counts, completion_time: 2.652230333, total_tokens: 707, total_time: 2.656170478 };
  const thoughtCounts = {
    queue_time: 0.171721454,
    prompt_tokens: 17,
    prompt_time: 0.000792801,
    completion_tokens: 1107,
    completion_time: 3.206170277,
    total_tokens: 1124,
    total_time: 3.206963078,
    completion_tokens_details: { reasoning_tokens: 963 },
  };
  return [
    {
      name: 'Groq',
      events: [
        {
          ...llama,
          choices: choice({ role: 'assistant', content: '' }, null, nothing),
          x_groq: { id: 'req_01kh52', seed: 1535227698 },
        },
        { ...llama, choices: choice({ content: 'Blue' }, null, nothing) },
        { ...llama, choices: choice({ content: '.' }, null, nothing) },
        {
          ...llama,
          choices: choice({}, 'stop', nothing),
          x_groq: { id: 'req_01kh52', usage: textCounts },
          usage: textCounts,
        },
        '[DONE]',
      ],
      text: 'Blue.',
      end: { finish: 'stop', model: 'llama-3.3-70b-versatile', usage: usage(45, 662) },
    },
    {
      name: 'Groq, reasoning',
      events: [
        {
          ...qwen,
          choices: choice({ role: 'assistant', content: '' }, null, nothing),
          x_groq: { id: 'req' },
        },
        { ...qwen, choices: choice({ reasoning: 'Okay' }, null, nothing) },
        { ...qwen, choices: choice({ content: 'Blue.' }, null, nothing) },
        {
          ...qwen,
          choices: choice({}, 'stop', nothing),
          x_groq: { id: 'req', usage: thoughtCounts },
          usage: thoughtCounts,
        },
        '[DONE]',
      ],
      text: 'Blue.',
      end: { finish: 'stop', usage: usage(17, 144, 963) },
    },
  ];
}

/**
 * OpenRouter: comments while it looks for a provider, the role in every delta, and after the reason one more choice,
 * without a reason, that brings the counts.
 * openrouter.ai/docs/api/reference/streaming (comments); github.com/block/goose,
 * crates/goose/src/providers/formats/openai.rs (test_openrouter_streaming_usage_yielded_once, a recording)
 */
export function openRouter(): RecordedShape[] {
  const chunk = head('openai/gpt-oss-120b:free', { provider: 'OpenInference' });
  const none = { native_finish_reason: null, logprobs: null };
  const delta = (content: string, reasoning: string | null = null) => ({
    role: 'assistant',
    content,
    reasoning,
    reasoning_details: [],
  });
  const counts = { prompt_tokens: 7007, completion_tokens: 49, total_tokens: 7056 };
  return [
    {
      name: 'OpenRouter',
      events: [
        ': OPENROUTER PROCESSING',
        ': OPENROUTER PROCESSING',
        { ...chunk, choices: choice(delta('', 'Okay'), null, none) },
        { ...chunk, choices: choice(delta('Blue', ''), null, none) },
        { ...chunk, choices: choice(delta('.'), null, none) },
        { ...chunk, choices: choice(delta(''), 'stop', { ...none, native_finish_reason: 'stop' }) },
        {
          ...chunk,
          choices: choice({ role: 'assistant', content: '' }, null, none),
          usage: { ...counts, cost: 0.0001, completion_tokens_details: { reasoning_tokens: 30 } },
        },
        '[DONE]',
      ],
      text: 'Blue.',
      end: { finish: 'stop', usage: usage(7007, 19, 30) },
    },
  ];
}

/**
 * Azure: what its filter says of the prompt comes first, in a chunk without choice, model and moment; what it says of the
 * answer comes with each delta, or (asynchronous filter) in chunks of its own that have no delta, also after the reason.
 * github.com/vercel/ai, packages/openai/src/chat/__fixtures__/azure-model-router.1.chunks.txt (a recording);
 * learn.microsoft.com/azure/foundry/openai/concepts/content-streaming (asynchronous filter)
 */
export function azure(): RecordedShape[] {
  const chunk = head('gpt-5-nano-2025-08-07', {
    system_fingerprint: null,
    usage: null,
    obfuscation: 'D3WbtI',
  });
  const safe = {
    hate: { filtered: false, severity: 'safe' },
    violence: { filtered: false, severity: 'safe' },
  };
  const checked = { content_filter_results: safe, logprobs: null };
  const nameless = { id: '', object: '', created: 0, model: '' };
  const prompt = {
    ...nameless,
    choices: [],
    prompt_filter_results: [{ prompt_index: 0, content_filter_results: safe }],
  };
  const annotation = {
    ...nameless,
    choices: [
      {
        index: 0,
        finish_reason: null,
        content_filter_results: safe,
        content_filter_raw: [],
        content_filter_offsets: { check_offset: 44, start_offset: 44, end_offset: 198 },
      },
    ],
    usage: null,
  };
  const counts = {
    completion_tokens: 78,
    completion_tokens_details: { audio_tokens: 0, reasoning_tokens: 64 },
    prompt_tokens: 15,
    prompt_tokens_details: { audio_tokens: 0, cached_tokens: 0 },
    total_tokens: 93,
  };
  const begin = [
    prompt,
    { ...chunk, choices: choice({ content: '', refusal: null, role: 'assistant' }, null, checked) },
    { ...chunk, choices: choice({ content: 'Blue' }, null, checked) },
  ];
  return [
    {
      name: 'Azure',
      events: [
        ...begin,
        { ...chunk, choices: choice({ content: '.' }, null, checked) },
        { ...chunk, choices: choice({}, 'stop', { content_filter_results: {}, logprobs: null }) },
        { ...chunk, choices: [], usage: counts },
        '[DONE]',
      ],
      text: 'Blue.',
      end: { finish: 'stop', model: 'gpt-5-nano-2025-08-07', usage: usage(15, 14, 64) },
    },
    {
      name: 'Azure, asynchronous filter',
      events: [
        ...begin,
        annotation,
        { ...chunk, choices: choice({}, 'content_filter', { logprobs: null }) },
        annotation,
        '[DONE]',
      ],
      text: 'Blue',
      end: { finish: 'safety', promptBlocked: false, usage: null },
    },
  ];
}

/**
 * Mistral: thoughts and text as parts, then a plain text; the counts with the reason, thoughts not told apart.
 * github.com/vercel/ai, packages/mistral/src/__fixtures__/mistral-text.chunks.txt and mistral-reasoning.chunks.txt
 * (recordings)
 */
export function mistral(): RecordedShape[] {
  const small = head('mistral-small-latest');
  const magistral = head('magistral-medium-2507');
  const thinking = (text: string) => [{ type: 'thinking', thinking: [{ type: 'text', text }] }];
  return [
    {
      name: 'Mistral',
      events: [
        { ...small, choices: choice({ role: 'assistant', content: '' }, null, { logprobs: null }) },
        { ...small, choices: choice({ content: 'Blue' }, null, { logprobs: null }) },
        { ...small, choices: choice({ content: '.' }, null, { logprobs: null }) },
        {
          ...small,
          choices: choice({ content: '' }, 'stop', { logprobs: null }),
          usage: { prompt_tokens: 13, total_tokens: 21, completion_tokens: 8 },
        },
        '[DONE]',
      ],
      text: 'Blue.',
      end: { finish: 'stop', usage: usage(13, 8) },
    },
    {
      name: 'Mistral, reasoning',
      events: [
        { ...magistral, choices: choice({ role: 'assistant', content: thinking('The user') }) },
        { ...magistral, choices: choice({ content: thinking(' is asking') }) },
        { ...magistral, choices: choice({ content: [{ type: 'text', text: 'Blue.' }] }) },
        {
          ...magistral,
          choices: choice({ content: '' }, 'stop'),
          usage: { prompt_tokens: 10, total_tokens: 56, completion_tokens: 46 },
        },
        '[DONE]',
      ],
      text: 'Blue.',
      end: { finish: 'stop', usage: usage(10, 46) },
    },
  ];
}

/**
 * xAI: a choice has no finish_reason until the last one; reasoning is counted beside the completion. Earlier models
 * (grok-beta) sent growing counts with every chunk.
 * github.com/vercel/ai, packages/openai-compatible/src/chat/__fixtures__/xai-text.chunks.txt (a recording);
 * github.com/M-Lai-ai/LLM-Provider-reference, Grok/streaming.md (grok-beta)
 */
export function xai(): RecordedShape[] {
  const mini = head('grok-3-mini', { system_fingerprint: 'fp_2a885414fb' });
  const beta = head('grok-beta', { system_fingerprint: 'fp_6ca29cf396' });
  const said = (delta: object) => [{ index: 0, delta }];
  const read = { text_tokens: 12, audio_tokens: 0, image_tokens: 0, cached_tokens: 11 };
  const grown = (completion_tokens: number) => ({
    prompt_tokens: 38,
    completion_tokens,
    total_tokens: 38 + completion_tokens,
    prompt_tokens_details: { text_tokens: 38, audio_tokens: 0, image_tokens: 0, cached_tokens: 0 },
  });
  return [
    {
      name: 'xAI',
      events: [
        { ...mini, choices: said({ reasoning_content: 'First', role: 'assistant' }) },
        { ...mini, choices: said({ reasoning_content: ',' }) },
        { ...mini, choices: said({ content: 'Blue' }) },
        { ...mini, choices: said({ content: '.' }) },
        { ...mini, choices: choice({}, 'stop') },
        {
          ...mini,
          choices: [],
          usage: {
            prompt_tokens: 12,
            completion_tokens: 2,
            total_tokens: 354,
            prompt_tokens_details: read,
            completion_tokens_details: { reasoning_tokens: 340, audio_tokens: 0 },
            num_sources_used: 0,
            cost_in_usd_ticks: 1721250,
          },
        },
        '[DONE]',
      ],
      text: 'Blue.',
      end: { finish: 'stop', usage: usage(12, 2, 340, 11) },
    },
    {
      name: 'xAI, growing counts',
      events: [
        { ...beta, choices: said({ content: 'Blue', role: 'assistant' }), usage: grown(1) },
        { ...beta, choices: said({ content: '.', role: 'assistant' }), usage: grown(2) },
        { ...beta, choices: choice({ content: '', role: 'assistant' }, 'stop'), usage: grown(2) },
        '[DONE]',
      ],
      text: 'Blue.',
      end: { finish: 'stop', usage: usage(38, 2) },
    },
  ];
}

/**
 * DeepSeek: content and thoughts take turns being null; the counts come with the reason. Comments while it is busy.
 * github.com/vercel/ai, packages/deepseek/src/chat/__fixtures__/deepseek-reasoning.chunks.txt (a recording);
 * api-docs.deepseek.com/quick_start/rate_limit (comments)
 */
export function deepSeek(): RecordedShape[] {
  const chunk = head('deepseek-reasoner', { system_fingerprint: 'fp_eaab8d114b', usage: null });
  const none = { logprobs: null };
  const counts = {
    prompt_tokens: 18,
    completion_tokens: 219,
    total_tokens: 237,
    prompt_tokens_details: { cached_tokens: 4 },
    completion_tokens_details: { reasoning_tokens: 205 },
    prompt_cache_hit_tokens: 4,
    prompt_cache_miss_tokens: 14,
  };
  return [
    {
      name: 'DeepSeek',
      events: [
        ': keep-alive',
        {
          ...chunk,
          choices: choice({ role: 'assistant', content: null, reasoning_content: '' }, null, none),
        },
        { ...chunk, choices: choice({ content: null, reasoning_content: 'We' }, null, none) },
        { ...chunk, choices: choice({ content: 'Blue', reasoning_content: null }, null, none) },
        { ...chunk, choices: choice({ content: '.', reasoning_content: null }, null, none) },
        {
          ...chunk,
          choices: choice({ content: '', reasoning_content: null }, 'stop', none),
          usage: counts,
        },
        '[DONE]',
      ],
      text: 'Blue.',
      end: { finish: 'stop', usage: usage(18, 14, 205, 4) },
    },
  ];
}

/**
 * Moonshot: the counts stand in the choice.
 * github.com/northes/go-moonshot, issue 17; github.com/higress-group/higress, pull request 1568
 */
export function moonshot(): RecordedShape[] {
  const kimi = head('moonshot-v1-8k');
  const counts = { prompt_tokens: 19, completion_tokens: 13, total_tokens: 32 };
  return [
    {
      name: 'Moonshot',
      events: [
        { ...kimi, choices: choice({ role: 'assistant', content: '' }) },
        { ...kimi, choices: choice({ content: 'Blue.' }) },
        { ...kimi, choices: choice({}, 'stop', { usage: counts }) },
        '[DONE]',
      ],
      text: 'Blue.',
      end: { finish: 'stop', usage: usage(19, 13) },
    },
  ];
}
