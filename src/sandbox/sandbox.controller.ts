import { Body, Post } from '@nestjs/common';
import { Problem } from '../platform/problem/problem.js';
import {
  type GeminiScript,
  InvalidGeminiScriptError,
  parseGeminiScripts,
} from '@chat-backend/gemini-sandbox';
import { AdvanceClockDto, ClockDto, ModelScriptsDto, ModelScriptsTakenDto } from './sandbox.dto.js';
import { SandboxOperation, SandboxRoutes } from './sandbox-routes.decorators.js';
import { Sandbox } from './sandbox.js';

@SandboxRoutes('sandbox')
export class SandboxController {
  constructor(private readonly sandbox: Sandbox) {}

  @Post('clock')
  @SandboxOperation({
    summary: 'Move the clock forward',
    description:
      'For testing what happens at midnight, when a code expires, or when a session ends. Moves the clock of this process only. What becomes due at Stripe’s stand-in happens before the answer, or goes on after it when it takes longer than 25 seconds.',
    success: { status: 200, description: 'The new time.', type: ClockDto },
    takesBody: true,
  })
  async advanceSandboxClock(@Body() body: AdvanceClockDto): Promise<ClockDto> {
    await this.sandbox.advance(body.advance_seconds);
    return { now: this.sandbox.clock.now().toISOString() };
  }

  @Post('llm/script')
  @SandboxOperation({
    summary: 'Script the model’s answers and faults',
    description:
      'Each script is used up by the next request to the model, or by the next whose message contains `match`. Only the model of this process is scripted: with WORKER=separate write `[[sandbox: …]]` into a message instead.',
    success: { status: 200, description: 'The scripts are stored.', type: ModelScriptsTakenDto },
    takesBody: true,
  })
  scriptSandboxModel(@Body() body: ModelScriptsDto): ModelScriptsTakenDto {
    const { gemini } = this.sandbox;
    if (!gemini) throw Problem.notFound();
    gemini.script(readScripts(body.scripts));
    return { pending: gemini.pendingScripts };
  }
}

function readScripts(scripts: unknown): GeminiScript[] {
  try {
    return parseGeminiScripts(scripts);
  } catch (error) {
    if (!(error instanceof InvalidGeminiScriptError)) throw error;
    throw new Problem('validation_failed', 'The scripts cannot be read.', {
      errors: error.issues.map(({ field, message }) => ({
        field: ['scripts', field].filter(Boolean).join('.'),
        code: 'invalid',
        message,
      })),
    });
  }
}
