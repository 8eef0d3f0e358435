/** JavaScript does nothing else for so long: whoever sends meanwhile is a thread of the native part. */
export function occupy(ms: number): void {
  const endMs = performance.now() + ms
  while (performance.now() < endMs);
}
