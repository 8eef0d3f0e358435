/**
 * Keeps a map within a limit by dropping a quarter of it, the oldest entries first. One at a time would cost more: a
 * map passes over the holes of what was deleted at its front.
 */
export function dropOldest(map: Map<unknown, unknown>, limit: number): void {
  if (map.size <= limit) return
  let left = Math.ceil(limit / 4)
  for (const key of map.keys()) {
    if (left-- === 0) return
    map.delete(key)
  }
}
