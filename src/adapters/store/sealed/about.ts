/**
 * What sealed words belong to: they open nowhere else. Items are bound to their project alone, since they are sealed before
 * the store gives them a place; answers, judgements and turns to their keys too.
 */
export const ABOUT = {
  payload: (projectId: number): string => `payload of project ${projectId}`,
  result: (projectId: number): string => `result of project ${projectId}`,
  question: (projectId: number): string => `question of project ${projectId}`,
  text: (projectId: number, key: string): string => `text of answer ${key} of project ${projectId}`,
  citations: (projectId: number, key: string): string => `citations of answer ${key} of project ${projectId}`,
  why: (projectId: number, key: string): string => `judgement of answer ${key} of project ${projectId}`,
  turn: (projectId: number, key: string): string => `turn ${key} of project ${projectId}`,
  schedule: (projectId: number): string => `schedule of project ${projectId}`,
  response: (projectId: number, key: string): string => `response ${key} of project ${projectId}`,
} as const;
