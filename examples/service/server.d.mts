export function startExampleService(port?: number): Promise<{ readonly url: string; close(): Promise<void> }>;
