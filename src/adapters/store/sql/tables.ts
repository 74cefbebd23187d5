/** The tables as the shared queries see them; both databases have the same columns. */
export interface Tables {
  batches: {
    id: number;
    project_id: number;
    workload: string;
    name: string | null;
    status: string;
    source_kind: string;
    source_detail: string | null;
    request_id: string | null;
    metadata: string;
  };
  items: {
    id: number;
    batch_id: number;
    status: string;
    depth: number;
    payload: string;
    error_code: string | null;
    error_message: string | null;
    ended_at: number | null;
  };
}
