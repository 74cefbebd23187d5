/**
 * Does work on behalf of a request: whatever the work logs and whichever model it calls bear the request's id, however
 * far down. null: the work is nobody's request, also where it was begun by one.
 */
export type Trace = <T>(requestId: string | null, work: () => T) => T;
