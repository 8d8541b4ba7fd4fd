import { ApiProperty } from '@nestjs/swagger';
import type { ModelEntry } from '../platform/config/model-catalogue.js';
import type { Tier } from '../platform/config/tier.js';
import { PageOf } from '../platform/fields/page.js';

/** A model that may be chosen for a room. */
export class ModelDto {
  @ApiProperty({ example: 'gemini-flash-latest' })
  id!: string;

  @ApiProperty({ example: 'Flash' })
  label!: string;

  @ApiProperty({ description: 'Is it taken for rooms that name none?', example: true })
  default!: boolean;

  @ApiProperty({
    enum: ['basic', 'pro'],
    isArray: true,
    description: 'Who may choose it.',
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
