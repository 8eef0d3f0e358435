import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { expect, test } from 'vitest'
import { type Lab, startLab } from '../peers/lab.js'
import { describeWithPeers } from '../peers/require-peer.js'

// Without its own thread-local state Kamailio 5.6.3 was gone after 632 to 9,953 of them (three runs).
const handshakes = 6000
const atOnce = 20

/** One handshake of TLS, ended by a reset while bytes are on the way. */
const meetAndReset = (lab: Lab, ca: Buffer): Promise<void> =>
  new Promise((resolve, reject) => {
    const wire = connect(lab.tls, lab.address)
    wire.on('error', reject)
    const secured = connectTls({ socket: wire, ca, servername: lab.domain }, () => {
      secured.write('\r\n\r\n')
      wire.resetAndDestroy()
    })
    secured.on('error', reject)
    secured.on('close', () => resolve())
  })

describeWithPeers(['kamailio', 'gcc'], 'the lab', () => {
  test('outlives thousands of TLS connections that are reset', { timeout: 60_000 }, async () => {
    const lab = await startLab({ rtpengine: false })
    const ca = readFileSync(lab.caFile)
    let left = handshakes
    const oneAfterAnother = async (): Promise<void> => {
      while (left-- > 0) await meetAndReset(lab, ca)
    }
    await Promise.all(Array.from({ length: atOnce }, oneAfterAnother))
    const log = readFileSync(lab.logs.kamailio, 'utf8')
    expect(log.match(/exited by a signal|BUG:.*/g)).toBeNull()
  })
})
