import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'

// Between the ports that runs take for media unless told otherwise (16384 and up) and those that the kernel gives to
// clients (32768 and up), so that neither takes a port between our look and the bind of the program it is meant for. For
// the same reason each of several test processes has a part of its own.
const firstPort = 20_000
const lastPort = 32_000
const parts = Number(process.env.SIPLOADGEN_TEST_WORKERS ?? 1)
const part = (Number(process.env.VITEST_POOL_ID ?? 1) - 1) % parts
const lowest = firstPort + Math.floor(((lastPort - firstPort) * part) / parts)
const highest = firstPort + Math.floor(((lastPort - firstPort) * (part + 1)) / parts)
const attempts = 200

const handedOut = new Set<number>()

/** Neither UDP nor TCP is bound to the port on the address. */
export async function isFree(port: number, address = '127.0.0.1'): Promise<boolean> {
  return (await udpIsFree(port, address)) && (await tcpIsFree(port, address))
}

function udpIsFree(port: number, address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
    socket.once('error', () => {
      socket.close()
      resolve(false)
    })
    socket.bind({ port, address, exclusive: true }, () => socket.close(() => resolve(true)))
  })
}

function tcpIsFree(port: number, address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host: address, exclusive: true }, () => server.close(() => resolve(true)))
  })
}

/** The first of `count` neighbouring ports, starting at an even one, that are free for UDP and TCP on the address. */
export async function freePortRange(count: number, address = '127.0.0.1'): Promise<number> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    // Most of those handed out to a long file of tests are done with, and the others show that they are bound.
    if (attempt === attempts / 2) handedOut.clear()
    const start = randomInt(Math.ceil(lowest / 2), Math.floor((highest - count) / 2)) * 2
    const ports = Array.from({ length: count }, (_, i) => start + i)
    if (ports.some((port) => handedOut.has(port))) continue
    const free = await Promise.all(ports.map((port) => isFree(port, address)))
    if (free.includes(false)) continue
    for (const port of ports) handedOut.add(port)
    return start
  }
  throw new Error(`no ${count} neighbouring free ports found on ${address}`)
}

/** A port that is free for UDP and TCP on the address, and was not handed out to this test process before. */
export const freePort = (address = '127.0.0.1'): Promise<number> => freePortRange(1, address)
