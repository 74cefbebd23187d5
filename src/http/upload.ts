import type { z } from 'zod';
import { Fault } from '#domain/fault.ts';
import type { Call } from './call.ts';
import { queryOf } from './endpoint.ts';
import type { Parts } from './parts.ts';
import { type Form, type IncomingFile, openForm } from './multipart.ts';
import { readInput } from './read-input.ts';

/** A form of files of entries, opened up to its first file. */
export interface Upload<Fields> {
  readonly form: Form;
  readonly settings: Fields;
  readonly files: AsyncIterable<IncomingFile>;
  /** Name of the first file. */
  readonly name: string;
}

/** @throws Fault `no_files`, `invalid_input`, and what `openForm` throws */
export async function openUpload<S extends z.ZodType>(
  call: Call<unknown, unknown>,
  fields: S,
  { settings }: Parts,
): Promise<Upload<z.output<S>>> {
  const { maxUploadBytes, maxFilesPerUpload } = settings.limits;
  const form = await openForm(call.c, {
    maxBytes: maxUploadBytes,
    maxFiles: maxFilesPerUpload,
    maxFileBytes: maxUploadBytes,
  });
  const name = form.firstName();
  if (name === null)
    throw new Fault('invalid', 'no_files', 'The form holds no file. Send one or more as `file`.');
  // Fields of the form, or else query parameters: an upload by curl has its file first.
  const given = { ...queryOf(call.c), ...Object.fromEntries(form.fields) };
  return { form, settings: readInput(fields, given, 'form'), files: form.files(), name };
}
