import { createReadStream, readSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { type Readable, Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { fileFormat, formatBytes } from './file-format.js'

/** Name that stands for standard input. */
export const standardInput = '-'

/** `stop`: no more bytes are wanted. */
export type Taken = 'stop' | undefined

const readBytes = 262_144
/** At a time from a file that is not packed. */
const pieceBytes = 524_288
/** Of what stands before a defect in gzip, up to so many unpacked bytes are lost. */
const unpackedBytes = 16_384

/**
 * Hands on the bytes of a file or of standard input, unpacked when they are gzip, and waits where `take` returns a
 * promise, so that a slow receiver slows the reading. The bytes are valid until `take` is done: their memory is used
 * again. Resolves with a sentence when reading ended early.
 */
export async function readBytesOf(
  file: string,
  take: (bytes: Buffer) => Promise<Taken> | Taken,
): Promise<string | undefined> {
  const plain = file === standardInput ? undefined : await openPlain(file)
  return plain === undefined ? readStream(file, take) : readPlain(plain, take)
}

/** A regular file that is not packed; undefined for what has to be read as a stream, or cannot be read at all. */
async function openPlain(file: string): Promise<FileHandle | undefined> {
  let handle: FileHandle
  try {
    handle = await open(file)
  } catch {
    // The stream meets the same error and tells it.
    return undefined
  }
  const start = Buffer.alloc(formatBytes)
  const isPlain = (await handle.stat()).isFile() && (await handle.read(start, 0, formatBytes, 0)).bytesRead > 0
  if (isPlain && fileFormat(start).kind !== 'gzip') return handle
  await handle.close()
  return undefined
}

/** Into the same memory again and again: new memory for every piece takes the system longer than the reading. */
async function readPlain(
  handle: FileHandle,
  take: (bytes: Buffer) => Promise<Taken> | Taken,
): Promise<string | undefined> {
  const into = Buffer.allocUnsafeSlow(pieceBytes)
  try {
    for (let at = 0; ; ) {
      const bytesRead = readPiece(handle, into, at)
      if (typeof bytesRead === 'string') return bytesRead
      if (bytesRead === 0) return undefined
      at += bytesRead
      const taken = take(into.subarray(0, bytesRead))
      if ((taken instanceof Promise ? await taken : taken) === 'stop') return undefined
    }
  } finally {
    await handle.close()
  }
}

/** How many bytes were read, or why none could be. Nothing else is to be done meanwhile: another thread would only cost. */
function readPiece({ fd }: FileHandle, into: Buffer, at: number): number | string {
  try {
    return readSync(fd, into, 0, into.length, at)
  } catch (error) {
    return sentenceOf(error as NodeJS.ErrnoException)
  }
}

async function readStream(file: string, take: (bytes: Buffer) => Promise<Taken> | Taken): Promise<string | undefined> {
  const source: Readable = file === standardInput ? process.stdin : createReadStream(file, { highWaterMark: readBytes })
  let failure: string | undefined
  let stopped = false
  const takeAll = async (bytes: Buffer): Promise<void> => {
    if (!stopped && (await take(bytes)) === 'stop') {
      stopped = true
      source.destroy()
      into.end()
    }
  }
  const into = new Writable({
    highWaterMark: readBytes,
    write: (bytes: Buffer, _encoding, done) => void takeAll(bytes).then(() => done(), done),
  })
  const fail = (error: NodeJS.ErrnoException): void => {
    if (!stopped) failure ??= sentenceOf(error)
    into.end()
  }
  source.on('error', fail)
  source.pipe(unpacking(into, fail))
  try {
    await finished(into)
  } finally {
    source.destroy()
  }
  return failure
}

/** Passes bytes to `into`, through gunzip where the first of them say so. */
function unpacking(into: Writable, fail: (error: Error) => void): Writable {
  let start = Buffer.alloc(0)
  let target: Writable | undefined
  const choose = (): Writable => {
    if (fileFormat(start).kind !== 'gzip') return into
    const gunzip = createGunzip({ chunkSize: unpackedBytes })
    gunzip.on('error', fail)
    gunzip.pipe(into)
    return gunzip
  }
  const pass = (bytes: Buffer, done: () => void): void => {
    target ??= choose()
    if (target.writableEnded || target.write(bytes)) done()
    else target.once('drain', done)
  }
  return new Writable({
    highWaterMark: readBytes,
    write: (bytes: Buffer, _encoding, done) => {
      if (target !== undefined) return pass(bytes, done)
      start = Buffer.concat([start, bytes])
      if (start.length < formatBytes) return done()
      pass(start, done)
    },
    final: (done) => {
      if (target === undefined && start.length > 0) pass(start, () => {})
      ;(target ?? into).end()
      done()
    },
  })
}

const knownErrors: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EISDIR: 'is a folder',
  EACCES: 'may not be read by this user',
  Z_BUF_ERROR: 'ends within its gzip data',
  Z_DATA_ERROR: 'holds gzip data that is corrupt',
}

const sentenceOf = (error: NodeJS.ErrnoException): string =>
  knownErrors[error.code ?? ''] ?? `cannot be read: ${error.message}`
