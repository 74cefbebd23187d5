import { Fault } from '#domain/fault.ts';

export function unsupportedFile(what: string, advice: string): Fault {
  return new Fault('unsupported', 'unsupported_file', `This is ${what}, which cannot be read: ${advice}.`);
}

export function brokenFile(why: string, cause?: unknown): Fault {
  return new Fault('refused', 'broken_file', `The file is damaged (${why}): export or upload it again.`, {
    cause,
  });
}

export function encryptedFile(): Fault {
  return new Fault(
    'refused',
    'encrypted_file',
    'The file is protected by a password: save it without one, then upload it again.',
  );
}

export function noText(why: string): Fault {
  return new Fault('refused', 'no_text', why);
}

export function tooComplex(): Fault {
  return new Fault(
    'refused',
    'file_too_complex',
    'Reading the file took more memory than allowed: split it into smaller files.',
  );
}

export function nestedTooDeep(most: number): Fault {
  return new Fault(
    'refused',
    'file_too_complex',
    `The file has more than ${most} tags within one another: no page is made like that, so close them.`,
  );
}

export function timedOut(limitMs: number): Fault {
  return new Fault(
    'refused',
    'reading_timed_out',
    `Reading the file took longer than ${Math.ceil(limitMs / 1_000)} seconds: split it into smaller files.`,
  );
}

export function tooManyPages(pages: number, most: number): Fault {
  return new Fault(
    'refused',
    'too_many_pages',
    `The file has ${pages} pages, more than the ${most} allowed: split it into smaller files.`,
  );
}
