import { Controller, Get, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CONFIG, type Config } from '../platform/config/config.js';
import { Operation } from '../platform/openapi/operation.decorator.js';
import { ModelPage, toModel } from './model.dto.js';

@ApiTags('User')
@Controller('models')
export class ModelsController {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  @Get()
  @Operation({
    summary: 'Which models are there?',
    description: 'All of them, on one page; `tiers` says who may choose which.',
    success: { status: 200, description: 'The models (LLM_MODELS).', type: ModelPage },
  })
  listModels(): ModelPage {
    return { data: this.config.llm.models.map(toModel), next_cursor: null };
  }
}
