import { ApiProperty } from '@nestjs/swagger';
import type { ModelEntry } from '../platform/config/model-catalogue.js';
import type { Tier } from '../platform/config/tier.js';
import { PageOf } from '../platform/fields/page.js';

/** A model that a room can use. */
export class ModelDto {
  @ApiProperty({ example: 'gemini-flash-latest' })
  id!: string;

  @ApiProperty({ example: 'Flash' })
  label!: string;

  @ApiProperty({ description: 'Whether the model is used for rooms without one.', example: true })
  default!: boolean;

  @ApiProperty({
    enum: ['basic', 'pro'],
    isArray: true,
    description: 'The tiers that may choose the model.',
    example: ['basic', 'pro'],
  })
  tiers!: Tier[];
}

export class ModelPage extends PageOf(ModelDto) {}

export const toModel = ({ id, label, default: isDefault, tiers }: ModelEntry): ModelDto => ({
  id,
  label,
  default: isDefault,
  tiers,
});
