import { getSystemErrorName } from 'node:util'

/** A system error as Node.js would make it, so that both implementations tell the same. `errno` is negative. */
export function systemError(errno: number, syscall: string): Error {
  const code = getSystemErrorName(errno)
  return Object.assign(new Error(`${syscall} ${code}`), { code, errno, syscall })
}
