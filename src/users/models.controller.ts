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
    summary: 'List the models',
    description: 'All models on one page. `tiers` names the tiers that may choose a model.',
    success: { status: 200, description: 'The models configured in LLM_MODELS.', type: ModelPage },
  })
  listModels(): ModelPage {
    return { data: this.config.llm.models.map(toModel), next_cursor: null };
  }
}
