import type { ModelPage } from '@chat-backend/client';
import { useEffect, useState } from 'react';
import { chat } from '../../../ui/api/chat.js';
import { fieldErrors } from '../../../ui/api/problem-text.js';
import { useTask } from '../../../ui/lib/use-task.js';
import { texts } from '../texts.js';
import { Button } from '../../../ui/components/Button.js';
import { Dialog, DialogActions } from '../../../ui/components/Dialog.js';
import { SelectField, TextField } from '../../../ui/components/Field.js';
import { ProblemNotice } from '../../../ui/components/Notice.js';
import css from '../../../ui/components/ui.module.css';

export interface Settings {
  system_prompt: string | null;
  model: string | null;
}

interface Props {
  settings: Settings;
  tier: string;
  onSave: (settings: Settings) => Promise<unknown>;
  onClose: () => void;
}

/** Edits the system prompt and the model of a room. */
export function RoomSettings({ settings, tier, onSave, onClose }: Props) {
  const [prompt, setPrompt] = useState(settings.system_prompt ?? '');
  const [model, setModel] = useState(settings.model ?? '');
  const [models, setModels] = useState<ModelPage['data']>([]);
  const { rooms, common } = texts;
  const save = useTask(async () => {
    await onSave({ system_prompt: prompt.trim() || null, model: model || null });
    onClose();
  });
  useEffect(() => {
    chat.get<ModelPage>('/models').then(
      ({ data }) => setModels(data),
      () => undefined,
    );
  }, []);
  const errors = fieldErrors(save.error);

  return (
    <Dialog title={rooms.settings} onClose={onClose}>
      <form
        className={css['dialogBody']}
        onSubmit={(event) => {
          event.preventDefault();
          save.run();
        }}
      >
        <p className={css['hint']}>{rooms.settingsLead}</p>
        {!errors['system_prompt'] && <ProblemNotice error={save.error} />}
        <SelectField label={rooms.model} value={model} onChange={setModel}>
          <option value="">{rooms.defaultModel(models.find((one) => one.default)?.label ?? '…')}</option>
          {models.map(({ id, label, tiers }) => (
            <option key={id} value={id} disabled={!tiers.includes(tier)}>
              {tiers.includes(tier) ? label : rooms.proOnly(label)}
            </option>
          ))}
        </SelectField>
        <TextField
          label={rooms.systemPrompt}
          hint={rooms.systemPromptHint}
          error={errors['system_prompt']}
          value={prompt}
          maxLength={8000}
          rows={6}
          onChange={({ target }) => setPrompt(target.value)}
        />
        <DialogActions>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button type="submit" look="primary" disabled={save.isRunning}>
            {common.save}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
