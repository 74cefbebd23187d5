export { PreheatClient } from './client.ts';
export { PreheatError } from './error.ts';
export type { AskEvent } from './ask-stream.ts';
export type { UploadFile, UploadSettings } from './batches.ts';
export type { CallOptions, ClientOptions, CreateOptions } from './transport.ts';
export type { BatchEvent } from './watch.ts';
export { verifyWebhook, WebhookError } from './verify-webhook.ts';
export type { ReceivedWebhook, VerifyOptions } from './verify-webhook.ts';
export * from './wire/index.ts';
