import { readFileSync } from 'node:fs'
import { SiploadgenError } from '../../base/errors.js'
import type { Account } from '../../probe/target.js'

/** Who we are without a file of accounts. */
const nameless: readonly Account[] = ['probe-caller', 'probe-callee'].map((user) => ({ user, credentials: undefined }))

/** `NAME,PASSWORD` a line: the caller, then the callee. Passwords come from files and never from the command line. */
export function accountsOf(file: string | undefined): readonly Account[] {
  if (file === undefined) return nameless
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new SiploadgenError('usage/accounts', `${file}: ${(error as Error).message}`)
  }
  const accounts = text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map(accountOf)
  if (accounts.length < 2)
    throw new SiploadgenError('usage/accounts', `${file}: two accounts are needed, not ${accounts.length}`)
  return accounts
}

function accountOf(line: string): Account {
  const at = line.indexOf(',')
  const user = (at < 0 ? line : line.slice(0, at)).trim()
  const password = at < 0 ? undefined : line.slice(at + 1)
  return { user, credentials: password === undefined ? undefined : { username: user, password } }
}
