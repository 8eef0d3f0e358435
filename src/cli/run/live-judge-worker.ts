import { parentPort, workerData } from 'node:worker_threads'
import { expectationsOf } from '../../conformance/expectations.js'
import { TrafficJudge } from '../../conformance/traffic-judge.js'
import { type FromJudge, type JudgeSettings, readBatch, type ToJudge } from './judge-messages.js'

/** The thread in which the traffic of a run is judged, so that its load does not wait for that. */
const { profile, knownDeviations } = workerData as JudgeSettings
if (parentPort === null) throw new Error('the judge runs in a thread of its own')
const port = parentPort
const judge = new TrafficJudge(await expectationsOf(profile, knownDeviations), new Date().toISOString().slice(0, 10))
const say = (message: FromJudge): void => port.postMessage(message)

port.on('message', (message: ToJudge) => {
  if (message.kind === 'end') {
    say({ kind: 'judged', judged: judge.end() })
    port.close()
    return
  }
  readBatch(message.bytes, message.used, (atMs, bytes, clearTls) => judge.packet(atMs, bytes, clearTls))
  if (message.missed > 0) judge.missed(message.missed)
  say({ kind: 'taken', bytes: message.used })
})
