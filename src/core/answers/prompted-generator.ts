import { reckonTokens } from '#domain/budget.ts';
import type { PromptLayers } from '#domain/project-settings.ts';
import type { Generated, GenerateRequest, Generator, LanguageModel, TextSink } from '#ports/model.ts';
import { promptFor, promptFormOf } from './prompt.ts';
import { WrittenAnswer } from './written-answer.ts';

/** Answers in a language model's words, with citations that are checked as they come. */
export function promptedGenerator(model: LanguageModel, layers: PromptLayers): Generator {
  return {
    name: model.name,
    form: promptFormOf(layers),
    reckon(request) {
      const { instructions, material } = promptFor(request, layers);
      const prompt = reckonTokens(instructions) + reckonTokens(material);
      return { prompt, most: prompt + model.maxOutputTokens };
    },
    generate: (request, signal, live = UNHEARD) => generate(model, { ...request, layers }, signal, live),
  };
}

const UNHEARD: TextSink = { write: () => {}, restart: () => {} };

async function generate(
  model: LanguageModel,
  { layers, ...request }: GenerateRequest & { readonly layers: PromptLayers },
  signal: AbortSignal,
  live: TextSink,
): Promise<Generated> {
  let answer = new WrittenAnswer(request.passages);
  const sink: TextSink = {
    write: (text) => live.write(answer.push(text)),
    restart() {
      answer = new WrittenAnswer(request.passages);
      live.restart();
    },
  };
  const { usage, end } = await model.write(promptFor(request, layers), signal, sink);
  live.write(answer.end());
  if (end === 'withheld') return { found: false, text: '', quotes: [], usage };
  const made = { ...answer.result(), usage };
  return end === 'length' ? { ...made, isCutShort: true } : made;
}
