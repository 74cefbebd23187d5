import type { UploadFile } from '#sdk/index.ts';

const HANDBOOK = import.meta.glob<string>('../../../examples/handbook/*', {
  query: '?url',
  import: 'default',
  eager: true,
});

/** The sample handbook, as files to upload: a company that does not exist, so that there is something to ask about. */
export async function loadHandbook(): Promise<UploadFile[]> {
  const files = Object.entries(HANDBOOK).map(async ([path, url]) => {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`The sample file at ${url} could not be loaded (${response.status}).`);
    return { name: path.slice(path.lastIndexOf('/') + 1), content: await response.blob() };
  });
  return Promise.all(files);
}

/** Some of the questions that its people ask. */
export const SAMPLE_QUESTIONS = `# The sample handbook knows the answers to most of these
Who founded the company, and when?
How many days a week can I work from home?
Can I bring the dog to work?
How much holiday do I get in a year?
What's the rate if I work overtime on a Sunday?
Where do I put my bike, and can I have a shower?
how much holiday do I get in a year
How big a refund can I give without asking?
Who won the football last night?
`;
